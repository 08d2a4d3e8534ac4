"""What only the TensorFlow backend has: KerasCV, tf.data, strategies, XLA."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods import METHODS
from keras_ssl.methods import FixMatch

if keras.backend.backend() != "tensorflow":
    pytest.skip("needs the TensorFlow backend", allow_module_level=True)

import tensorflow as tf

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def compiled(network, **arguments):
    arguments.setdefault("strong", "cutout")
    model = SemiSupervisedModel(network, **arguments)
    model.compile(keras.optimizers.SGD(0.1), LOGITS)
    return model


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_kerascv_is_one_word_away_and_trains(
    policy, network, digits8, tmp_path
):
    keras.config.set_dtype_policy(policy)
    x, y = digits8
    model = SemiSupervisedModel(network(), FixMatch(0.3), strong="kerascv")
    assert type(model.strong).__name__ == "KerasCV"
    model.compile("adam", LOGITS)
    history = model.fit(
        x[:16], y[:16], unlabeled_data=x, steps_per_epoch=2, verbose=0
    )
    assert np.isfinite(history.history["unlabeled_loss"][0])
    assert history.history["mask_ratio"][0] > 0
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        loaded.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-3
    )


def test_on_a_cpu_the_default_is_not_xla(network):
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("this machine has a GPU")
    assert compiled(network()).jit_compile is False


@pytest.fixture
def accelerator(monkeypatch):
    """What `keras.Model.compile` decides for "auto" where there is a GPU."""
    plain = keras.Model.compile

    def compile_as_on_a_gpu(self, *args, jit_compile="auto", **kwargs):
        jit_compile = True if jit_compile == "auto" else jit_compile
        return plain(self, *args, jit_compile=jit_compile, **kwargs)

    monkeypatch.setattr(keras.Model, "compile", compile_as_on_a_gpu)


@pytest.mark.usefixtures("accelerator")
def test_with_an_accelerator_the_probe_decides(network, capsys):
    rotation = keras.layers.RandomRotation(0.1)
    rotation.supports_jit = True  # as many layers say that cannot
    model = compiled(network(), strong="cutout")
    assert model.jit_compile
    assert "XLA is off" not in capsys.readouterr().out
    model.set_augmentation(strong=rotation)
    assert not model.jit_compile
    assert "XLA is off" in capsys.readouterr().out
    model.set_augmentation(strong="cutout")
    assert model.jit_compile
    assert not compiled(network(), strong=rotation).jit_compile


@pytest.mark.parametrize("asked", ["auto", True])
def test_a_loaded_model_decides_anew_unless_told(asked, network):
    model = SemiSupervisedModel(network(), strong="cutout")
    model.compile("adam", LOGITS, jit_compile=asked)
    assert model.get_compile_config()["jit_compile"] == asked


def test_it_trains_under_xla_when_asked(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), FixMatch(0.3), strong="cutout")
    model.compile("adam", LOGITS, jit_compile=True)
    assert model.jit_compile is True
    logs = model.train_on_batch(((x[:8], y[:8]), x), return_dict=True)
    assert np.isfinite(logs["loss"])


@pytest.mark.parametrize("batched", [False, True])
def test_zipped_datasets(batched, network, digits8):
    x, y = digits8
    labeled = tf.data.Dataset.from_tensor_slices((x[:16], y[:16])).repeat()
    unlabeled = tf.data.Dataset.from_tensor_slices(x)
    zipped = tf.data.Dataset.zip(labeled.batch(4), unlabeled.batch(32))
    model = compiled(network())
    history = model.fit(zipped, epochs=2, verbose=0)
    assert int(model.step) == 8
    assert "unlabeled_loss" in history.history


def test_a_zipped_dataset_without_end_needs_steps(network, digits8):
    x, y = digits8
    labeled = tf.data.Dataset.from_tensors((x[:4], y[:4])).repeat()
    zipped = tf.data.Dataset.zip(labeled, tf.data.Dataset.from_tensors(x))
    with pytest.raises(ValueError, match="steps_per_epoch"):
        compiled(network()).fit(zipped.repeat(), verbose=0)


def test_the_supervised_phase_does_not_read_unlabeled_images(network, digits8):
    x, y = digits8
    read = []

    def batches():
        for number in range(1000):
            read.append(number)
            yield x[:32]

    model = compiled(network())
    model.phase = "supervised"
    counts = []

    def switch(epoch, logs):
        counts.append(len(read))
        if epoch == 1:
            model.phase = "semi-supervised"

    model.fit(
        x[:16],
        y[:16],
        unlabeled_data=batches(),
        steps_per_epoch=20,
        epochs=3,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=switch)],
    )
    assert counts[1] == counts[0] < 15
    assert counts[2] >= counts[1] + 15


def test_class_weight_with_datasets(network, digits8):
    x, y = digits8
    labeled = tf.data.Dataset.from_tensor_slices((x[:16], y[:16])).batch(16)
    losses = []
    for weight in (1.0, 2.0):
        keras.utils.set_random_seed(0)
        model = compiled(network(), weak=None, strong=None)
        history = model.fit(
            labeled,
            unlabeled_data=x,
            class_weight=dict.fromkeys(range(4), weight),
            steps_per_epoch=1,
            verbose=0,
        )
        losses.append(history.history["labeled_loss"][0])
    np.testing.assert_allclose(2 * losses[0], losses[1], rtol=1e-5)


def test_a_generator_in_the_supervised_phase(network, digits8):
    x, y = digits8

    def batches():
        while True:
            yield x[:8], y[:8]

    model = compiled(network())
    model.phase = "supervised"
    model.fit(batches(), steps_per_epoch=3, verbose=0)
    assert int(model.step) == 3


REPLICAS = """
import inspect, sys
import keras, numpy as np, tensorflow as tf
import keras_ssl
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(
    cpu, 2 * [tf.config.LogicalDeviceConfiguration()]
)
random = np.random.default_rng(0)
x, u = random.uniform(0, 1, (2, 8, 8, 8, 1)).astype("float32")
y = np.arange(8) % 4
index = np.arange(8, dtype="int32")
# Both replicas get the same images, so that two give what one gives.
data = ({"labeled": x, "unlabeled": u, "index": index, "labeled_index": index},
        y)
twice = ({k: np.concatenate([v, v]) for k, v in data[0].items()},
         np.concatenate([y, y]))

def train(strategy, data, batch, name):
    kind = keras_ssl.methods.METHODS[name]
    known = inspect.signature(kind).parameters
    chosen = {"threshold": 0.3, "interpolate": False, "num_unlabeled": 8,
              "num_labeled": 8}
    method = kind(**{n: v for n, v in chosen.items() if n in known})
    with strategy.scope():
        keras.utils.set_random_seed(0)
        network = keras.Sequential([
            keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3),
            keras.layers.BatchNormalization(), keras.layers.Flatten(),
            keras.layers.Dense(4)])
        model = keras_ssl.SemiSupervisedModel(
            network, method, weak=None, strong=None)
        model.compile(keras.optimizers.SGD(0.1),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    dataset = tf.data.Dataset.from_tensor_slices(data).batch(batch)
    history = model.fit(dataset, epochs=2, verbose=0)
    return history.history, [v.numpy() for v in model.network.weights]

mirrored = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
for name in sys.argv[1:]:
    one, expected = train(tf.distribute.get_strategy(), data, 8, name)
    two, weights = train(mirrored, twice, 16, name)
    assert one["unlabeled_loss"][-1] != 0, name
    for a, b in zip(weights, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5, err_msg=name)
    for log in ("loss", "unlabeled_loss", "mask_ratio"):
        np.testing.assert_allclose(two[log], one[log], rtol=1e-3, err_msg=name)
    print(name)
odd = ({k: v[:5] for k, v in data[0].items()}, y[:5])
try:  # of the last batch, one replica would get nothing
    train(mirrored, odd, 4, "fixmatch")
except ValueError as error:
    print(error)
"""


# Methods that mix draw other random numbers on each replica; without random
# numbers two views are equal; and a student needs a teacher's labels.
UNCOMPARED = {"pi_model", "noisy_student"}
COMPARED = [
    n for n in METHODS if METHODS[n].mix is None and n not in UNCOMPARED
]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["aligned_softmatch", "comatch"], id="some"),
        pytest.param(COMPARED, id="all", marks=pytest.mark.slow),
    ],
)
def test_two_replicas_give_the_gradient_of_one_and_need_an_image_each(
    names,
):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", REPLICAS, *names],
        capture_output=True,
        text=True,
        check=False,
    )
    *trained, refused = done.stdout.splitlines() or [""]
    assert trained == names, done.stderr[-3000:]
    assert "1 labeled image for 2 replicas" in refused


@pytest.mark.parametrize("train", ["fit", "train_on_batch"])
def test_each_phase_traces_its_step_once(network, digits8, train):
    traced = []

    class Traced(SemiSupervisedModel):
        def compute_loss(self, *args, **kwargs):
            traced.append(self.phase if tf.executing_eagerly() else "graph")
            return super().compute_loss(*args, **kwargs)

    x, y = digits8
    model = Traced(network(), strong="cutout", weak=None)
    model.compile("adam", LOGITS, metrics=["accuracy"])
    for phase in ("semi-supervised", "supervised"):
        model.phase = phase
        for _ in range(2):
            if train == "fit":
                model.fit(x[:8], y[:8], unlabeled_data=x[:24], verbose=0)
            else:
                model.make_train_function()
                model.train_on_batch(((x[:8], y[:8]), x[:24]))
    assert traced == ["graph", "graph"]
