"""What every method that blends images keeps in training."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods.fixmatch_mixup import FixMatchMixUp
from keras_ssl.methods.mixmatch import MixMatch
from keras_ssl.methods.remixmatch import ReMixMatch
from tests.backends import TENSORFLOW
from tests.backends import once
from tests.backends import slow_on_jax
from tests.methods.mixing import given

pytestmark = [pytest.mark.core, pytest.mark.eager]
METHODS = {
    "mixmatch": lambda: MixMatch(ramp_up_steps=2),
    "remixmatch": lambda: ReMixMatch(ramp_up_steps=2),
    "fixmatch_mixup": lambda: FixMatchMixUp(threshold=0.3),
}
KINDS = {
    "sparse": keras.losses.SparseCategoricalCrossentropy,
    "one-hot": keras.losses.CategoricalCrossentropy,
}


@pytest.fixture(
    params=[
        "remixmatch",
        slow_on_jax("mixmatch"),
        slow_on_jax("fixmatch_mixup"),
    ]
)
def name(request):
    return request.param


def compiled(name, network, kind="sparse", softmax=False, **options):
    model = SemiSupervisedModel(
        network(activation="softmax" if softmax else None),
        METHODS[name](),
        weak=None,
        strong=None,
        value_range=(0, 1),
        **options,
    )
    model.compile(
        keras.optimizers.SGD(0.1),
        KINDS[kind](from_logits=not softmax),
        metrics=["accuracy"],
    )
    return model


def labels(y, kind):
    return np.eye(4, dtype="float32")[y] if kind == "one-hot" else y


@pytest.mark.parametrize(
    ("kind", "softmax"), [("sparse", False), ("one-hot", True)]
)
def test_it_trains_on_labels_and_outputs_of_any_form(
    name, kind, softmax, network, digits8
):
    x, y = digits8
    model = compiled(name, network, kind, softmax)
    history = model.fit(
        x[:8],
        labels(y[:8], kind),
        unlabeled_data=(x, y),
        unlabeled_ratio=2,
        batch_size=8,
        steps_per_epoch=2,
        verbose=0,
    ).history
    assert history["unlabeled_loss"][0] > 0
    assert np.isfinite(history["loss"][0])
    assert {"mask_ratio", "pseudo_label_accuracy", "accuracy"} <= set(history)


def step(model, x, y, weight=None):
    model.reset_metrics()
    batch = (x[:8], y[:8]) if weight is None else (x[:8], y[:8], weight)
    return model.train_on_batch((batch, x[8:24]), return_dict=True)


@once
def test_the_same_labels_in_both_forms_give_the_same_loss(
    name, network, digits8
):
    x, y = digits8
    losses = []
    for kind in KINDS:
        keras.utils.set_random_seed(1)
        model = compiled(name, network, kind)
        logs = [step(model, x, labels(y, kind))["loss"] for _ in range(2)]
        losses.append(logs)
    np.testing.assert_allclose(*losses, rtol=1e-5)


def test_labeled_images_that_weigh_nothing_have_no_loss(name, network, digits8):
    x, y = digits8
    weights = np.zeros(8, "float32"), np.full(8, 2.0, "float32"), None
    none, twice, once = (
        step(seeded(name, network), x, y, weight)["labeled_loss"]
        for weight in weights
    )
    assert none == 0.0
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-5)


def seeded(name, network, **options):
    keras.utils.set_random_seed(1)
    return compiled(name, network, **options)


@once
def test_it_resumes_with_the_draws_that_would_have_come(
    name, network, digits8, tmp_path
):
    x, y = digits8
    model = compiled(name, network)
    step(model, x, y)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for _ in range(2):
        logs, again = step(model, x, y), step(loaded, x, y)
        for key, value in logs.items():
            np.testing.assert_allclose(again[key], value, rtol=1e-4)


def test_its_draws_differ_from_step_to_step(name, network, digits8):
    x, y = digits8
    model = compiled(name, network)
    model.optimizer.learning_rate = 0.0
    step(model, x, y), step(model, x, y)
    losses = [step(model, x, y)["unlabeled_loss"] for _ in range(3)]
    assert len(set(np.round(losses, 6))) == 3


@once
def test_every_mixed_policy_trains(name, network, digits8):
    x, y = digits8
    keras.config.set_dtype_policy("mixed_float16")
    model = compiled(name, network)
    for _ in range(2):
        logs = step(model, x, y)
        assert np.isfinite(logs["loss"])
    assert logs["unlabeled_loss"] > 0


def test_in_one_pass_it_mixes_by_what_it_knows(name, network, digits8):
    if name == "fixmatch_mixup":
        model = compiled(name, network, forward="joint")
        assert np.isfinite(step(model, *digits8)["loss"])
        return
    with pytest.raises(ValueError, match='forward="joint".*mixes'):
        compiled(name, network, forward="joint")


@pytest.mark.skipif(not TENSORFLOW, reason="takes TF's gradients")
def test_guesses_take_no_gradient(name):
    import tensorflow as tf

    method = METHODS[name]()
    if name == "fixmatch_mixup":
        pytest.skip("mixes without guesses")
    random = np.random.default_rng(0)
    images, logits, one_hot = given(
        random, 2, 4, method.targets, ["strong", "strong_2"]
    )
    logits = {key: tf.constant(value) for key, value in logits.items()}
    method.build_for(4, 6)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        _, tensors = method.mix(images, logits, one_hot)
        total = sum(
            tf.reduce_sum(value)
            for key, value in tensors.items()
            if key != "turns"
        )
    gradients = tape.gradient(total, logits)
    assert all(g is None or not np.any(g) for g in gradients.values())


def test_labels_of_blends_are_probabilities_of_the_image_itself(name):
    random = np.random.default_rng(0)
    method = METHODS[name]()
    if name == "fixmatch_mixup":
        pytest.skip("blends labels in its loss")
    images, logits, one_hot = given(
        random, 4, 6, method.targets, ["strong", "strong_2"]
    )
    method.build_for(4, 6)
    _, tensors = method.mix(images, logits, one_hot)
    labeled, mixed = (
        ops.convert_to_numpy(tensors[key])
        for key in ("labeled_target", "mixed_target")
    )
    for target in (labeled, mixed):
        np.testing.assert_allclose(target.sum(axis=1), 1, rtol=1e-5)
        assert target.min() >= 0
    assert np.all(labeled[one_hot > 0] >= 0.5 - 1e-6)


@once
def test_images_in_bytes_are_blended_as_numbers(name, network, digits8):
    x, y = digits8
    images = np.round(255 * x).astype("uint8")
    losses = []
    for dtype in ("uint8", "float32"):
        keras.utils.set_random_seed(0)
        model = SemiSupervisedModel(
            network(), METHODS[name](), weak=None, strong=None
        )
        model.compile(
            keras.optimizers.SGD(1e-3),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        given = images.astype(dtype)
        history = model.fit(
            given[:8],
            y[:8],
            unlabeled_data=given,
            steps_per_epoch=2,
            batch_size=4,
            verbose=0,
        )
        losses.append(history.history["loss"][0])
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
