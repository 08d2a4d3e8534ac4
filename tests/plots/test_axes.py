import sys

import matplotlib
import pytest

from keras_ssl.report import plot_comparison
from keras_ssl.report import plot_history
from keras_ssl.report import plot_images

DRAWINGS = [
    lambda **kwargs: plot_images([[[0.0, 1.0]]], **kwargs),
    lambda **kwargs: plot_history({"a": {"accuracy": [0.5]}}, **kwargs),
    lambda **kwargs: plot_comparison({"a": 0.5}, **kwargs),
]


@pytest.mark.parametrize("draw", DRAWINGS)
def test_draws_on_the_given_axes_or_on_new_ones(draw, ax):
    assert draw(ax=ax) is ax
    assert draw().figure is not ax.figure


@pytest.mark.parametrize("draw", DRAWINGS)
def test_leaves_the_settings_of_matplotlib_alone(draw):
    before = dict(matplotlib.rcParams)
    draw().figure.canvas.draw()
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("draw", DRAWINGS)
def test_says_how_to_install_matplotlib(draw, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        draw()
