"""Weights that are loaded into the network are those that predict."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import BatchNormWarmup
from keras_ssl.utils.snapshot import preserved

pytestmark = [pytest.mark.core, pytest.mark.eager]

ONES = np.ones((1, 8, 8, 1), "float32")


def dense():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(4),
        ]
    )


def wrapped(network=None, **options):
    model = SemiSupervisedModel(network or dense(), strong=None, **options)
    model.compile(
        keras.optimizers.SGD(0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


def load(model, value=1.0):
    """Gives all weights of the network one value, as a file would."""
    weights = model.network.get_weights()
    model.network.set_weights([np.full_like(w, value) for w in weights])


def score(model):
    return float(model.predict(ONES, verbose=0)[0, 0])


def test_weights_loaded_after_wrapping_predict():
    model = wrapped()
    model.predict(ONES, verbose=0)  # compiles before the weights come
    load(model)
    assert score(model) == 65
    for each in (model, model.export_model()):
        assert ops.convert_to_numpy(each(ONES))[0, 0] == 65


@pytest.mark.parametrize("how", ["fit", "batch"])
def test_the_average_starts_from_them(how, digits8):
    x, y = digits8
    model = wrapped()
    load(model, 100.0)
    if how == "fit":
        model.fit(x[:8], y[:8], unlabeled_data=x, steps_per_epoch=1, verbose=0)
    else:
        model.train_on_batch(((x[:8], y[:8]), x))
    for variable, value in model.evaluation_weights():
        if variable.trainable:
            value = ops.convert_to_numpy(value)
            np.testing.assert_allclose(value, 100.0, rtol=0.01)


def train(model, data, **options):
    x, y = data
    options = {"steps_per_epoch": 4, "verbose": 1, **options}
    model.fit(x[:16], y[:16], unlabeled_data=x, **options)


def test_weights_loaded_between_two_fits_restart_the_average(digits8, capsys):
    model = wrapped()
    train(model, digits8)
    load(model, 100.0)
    train(model, digits8)
    assert "other weights than the last `fit` left" in capsys.readouterr().out
    assert score(model) == pytest.approx(6500, rel=0.1)


def test_after_a_step_restart_average_does_it(digits8):
    model = wrapped()
    train(model, digits8, verbose=0)
    load(model, 100.0)
    assert score(model) < 100
    model.restart_average()
    assert score(model) == 6500


def test_the_average_goes_on_where_nothing_was_loaded(digits8, capsys):
    """Also after other steps, a search, and loading the model itself."""
    x, y = digits8
    model = wrapped()
    train(model, digits8)
    with preserved(model):
        load(model)
        train(model, digits8)
    capsys.readouterr()
    before = model.evaluation_weights()
    averages = [ops.convert_to_numpy(value).copy() for _, value in before]
    assert not model.averaged.equals_network()
    with model.following(verbose=1):
        after = [ops.convert_to_numpy(v) for _, v in model.evaluation_weights()]
        for one, two in zip(averages, after, strict=True):
            np.testing.assert_array_equal(one, two)
    model.train_on_batch(((x[:8], y[:8]), x))
    train(model, digits8)
    assert "other weights" not in capsys.readouterr().out


def test_weights_of_the_whole_model_bring_their_average(
    digits8, tmp_path, capsys
):
    model, other = wrapped(), wrapped()
    for each in (model, other):
        train(each, digits8)
    model.save_weights(tmp_path / "model.weights.h5")
    other.load_weights(tmp_path / "model.weights.h5")
    averages = [np.array(as_array(a)) for a in model.averaged.averages]
    capsys.readouterr()
    with other.following(verbose=1):
        for one, two in zip(averages, other.averaged.averages, strict=True):
            np.testing.assert_array_equal(one, as_array(two))
    assert "other weights" not in capsys.readouterr().out


def test_statistics_can_be_estimated_before_and_after_the_first_step(
    network, digits8
):
    x, y = digits8
    model = wrapped(network())
    moments = BatchNormWarmup(when="evaluate", images=x, verbose=0)
    convolution, norm = model.network.layers[:2]
    for _ in range(2):
        model.evaluate(x, y, callbacks=[moments], verbose=0)
        weights = model.evaluation_weights()
        (mean,) = [value for v, value in weights if v is norm.moving_mean]
        with keras.StatelessScope(weights):
            expected = ops.mean(convolution(x), (0, 1, 2))
        np.testing.assert_allclose(*map(as_array, (mean, expected)), atol=1e-5)
        train(model, digits8, verbose=0)
        convolution.kernel.assign(-3 * as_array(convolution.kernel))


def as_array(tensor):
    return ops.convert_to_numpy(tensor)
