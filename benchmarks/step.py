"""What a training step costs, against the plain step and against its parts.

    python benchmarks/step.py [--rounds 10] [--steps 10]

Phase 1 is compared with `fit` of the plain model on the same labeled images.
Phase 2 is compared with the sum of its parts timed alone: forward and backward
over everything that the policy feeds with the optimizer's update, and the
augmentation. Both sides alternate in one process; each ratio is the median over
the rounds of the ratio within a round. Memory is TensorFlow's peak over a step,
the median of five after a first one.
"""

import argparse
import itertools
import statistics
import time

import keras
import numpy as np
import tensorflow as tf

import keras_ssl

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
BATCH = 64


def small_cnn():
    """Three stages of two convolutions, 16 to 64 channels."""
    layers = [keras.Input((32, 32, 3))]
    for filters, stride in (
        (16, 1),
        (16, 1),
        (32, 2),
        (32, 1),
        (64, 2),
        (64, 1),
    ):
        layers += [
            keras.layers.Conv2D(
                filters, 3, strides=stride, padding="same", use_bias=False
            ),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
        ]
    layers += [
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(10),
    ]
    return keras.Sequential(layers)


def mobilenet():
    """The tutorial's network."""
    return keras.applications.MobileNet(
        input_shape=(32, 32, 3),
        weights=None,
        classes=10,
        classifier_activation=None,
    )


NETWORKS = {"small CNN": small_cnn, "MobileNet": mobilenet}


def compiled(model):
    """Compiles as a user would."""
    model.compile(keras.optimizers.Adam(), LOSS)
    return model


class Fit:
    """Times steps inside `fit`, without its start and end."""

    def __init__(self, model, steps, **data):
        self.model, self.steps, self.data = model, steps, data
        self.run()

    def run(self):
        """Milliseconds a step."""
        times = []
        note = keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: times.append(
                time.process_time()
            )
        )
        self.model.fit(
            **self.data,
            steps_per_epoch=self.steps + 2,
            verbose=0,
            callbacks=[note],
        )
        return 1000 * (times[-1] - times[1]) / (len(times) - 2)


class Parts:
    """The network part and the augmentation part of a step, alone."""

    def __init__(self, build, model, steps, x, y, u):
        self.steps = steps
        self.x, self.y, self.u = map(tf.constant, (x, y, u))
        self.network, self.weak = build(), model.weak
        self.strong = model.strong or tf.identity
        self.optimizer = keras.optimizers.Adam()
        self.optimizer.build(self.network.trainable_variables)
        self.joint = model.plan.forward == "joint"
        self.learn = tf.function(self._learn, autograph=False)
        self.augment = tf.function(self._augment, autograph=False)
        self.run()

    def _augment(self):
        views = self.weak(self.x), self.weak(self.u), self.weak(self.u)
        return views[0], views[1], self.strong(views[2])

    def _learn(self, x, weak, strong):
        images = tf.concat([x, weak, strong] if self.joint else [x, strong], 0)
        rest = tf.zeros(images.shape[0] - self.y.shape[0], self.y.dtype)
        labels = tf.concat([self.y, rest], 0)
        if not self.joint:
            self.network(weak, training=True)
        with tf.GradientTape() as tape:
            loss = LOSS(labels, self.network(images, training=True))
        variables = self.network.trainable_variables
        gradients = tape.gradient(loss, variables)
        self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return loss

    def _time(self, function, *arguments):
        begin = time.process_time()
        for _ in range(self.steps):
            function(*arguments)
        return 1000 * (time.process_time() - begin) / self.steps

    def run(self):
        """Milliseconds of the network part, and of the augmentation."""
        views = [tf.cast(v, "float32") for v in (self.x, self.u, self.u)]
        return self._time(self.learn, *views), self._time(self.augment)

    def step(self):
        """Both parts, once."""
        self.learn(*self.augment())


def peak(function):
    """What a call takes at its peak beyond what was there before, in MB."""
    tf.config.experimental.reset_memory_stats("CPU:0")
    before = tf.config.experimental.get_memory_info("CPU:0")["current"]
    function()
    peak = tf.config.experimental.get_memory_info("CPU:0")["peak"]
    return (peak - before) / 1e6


def measure(name, ratio, options):
    """One row of the table."""
    random = np.random.default_rng(0)
    x = random.uniform(0, 1, (640, 32, 32, 3)).astype("float32")
    y = random.integers(0, 10, 640)
    u = random.uniform(0, 1, (BATCH * ratio * 4, 32, 32, 3)).astype("float32")
    build = NETWORKS[name]
    plain = Fit(compiled(build()), options.steps, x=x, y=y, batch_size=BATCH)
    data = {
        "x": x,
        "y": y,
        "batch_size": BATCH,
        "unlabeled_data": u,
        "unlabeled_ratio": ratio,
        "include_labeled": False,
    }
    wrapped = keras_ssl.SemiSupervisedModel(
        build(), "fixmatch", strong=options.strong, forward=options.forward
    )
    model = compiled(wrapped)
    model.phase = "supervised"
    phase_1 = Fit(model, options.steps, **data)
    other = compiled(
        keras_ssl.SemiSupervisedModel(
            build(), "fixmatch", strong=options.strong, forward=options.forward
        )
    )
    phase_2 = Fit(other, options.steps, **data)
    parts = Parts(
        build, other, options.steps, x[:BATCH], y[:BATCH], u[: BATCH * ratio]
    )
    first = [(plain.run(), phase_1.run()) for _ in range(3 * options.rounds)]
    second = [(phase_2.run(), *parts.run()) for _ in range(options.rounds)]
    batch = {"labeled": x[:BATCH], "unlabeled": u[: BATCH * ratio]}
    peaks = [
        (peak(lambda: other.train_on_batch(batch, y[:BATCH])), peak(parts.step))
        for _ in range(6)
    ]
    memory, memory_parts = (
        statistics.median(column) for column in zip(*peaks[1:], strict=True)
    )
    median = statistics.median
    columns = [*zip(*first, strict=True), *zip(*second, strict=True)]
    names = ("plain", "phase 1", "phase 2", "network", "augmentation")
    return {
        "network": name,
        "ratio": ratio,
        **{
            f"{each} ms": f"{median(column):.1f}"
            for each, column in zip(names, columns, strict=True)
        },
        "phase 1 / plain": f"{median(b / a for a, b in first):.2f}",
        "phase 2 / parts": f"{median(a / (b + c) for a, b, c in second):.2f}",
        "memory MB": f"{memory:.0f}",
        "memory / parts": f"{memory / memory_parts:.2f}",
    }


def main():
    """Prints one row for each network and ratio."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--strong", default="randaugment")
    parser.add_argument("--forward", default="split")
    parser.add_argument("--ratios", type=int, nargs="*", default=[1, 3, 7])
    parser.add_argument("--networks", nargs="*", default=list(NETWORKS))
    options = parser.parse_args()
    rows = []
    for name, ratio in itertools.product(options.networks, options.ratios):
        rows.append(measure(name, ratio, options))
        print(rows[-1], flush=True)
    print(keras_ssl.report.format_table(rows))


if __name__ == "__main__":
    main()
