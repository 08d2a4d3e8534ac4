import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.model.forward import run_passes
from keras_ssl.model.plan import plan_passes

pytestmark = pytest.mark.core
VIEWS, TARGETS = ("labeled", "weak", "strong"), ("weak",)


@pytest.mark.parametrize("batch_norm", ["all", "labeled", "none"])
@pytest.mark.parametrize("forward", ["split", "joint"])
def test_moving_statistics_see_just_the_images_of_the_policy(
    forward, batch_norm
):
    network = keras.Sequential(
        [keras.Input((2, 2, 1)), keras.layers.BatchNormalization(momentum=0.5)]
    )
    views = {
        "labeled": np.full((1, 2, 2, 1), 1.0),
        "weak": np.full((2, 2, 2, 1), 10.0),
        "strong": np.full((2, 2, 2, 1), 100.0),
    }
    passes = plan_passes(VIEWS, TARGETS, forward=forward, batch_norm=batch_norm)
    outputs = run_passes(network, passes, views)
    assert {name: len(out) for name, out in outputs.items()} == {
        "labeled": 1,
        "weak": 2,
        "strong": 2,
    }
    mean = float(ops.convert_to_numpy(network.layers[0].moving_mean)[0])
    expected = {
        ("joint", "all"): 0.5 * (1 + 20 + 200) / 5,
        ("split", "all"): 0.5 * 0.5 * 10 + 0.5 * (1 + 200) / 3,
        ("joint", "labeled"): 0.5,
        ("split", "labeled"): 0.5,
        ("joint", "none"): 0.0,
        ("split", "none"): 0.0,
    }[forward, batch_norm]
    np.testing.assert_allclose(mean, expected, rtol=1e-6)


def test_a_pass_without_statistics_still_advances_dropout():
    network = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Dropout(0.5)]
    )
    ones = {"labeled": np.ones((1, 4, 4, 1)), "weak": np.ones((1, 4, 4, 1))}
    passes = plan_passes(
        ("labeled", "weak"), (), forward="joint", batch_norm="none"
    )
    first, second = (
        ops.convert_to_numpy(run_passes(network, passes, ones)["weak"])
        for _ in range(2)
    )
    assert (first != second).any()


def test_the_teacher_has_the_averaged_weights_and_no_gradient():
    passes = plan_passes(
        ("labeled", "weak", "teacher"),
        ("teacher",),
        forward="joint",
        batch_norm="all",
    )
    assert [tuple(each) for each in passes] == [
        (("teacher",), False, False, True),
        (("labeled", "weak"), True, True, False),
    ]
    network = keras.Sequential(
        [keras.Input((1, 1, 1)), keras.layers.Dense(1, use_bias=False)]
    )
    network.set_weights([np.full((1, 1), 2.0)])
    images = {
        name: np.ones((1, 1, 1, 1)) for name in ("labeled", "weak", "teacher")
    }
    averaged = [(network.weights[0], ops.full((1, 1), 5.0))]
    outputs = run_passes(network, passes, images, averaged=averaged)
    values = {k: float(ops.squeeze(v)) for k, v in outputs.items()}
    assert values == {"teacher": 5.0, "labeled": 2.0, "weak": 2.0}


def test_an_alone_view_repeats_the_images_and_leaves_the_statistics():
    network = keras.Sequential(
        [keras.Input((2, 2, 1)), keras.layers.BatchNormalization(momentum=0.5)]
    )
    views = {
        "labeled": np.arange(4.0).reshape(1, 2, 2, 1),
        "weak": np.full((1, 2, 2, 1), 100.0),
    }
    passes = plan_passes(
        ("labeled", "labeled_alone", "weak"),
        (),
        forward="joint",
        batch_norm="all",
    )
    outputs = run_passes(network, passes, views)
    layer = network.layers[0]
    mean = float(ops.convert_to_numpy(layer.moving_mean)[0])
    np.testing.assert_allclose(mean, 0.5 * (6 + 400) / 8)
    alone = ops.convert_to_numpy(outputs["labeled_alone"])
    np.testing.assert_allclose(alone.mean(), 0, atol=1e-5)
    assert ops.convert_to_numpy(outputs["labeled"]).mean() < -0.9
