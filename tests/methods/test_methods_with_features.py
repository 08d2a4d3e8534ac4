"""CoMatch and SimMatch in the model: what their heads and memories undergo."""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods.comatch import CoMatch
from keras_ssl.methods.simmatch import SimMatch

pytestmark = pytest.mark.eager


def functional():
    image = keras.Input((8, 8, 1))
    # Without a bias, whose gradient before BatchNorm is rounding alone.
    x = layers.Conv2D(8, 3, use_bias=False, name="conv")(image)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Dropout(0.2, seed=1)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(4)(x))


METHODS = {
    "comatch": lambda: CoMatch(threshold=0.3, queue_size=30),
    "simmatch": lambda: SimMatch(threshold=0.3),
}


@pytest.fixture(params=sorted(METHODS))
def method(request):
    return METHODS[request.param]()


def compiled(network, method, *, run_eagerly=True, **options):
    model = SemiSupervisedModel(
        network, method, weak=None, strong=None, **options
    )
    model.compile(
        keras.optimizers.Adam(0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        run_eagerly=run_eagerly,
    )
    return model


def fit(model, images, steps=2):
    x, y = images
    return model.fit(
        x[:12],
        y[:12],
        unlabeled_data=x[12:],
        batch_size=6,
        unlabeled_ratio=2,
        steps_per_epoch=steps,
        verbose=0,
    ).history


def values(variables):
    return [ops.convert_to_numpy(ops.cast(v, "float32")) for v in variables]


def element(images):
    x, y = images
    inputs = {"labeled": x[:8], "unlabeled": x[8:24]}
    return {**inputs, "labeled_index": np.arange(8, dtype="int32")}, y[:8]


@pytest.mark.parametrize(
    "policy",
    [pytest.param("float32", marks=pytest.mark.core), "mixed_float16"],
)
def test_it_trains_saves_and_resumes_to_the_same_numbers(
    method, policy, network, digits8, tmp_path
):
    keras.config.set_dtype_policy(policy)
    net = functional() if policy == "float32" else network()
    model = compiled(net, method, run_eagerly=False)
    history = fit(model, digits8)
    assert np.isfinite(history["loss"][0])
    assert history["unlabeled_loss"][0] > 0
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for _ in range(2):
        logs = model.train_on_batch(*element(digits8), return_dict=True)
        again = loaded.train_on_batch(*element(digits8), return_dict=True)
        for name, value in logs.items():
            np.testing.assert_allclose(again[name], value, rtol=1e-3)
    pairs = zip(values(model.variables), values(loaded.variables), strict=True)
    for a, b in pairs:
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


@pytest.mark.core
def test_the_optimizer_trains_the_head_and_the_export_is_without(
    method, digits8
):
    keras.utils.set_random_seed(1)
    model = compiled(functional(), method)
    fit(model, digits8, steps=1)
    head = model.method.head.trainable_variables
    assert {v.path for v in head} < {v.path for v in model.trainable_variables}
    slots = sum("projection_head" in v.path for v in model.optimizer.variables)
    assert slots == 2 * len(head)
    before = values(head)
    fit(model, digits8, steps=4)
    for old, new in zip(before, values(head), strict=True):
        assert np.abs(new - old).max() > 1e-3
    exported = model.export_model()
    assert len(exported.variables) == len(model.network.variables)
    x = digits8[0][:4]
    np.testing.assert_allclose(
        exported.predict(x, verbose=0),
        model.predict(x, verbose=0),
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.core
def test_its_weights_train_after_a_supervised_phase(method, digits8):
    model = compiled(functional(), method)
    model.phase = "supervised"
    x, y = digits8
    model.fit(x[:12], y[:12], batch_size=6, verbose=0)
    model.phase = "semi-supervised"
    before = values(model.method.head.trainable_variables)
    fit(model, digits8, steps=4)
    after = values(model.method.head.trainable_variables)
    assert any(np.any(a != b) for a, b in zip(before, after, strict=True))


def test_both_forward_policies_fill_the_memory(method, digits8):
    kind, config = type(method), method.get_config()
    filled = {}
    for forward in ("split", "joint"):
        keras.utils.set_random_seed(0)
        model = compiled(
            functional(), kind.from_config(config), forward=forward
        )
        fit(model, digits8, steps=1)
        memory = getattr(model.method, "queue", None) or model.method.bank
        filled[forward] = sum(
            v.any(axis=-1).sum() for v in values([memory.labels])
        )
    assert filled["split"] == filled["joint"] == (18 if kind is CoMatch else 6)


def test_features_may_be_those_of_a_named_layer(method, digits8):
    model = compiled(functional(), method, features="batch_normalization")
    fit(model, digits8, steps=1)
    assert model.method.head.hidden.kernel.shape == (8, 8)


def test_a_subclassed_network_is_refused(method):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(4)

        def call(self, images):
            return self.dense(ops.reshape(images, (-1, 64)))

    model = compiled(Own(), method)
    with pytest.raises(ValueError, match="Build the network as one"):
        fit(model, (np.zeros((40, 8, 8, 1)), np.arange(40) % 4))


def test_simmatch_counts_the_labeled_images(digits8):
    model = compiled(functional(), SimMatch())
    fit(model, digits8, steps=1)
    assert model.method.num_labeled == 12
    assert model.method.bank.features.shape == (12, 128)
    config = model.get_config()["method"]["config"]
    assert config["num_labeled"] == 12
