"""Where oneDNN helps TensorFlow on a processor, and where it hurts.

    python -m benchmarks.onednn [--core 0] [--rounds 3] [--steps 5]

Forward, backward and update of one layer or network on 32 random images, with
oneDNN and without, in turns. Printed is the time with oneDNN divided by the
time without it: below 1 it helps.
"""

import argparse
import sys

import keras
import numpy as np

from benchmarks.peer_keras import NETWORKS
from benchmarks.turns import Contender
from benchmarks.turns import serve
from benchmarks.turns import take_turns
from keras_ssl.report import format_table

layers = keras.layers
LAYERS = {
    "Conv2D 3x3": lambda: layers.Conv2D(64, 3, padding="same"),
    "Conv2D 1x1": lambda: layers.Conv2D(64, 1),
    "DepthwiseConv2D": lambda: layers.DepthwiseConv2D(3, padding="same"),
    "BatchNormalization": layers.BatchNormalization,
    "LayerNormalization": layers.LayerNormalization,
    "GroupNormalization": lambda: layers.GroupNormalization(8),
    "MaxPooling2D": layers.MaxPooling2D,
    "Dense": lambda: layers.Dense(64),
    "GELU": lambda: layers.Activation("gelu"),
    "MultiHeadAttention": lambda: Attention(),
}
MODELS = {
    **NETWORKS,
    "EfficientNetB0": lambda: keras.applications.EfficientNetB0(
        input_shape=(64, 64, 3), weights=None, classes=10
    ),
}
SIZES, POLICIES = (8, 32), ("float32", "mixed_bfloat16")


class Attention(layers.Layer):
    """Attention between the pixels of 8 x 8 parts."""

    def __init__(self):
        super().__init__()
        self.attention = layers.MultiHeadAttention(4, 16)

    def call(self, images):
        parts = keras.ops.reshape(images, (-1, 64, images.shape[-1]))
        return keras.ops.reshape(
            self.attention(parts, parts), keras.ops.shape(images)
        )


def one_layer(name, size):
    """A layer between others that hardly count."""
    inputs = x = keras.Input((size, size, 64))
    x = LAYERS[name]()(layers.Rescaling(1.0)(x))
    x = layers.Flatten()(x)
    return keras.Model(inputs, keras.ops.mean(x, -1, keepdims=True))


def train(name, size, policy):
    """Trains when it is told to."""
    keras.config.set_dtype_policy(policy)
    network = MODELS[name]() if name in MODELS else one_layer(name, size)
    classes = network.output_shape[-1]
    images = np.random.default_rng(0).normal(
        size=(32, *network.input_shape[1:])
    )
    images = images.astype("float32")
    target = np.zeros((32, classes), "float32")
    network.compile(keras.optimizers.SGD(1e-3), "mse", jit_compile=False)

    def run(steps):
        for _ in range(steps):
            network.train_on_batch(images, target)

    serve(run)


def measure(name, size, policy, options):
    """A row: milliseconds with oneDNN, and the ratio."""
    contenders = {
        setting: Contender(
            [sys.executable, "-m", __spec__.name, name, str(size), policy],
            options.core,
            KERAS_BACKEND="tensorflow",
            TF_ENABLE_ONEDNN_OPTS=setting,
        )
        for setting in "01"
    }
    found = take_turns(
        contenders, to="0", rounds=options.rounds, steps=options.steps
    )
    return {
        "layer or network": name,
        "pixels": size,
        "policy": policy,
        "ms with": f"{found['1'][0]:.1f}",
        "with / without": f"{found['1'][1]:.2f}",
    }


def main():
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--core", type=int)
    parser.add_argument("--cases", nargs="*", default=[*LAYERS, *MODELS])
    parser.add_argument("--policies", nargs="*", default=POLICIES)
    options = parser.parse_args()
    cases = [(name, size) for name in LAYERS for size in SIZES]
    cases += [(name, 64 if name.startswith("E") else 32) for name in MODELS]
    rows = []
    cases = [case for case in cases if case[0] in options.cases]
    for policy in options.policies:
        for name, size in cases:
            rows.append(measure(name, size, policy, options))
            print(rows[-1], flush=True)
    print(format_table(rows))


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] in {*LAYERS, *MODELS}:
        name, size, policy = sys.argv[1:]
        train(name, int(size), policy)
    else:
        main()
