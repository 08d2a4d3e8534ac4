import types

import pytest

from keras_ssl.callbacks.finder import Finder


def test_it_draws_what_was_found_last():
    finder = Finder(verbose=0)
    with pytest.raises(ValueError, match="a Finder that has not searched"):
        finder.plot()
    finder.result = types.SimpleNamespace(plot=lambda ax: ("drawn", ax))
    assert finder.plot("axes") == ("drawn", "axes")


def test_it_says_what_it_may(capsys):
    class Mine(Finder):
        pass

    Mine(verbose=1).say("found")
    Mine(verbose=0).say("nothing")
    assert capsys.readouterr().out == "Mine: found\n"
