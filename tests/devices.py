"""A program of its own, which sees two devices: `python -m tests.devices`."""

import contextlib
import os
import tempfile
import warnings

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"

import keras  # noqa: E402
import numpy as np  # noqa: E402

import keras_ssl  # noqa: E402
from keras_ssl import callbacks  # noqa: E402

warnings.simplefilter("ignore")
ON_JAX = keras.backend.backend() == "jax"
random = np.random.default_rng(0)
y = np.arange(32) % 4
x = random.uniform(0, 1, (32, 4, 4, 1)).astype("float32")
EVEN = x[:10], y[:10]
VALIDATION = EVEN if ON_JAX else (x[:11], y[:11])


def make_network():
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(4),
        ]
    )


def compiled(model):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        keras.optimizers.SGD(0.1),
        loss,
        metrics=["accuracy"],
        run_eagerly=not ON_JAX,
    )
    return model


def wrapped(method="fixmatch"):
    keras.utils.set_random_seed(0)
    options = {"method": method, "weak": None, "strong": "cutout"}
    return compiled(keras_ssl.SemiSupervisedModel(make_network(), **options))


def fit(model, *others, **arguments):
    given = {"batch_size": 4, "epochs": 2, "validation_data": VALIDATION}
    return model.fit(
        *(x[:8], y[:8]),
        unlabeled_data=x,
        unlabeled_ratio=8,
        verbose=0,
        callbacks=list(others),
        **{**given, **arguments},
    )


def evaluation(model):
    """What is measured and predicted of any number of images."""
    numbers = model.evaluate(*VALIDATION, verbose=0, batch_size=4)
    outputs = model.predict(x[:9], batch_size=4, verbose=0)
    return [*numbers, *outputs.ravel(), *model.predict_on_batch(x[:9]).ravel()]


def refusal(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except ValueError as error:
        return str(error)
    raise AssertionError("nothing is refused")


@contextlib.contextmanager
def two_devices():
    if ON_JAX:
        distribution = keras.distribution.DataParallel()
        keras.distribution.set_distribution(distribution)
        yield contextlib.nullcontext
        return
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(
        cpu, 2 * [tf.config.LogicalDeviceConfiguration()]
    )
    yield tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope


with two_devices() as scope:
    with scope():
        model, plain = wrapped(), compiled(make_network())
        student = wrapped("noisy_student")
    found = evaluation(model)
    switch = callbacks.PhaseSwitch(epoch=1, verbose=0)
    history = fit(model, switch, callbacks.BatchNormWarmup(1, verbose=0))
    accuracy = np.array(history.history["val_accuracy"])
    right = accuracy * len(VALIDATION[0])
    np.testing.assert_allclose(right, right.round(), atol=1e-4)
    print("phases")

    switch = callbacks.PhaseSwitch(epoch=1, verbose=0)
    fit(student, switch, callbacks.NoisyStudentRounds(verbose=0))
    assert keras.ops.convert_to_numpy(student.method.weight).any()
    print("rounds")

    # What is saved comes back onto the devices, and trains.
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/model.keras")
        with scope():
            loaded = keras.models.load_model(f"{folder}/model.keras")
    np.testing.assert_allclose(evaluation(loaded), evaluation(model), 1e-4)
    fit(loaded, epochs=1)
    print("loaded")

    report = keras_ssl.train(
        plain,
        (x[:8], y[:8]),
        x,
        VALIDATION,
        test=(x[:9], y[:9]),
        strong="cutout",
        batch_size=4,
        learning_rate=0.1,
        steps_per_epoch=1,
        epochs=2,
        warmup_steps=1,
        baseline=False,
        inspect=False,
        verbose=0,
    )
    assert list(report.accuracy) == ["phase 1", "phase 2"]
    print("train")

    print(refusal(fit, model, batch_size=5))
    if ON_JAX:
        print(refusal(fit, model, validation_data=(x[:9], y[:9])))
        print(refusal(model.evaluate, x[:9], y[:9], batch_size=9, verbose=0))
    else:
        print(refusal(keras_ssl.SemiSupervisedModel, plain))
        print(refusal(model.evaluate, x[:9], y[:9], batch_size=9, verbose=0))

if ON_JAX:
    keras.distribution.set_distribution(None)
np.testing.assert_allclose(found, evaluation(wrapped()), 1e-4, 1e-5)
print("equal")
