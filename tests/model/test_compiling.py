import keras
import pytest

import keras_ssl
from keras_ssl.model import compiling

pytestmark = pytest.mark.core
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


class Timer:
    """A timer whose time is over at once."""

    daemon = False

    def __init__(self, seconds, function, args):
        assert seconds == compiling.LONG
        self.tell = lambda: function(*args)

    def start(self):
        self.tell()

    def cancel(self):
        pass


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(compiling.threading, "Timer", Timer)


@pytest.fixture
def model(network):
    model = keras_ssl.SemiSupervisedModel(network(), weak=None, strong="cutout")
    model.compile("sgd", LOGITS)
    return model


def test_fit_says_once_that_it_compiles(model, digits8, capsys):
    x, y = digits8
    for _ in range(2):
        model.fit(x[:8], y[:8], unlabeled_data=x[:24], epochs=2, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    told = [line for line in lines if line.startswith("Compiling")]
    assert told == ["Compiling the semi-supervised step: a few seconds, once."]
    assert model.compiling.seconds > 0


def test_the_line_stands_before_the_progress_bar(model, digits8, capsys):
    x, y = digits8
    model.fit(x[:8], y[:8], unlabeled_data=x[:24], epochs=2, verbose=1)
    before, _, after = capsys.readouterr().out.partition("Compiling")
    assert before.endswith("Epoch 1/2\n")
    assert after.partition("\n")[0].endswith("once.")


@pytest.mark.parametrize("train", ["fit", "train_on_batch"])
def test_nothing_is_said_where_nothing_is_to_be(train, model, digits8, capsys):
    x, y = digits8
    if train == "fit":
        model.fit(x[:8], y[:8], unlabeled_data=x[:24], verbose=0)
    else:
        model.train_on_batch(((x[:8], y[:8]), x[:24]))
    assert "Compiling" not in capsys.readouterr().out
    assert model.compiling.seconds > 0


def test_a_step_that_runs_eagerly_compiles_nothing(network, digits8, capsys):
    x, y = digits8
    model = keras_ssl.SemiSupervisedModel(network(), weak=None, strong="cutout")
    model.compile("sgd", LOGITS, run_eagerly=True)
    model.fit(x[:8], y[:8], unlabeled_data=x[:24], verbose=2)
    assert "Compiling" not in capsys.readouterr().out
    assert not model.compiling.seconds


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="PyTorch traces nothing"
)
@pytest.mark.parametrize("phase", ["supervised", "semi-supervised"])
def test_fit_and_train_on_batch_share_a_trace(phase, network, digits8):
    traced = []

    class Traced(keras_ssl.SemiSupervisedModel):
        def _step(self, phase, *args):
            traced.append(phase)
            return super()._step(phase, *args)

    x, y = digits8
    model = Traced(network(), weak=None, strong="cutout")
    model.compile("sgd", LOGITS)
    model.phase = phase
    data = {"x": x[:8], "y": y[:8], "unlabeled_data": x[:24]}
    for _ in range(2):
        model.fit(**data, batch_size=8, verbose=0)
        model.train_on_batch({"labeled": x[:8], "unlabeled": x[:24]}, y[:8])
    assert traced == [phase]
