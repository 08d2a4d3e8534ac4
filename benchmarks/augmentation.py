"""What strong augmentation costs, beside other libraries and by its parts.

    python -m benchmarks.augmentation --compare --profile --step

`--compare` lets the contestants take turns in one process, after a warm-up.
Each time is the median over the rounds, each ratio the median over the rounds
of the ratio within a round. What is not installed is named and left out.

All hold the batch before the clock starts: float32 from 0 to 255, kornia from 0
to 1 and on the CPU, Pillow uint8 in two worker processes. What is counted is to
augment it and to have the result in the memory of the caller, for Pillow once
as uint8 and once as the float32 tensor that the others give.

They do not do quite the same. Pillow has our operations; KerasCV ten, Keras
eleven, kornia fifteen. Pillow and we move images to the nearest pixel, the
others bilinearly, as we do in one row. KerasCV, Pillow and we draw operations
for each image and apply half of them; Keras and kornia draw them for the whole
batch and apply all, so that kornia's time depends on the draw.

`--profile` times the parts of our RandAugment alone, each compiled by XLA, and
one copy of the batch, less than which nothing takes that writes a batch.
`--step` times a step of training with several strong views, and their share.
"""

import argparse
import contextlib
import json
import math
import os
import statistics
import time
from unittest import mock

import keras
import numpy as np
import tensorflow as tf

import keras_ssl
from benchmarks.step import BATCH
from benchmarks.step import Fit
from benchmarks.step import Parts
from benchmarks.step import compiled
from benchmarks.step import small_cnn
from keras_ssl.augmentation import RandAugment
from keras_ssl.augmentation import affine
from keras_ssl.augmentation.deck import COLOR
from keras_ssl.augmentation.deck import Deck
from keras_ssl.augmentation.deck import play
from keras_ssl.augmentation.randaugment import VARIANTS

SHAPES = [(448, 32, 32, 3), (64, 224, 224, 3)]
SECONDS = 0.1  # of calls that make one measurement
STRONG = ("randaugment", "fixmatch", "kerascv", None)
KERASCV = "KerasCV RandAugment"
median = statistics.median


def in_graph(layer, images):
    """Calls a layer in a `tf.function`."""
    run = tf.function(lambda x: layer(x, training=True))
    x = tf.constant(images, "float32")
    return lambda: run(x)


def ours(images, stack):
    return in_graph(RandAugment(), images)


def ours_bilinear(images, stack):
    return in_graph(RandAugment(interpolation="bilinear"), images)


def ours_compiled(images, stack):
    run = tf.function(RandAugment(), jit_compile=True, autograph=False)
    x = tf.constant(images, "float32")
    return lambda: run(x)


def ours_by_operation(images, stack):
    run = in_graph(RandAugment(), images)
    name = "keras_ssl.augmentation.augmentation.run_compiled"
    with mock.patch(name, lambda function, *args: function(*args)):
        run()  # traces
    return run


def preset(images, stack):
    return in_graph(keras_ssl.augmentation.get("fixmatch"), images)


def kerascv(images, stack):
    import keras_cv

    layer = keras_cv.layers.RandAugment(
        value_range=(0, 255),
        augmentations_per_image=2,
        magnitude=0.5,
        magnitude_stddev=0.15,
        rate=0.5,
    )
    return in_graph(layer, images)


def keras_layer(images, stack):
    layer = keras.layers.RandAugment(
        value_range=(0, 255), num_ops=2, factor=0.5
    )
    return in_graph(layer, images)


def pillow(images, stack):
    from benchmarks.pillow_randaugment import Workers

    return stack.enter_context(Workers(images.astype("uint8")))


def pillow_to_tensor(images, stack):
    run = pillow(images, stack)
    return lambda: tf.cast(tf.constant(run()), "float32")


def kornia(images, stack):
    import torch
    from kornia.augmentation.auto import RandAugment

    x = torch.tensor(images / 255, dtype=torch.float32)
    x = x.permute(0, 3, 1, 2).contiguous()
    layer = torch.inference_mode()(RandAugment(n=2, m=15))
    return lambda: layer(x)


CONTESTANTS = {
    "RandAugment": ours,
    "RandAugment, bilinear": ours_bilinear,
    "RandAugment, jit_compile=True": ours_compiled,
    "RandAugment, operation by operation": ours_by_operation,
    'preset "fixmatch" (with Cutout)': preset,
    KERASCV: kerascv,
    "keras.layers.RandAugment": keras_layer,
    "Pillow, 2 processes, to uint8": pillow,
    "Pillow, 2 processes, to a tensor": pillow_to_tensor,
    "kornia RandAugment": kornia,
}


class Clock:
    """Times a function, by so many calls that one counts for little."""

    def __init__(self, function):
        self.function, self.calls = function, 3
        self.run()
        self.calls = max(3, math.ceil(1000 * SECONDS / self.run()))

    def run(self):
        """Milliseconds a call."""
        begin = time.perf_counter()
        for _ in range(self.calls):
            self.function()
        tf.test.experimental.sync_devices()
        return 1000 * (time.perf_counter() - begin) / self.calls


def take_turns(clocks, rounds):
    """Milliseconds of each clock in each round."""
    times = [{n: c.run() for n, c in clocks.items()} for _ in range(rounds)]
    return {name: [each[name] for each in times] for name in clocks}


def batch(shape):
    """Whole numbers from 0 to 255, so that uint8 holds the same images."""
    return np.random.default_rng(0).integers(0, 256, shape)


def compare(shape, rounds):
    """Times every contestant that is installed."""
    with contextlib.ExitStack() as stack:
        clocks = {}
        for name, build in CONTESTANTS.items():
            try:
                clocks[name] = Clock(build(batch(shape), stack))
            except (ImportError, ValueError) as error:
                reason = str(error).splitlines()[0]
                print(f"{name}: left out. {type(error).__name__}: {reason}")
        return take_turns(clocks, rounds)


def comparison(times, count):
    """One row a contestant."""
    rows = []
    for name, own in times.items():
        row = {
            "contestant": name,
            "ms": f"{median(own):.2f}",
            "images per second": f"{1000 * count / median(own):,.0f}",
        }
        if KERASCV in times:
            pairs = zip(times[KERASCV], own, strict=True)
            row["times KerasCV's speed"] = (
                f"{median(a / b for a, b in pairs):.2f}"
            )
        rows.append(row)
    return rows


def by_xla(function, *args):
    """A call of a function that XLA compiles, on tensors."""
    run = tf.function(function, jit_compile=True, autograph=False)
    return lambda: run(*args)


def color_part(operation=None):
    """The colour operations of all hands, or `operation` in place of each."""
    cards = list(VARIANTS["symmetric"].items())
    deck = Deck(cards, rate=0.5)
    rows = [row for row, (name, _) in enumerate(cards) if name in COLOR]

    def run(images, hands):
        for hand in hands:
            if operation is None:
                images = deck.color(images, hand, 0.0, 255.0)
            else:
                plays = dict.fromkeys(rows, operation)
                images = play(images, hand["image"], plays)
        return images

    return run


def parts(shape):
    """The parts of a RandAugment, each to be called alone."""
    layer = RandAugment()
    x = tf.constant(batch(shape), "float32")
    sample = tf.function(lambda: layer.sample(shape), autograph=False)
    hands = sample()
    matrix = layer.matrix(hands, shape)
    fill = layer.fill_value(layer.fill, shape[-1])
    found = {
        "nothing: the call itself": by_xla(lambda x: x + 1, tf.zeros(())),
        "one copy of the batch (x + 1)": by_xla(lambda x: x + 1, x),
        "sample, in a plain graph": sample,
        "transform": by_xla(layer.transform, x, hands),
        "- colour, both hands": by_xla(color_part(), x, hands),
        "- taking out and putting back alone": by_xla(
            color_part(lambda rows: rows), x, hands
        ),
        "- matrices": by_xla(lambda hands: layer.matrix(hands, shape), hands),
        "- warp": by_xla(
            lambda x, matrix: affine.warp(x, matrix, fill=fill), x, matrix
        ),
    }
    count = hands[0]["image"].shape[1]
    for row, (name, strength) in enumerate(VARIANTS["symmetric"].items()):
        if name in COLOR:
            drawn = strength(hands[0]["level"][row], hands[0]["sign"][row])
            found[f"{name}, of {count} images"] = by_xla(
                COLOR[name][0], x[:count], drawn
            )
    return found


def profile(shape, rounds):
    """Times each part."""
    clocks = {name: Clock(part) for name, part in parts(shape).items()}
    return take_turns(clocks, rounds)


def profile_rows(times):
    """One row a part: time, time without the call, copies of a batch."""
    call, copy = (median(own) for own in list(times.values())[:2])
    return [
        {
            "part": name,
            "ms": f"{median(own):.3f}",
            "ms without the call": f"{median(own) - call:.3f}",
            "copies": f"{(median(own) - call) / (copy - call):.2f}",
        }
        for name, own in times.items()
    ]


def step(rounds, steps=10, ratio=7):
    """Times steps of the small CNN, and the augmentation in them alone."""
    random = np.random.default_rng(0)
    x = random.uniform(0, 1, (10 * BATCH, 32, 32, 3)).astype("float32")
    y = random.integers(0, 10, 10 * BATCH)
    u = random.uniform(0, 1, (4 * BATCH * ratio, 32, 32, 3)).astype("float32")

    def pair(strong):
        model = keras_ssl.SemiSupervisedModel(
            small_cnn(), "fixmatch", strong=strong
        )
        fit = Fit(
            compiled(model),
            steps,
            x=x,
            y=y,
            batch_size=BATCH,
            unlabeled_data=u,
            unlabeled_ratio=ratio,
            include_labeled=False,
        )
        batch = x[:BATCH], y[:BATCH], u[: BATCH * ratio]
        return Parts(small_cnn, model, steps, *batch), fit

    pairs = {str(strong): pair(strong) for strong in STRONG}
    times = {name: {"augmentation": [], "step": []} for name in pairs}
    for _ in range(rounds):
        for name, (alone, fit) in pairs.items():
            times[name]["augmentation"].append(alone.run()[1])
            times[name]["step"].append(fit.run())
    return times


def step_rows(times):
    """The share of augmentation in a step, one row a strong view."""
    rows = []
    for name, each in times.items():
        pairs = zip(each["augmentation"], each["step"], strict=True)
        rows.append(
            {
                "strong": name,
                "augmentation ms": f"{median(each['augmentation']):.1f}",
                "step ms": f"{median(each['step']):.0f}",
                "steps per second": f"{1000 / median(each['step']):.2f}",
                "share (%)": f"{100 * median(a / b for a, b in pairs):.1f}",
            }
        )
    return rows


def show(title, rows):
    """Prints a table."""
    print(f"\n{title}\n\n{keras_ssl.report.format_table(rows)}", flush=True)


def main():
    """Prints one table a shape, and what else was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--step", action="store_true")
    parser.add_argument("--output", help="a JSON file for the single times")
    options = parser.parse_args()
    found = {}
    print(
        f"TensorFlow {tf.__version__}, Keras {keras.__version__}, "
        f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}"
    )
    for shape in SHAPES if options.compare else ():
        title = "x".join(map(str, shape))
        found[title] = compare(shape, options.rounds)
        show(title, comparison(found[title], shape[0]))
    if options.profile:
        for shape in SHAPES:
            title = "Parts, " + "x".join(map(str, shape))
            found[title] = profile(shape, options.rounds)
            show(title, profile_rows(found[title]))
    if options.step:
        found["step"] = step(options.rounds)
        show("A step, small CNN", step_rows(found["step"]))
    if options.output:
        with open(options.output, "w") as file:
            json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
