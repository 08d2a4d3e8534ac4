import keras
import numpy as np
import pytest
from keras import ops

import keras_ssl
from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import BackupAndRestore
from keras_ssl.callbacks import PhaseSwitch
from tests.callbacks.interruption import Interruption
from tests.killed import run_killed

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
EAGER = pytest.mark.eager
PROGRAM = "tests.callbacks.test_backup_and_restore:fit"
# Flushes: of the first epoch's weights, and after them; of later ones.
MOMENTS = [2, 4, 7, 8, 11]


def fit(folder=None, *callbacks):
    """Trains in two phases, on images in a random order; returns the model."""
    keras.utils.set_random_seed(1)
    (x, y), _ = keras_ssl.data.load_digits()
    layers = [keras.layers.Dropout(0.2, seed=0), keras.layers.Dense(10)]
    network = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), *layers]
    )
    model = SemiSupervisedModel(network, strong="cutout", weak=None)
    eager = keras.backend.backend() == "tensorflow"
    model.compile(
        keras.optimizers.SGD(0.05, momentum=0.9), LOGITS, run_eagerly=eager
    )
    backup = [] if folder is None else [BackupAndRestore(folder)]
    model.fit(
        x[:20],
        y[:20],
        unlabeled_data=x[20:90],
        unlabeled_ratio=2,
        batch_size=4,
        steps_per_epoch=3,
        epochs=4,
        validation_data=(x[100:140], y[100:140]),
        verbose=0,
        callbacks=[
            PhaseSwitch(epoch=2, patience=None, verbose=0),
            *callbacks,
            *backup,
        ],
    )
    return model


def assert_same(model, other):
    assert model.phase == other.phase
    for a, b in zip(model.variables, other.variables, strict=True):
        ours, theirs = map(ops.convert_to_numpy, (a, b))
        np.testing.assert_array_equal(ours, theirs, a.path)


@pytest.mark.core
@EAGER
@pytest.mark.parametrize("stop", [1, 3])
def test_an_interrupted_fit_ends_with_the_same_numbers(stop, tmp_path):
    straight = fit()
    with pytest.raises(KeyboardInterrupt):
        fit(tmp_path / "new", Interruption(stop))
    np.random.seed(7)
    assert_same(fit(tmp_path / "new"), straight)
    assert not (tmp_path / "new").exists()


@EAGER
@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(m, marks=() if m == 8 else pytest.mark.slow)
        for m in MOMENTS
    ],
)
def test_a_fit_that_was_killed_ends_with_the_same_numbers(moment, tmp_path):
    assert run_killed(PROGRAM, moment, tmp_path)
    assert_same(fit(tmp_path), fit())


@EAGER
@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("model.weights.h5", 0),
        ("model.weights.h5", 0.99),
        ("state.json", 0.5),
        pytest.param("model.weights.h5", 0.5, marks=pytest.mark.slow),
        pytest.param("state.json", 0, marks=pytest.mark.slow),
        pytest.param("state.json", 0.99, marks=pytest.mark.slow),
    ],
)
def test_a_damaged_epoch_gives_way_to_the_one_before(
    name, share, tmp_path, capsys
):
    with pytest.raises(KeyboardInterrupt):
        fit(tmp_path, Interruption(3))
    file = tmp_path / "newest" / name
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    begun = []
    note = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: begun.append(epoch)
    )
    fit(tmp_path, note)
    assert begun == [2, 3]
    assert "newest', which is damaged" in capsys.readouterr().out


@EAGER
def test_two_damaged_epochs_are_told(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        fit(tmp_path, Interruption(3))
    for folder in ("newest", "newest.last"):
        (tmp_path / folder / "model.weights.h5").unlink()
    with pytest.raises(ValueError, match="damaged.*Expected it whole.*Delete"):
        fit(tmp_path)


@EAGER
def test_another_model_is_refused(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    x = np.zeros((4, 2))
    with pytest.raises(TypeError, match="Sequential.*Expected a `SemiSup"):
        model.fit(x, x[:, 0], verbose=0, callbacks=[BackupAndRestore(tmp_path)])
