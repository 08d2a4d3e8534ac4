"""FixMatch's step in Keras, for `benchmarks.peers`: ours, and two others."""

import sys

import keras
import tensorflow as tf

import keras_ssl
from benchmarks.peer_images import BATCH_SIZE
from benchmarks.peer_images import RATIO
from benchmarks.peer_images import images
from benchmarks.step import Parts
from benchmarks.step import mobilenet
from benchmarks.turns import serve
from benchmarks.worth import TASKS
from benchmarks.worth import build_network

SHAPE = (32, 32, 3)
NETWORKS = {
    "small_cnn": lambda: keras_ssl.networks.small_cnn(SHAPE, 10),
    "plain_cnn": lambda: build_network(SHAPE, TASKS["fashion_mnist"]["widths"]),
    "mobilenet": mobilenet,
}
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def sgd(**kwargs):
    """The optimizer of all contenders."""
    return keras.optimizers.SGD(0.03, momentum=0.9, nesterov=True, **kwargs)


def ours(network, x, y, u):
    """`fit` of a `SemiSupervisedModel`."""
    model = keras_ssl.SemiSupervisedModel(network, "fixmatch")
    model.compile(sgd(), LOSS)

    def run(steps):
        model.fit(
            x,
            y,
            unlabeled_data=u,
            unlabeled_ratio=RATIO,
            include_labeled=False,
            batch_size=BATCH_SIZE,
            steps_per_epoch=steps,
            verbose=0,
        )

    return run


def parts(network, x, y, u):
    """Forward, backward, update and augmentation, and nothing around them."""
    model = keras_ssl.SemiSupervisedModel(network, "fixmatch")
    step = Parts(
        lambda: network,
        model,
        1,
        x[:BATCH_SIZE].astype("float32"),
        y[:BATCH_SIZE],
        u[: RATIO * BATCH_SIZE].astype("float32"),
    )
    return lambda steps: [step.step() for _ in range(steps)]


class Loop(keras.Model):
    """The `train_step` that one writes without us."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def call(self, images, training=False):
        return self.network(images, training=training)

    def train_step(self, data):
        (x, y), (weak, strong) = data
        with tf.GradientTape() as tape:
            guesses = tf.nn.softmax(self(weak, training=True))
            target = tf.stop_gradient(tf.argmax(guesses, -1))
            sure = tf.reduce_max(guesses, -1) >= 0.95
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(
                target, self(strong, training=True)
            )
            loss = LOSS(y, self(x, training=True)) + tf.reduce_mean(
                each * tf.cast(tf.stop_gradient(sure), "float32")
            )
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return {"loss": loss}


def kerascv(network, x, y, u):
    """A `train_step` of one's own, and KerasCV in the input pipeline."""
    import keras_cv

    flip = keras.layers.RandomFlip("horizontal")
    shift = keras.layers.RandomTranslation(0.125, 0.125)
    randaugment = keras_cv.layers.RandAugment(
        (0, 255), augmentations_per_image=2, magnitude=0.5
    )

    def weak(images):
        images = tf.cast(images, "float32")
        return shift(flip(images, training=True), training=True)

    def endless(data, size, views):
        data = tf.data.Dataset.from_tensor_slices(data).shuffle(1000).repeat()
        return data.batch(size, drop_remainder=True).map(views)

    labeled = endless((x, y), BATCH_SIZE, lambda x, y: (weak(x), y))
    unlabeled = endless(
        u, RATIO * BATCH_SIZE, lambda u: (weak(u), randaugment(weak(u)))
    )
    data = tf.data.Dataset.zip((labeled, unlabeled)).prefetch(1)
    model = Loop(network)
    model.compile(
        sgd(use_ema=True, ema_momentum=0.999), LOSS, jit_compile=False
    )
    return lambda steps: model.fit(data, steps_per_epoch=steps, verbose=0)


MAKERS = {"ours": ours, "parts": parts, "kerascv": kerascv}


if __name__ == "__main__":
    contender, network = sys.argv[1:]
    serve(MAKERS[contender](NETWORKS[network](), *images()))
