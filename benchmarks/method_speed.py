"""Training steps per second of every method, under both forward policies.

    python -m benchmarks.method_speed --rounds 5 --steps 10

A small CNN on images of 28 x 28 pixels, 32 labeled and 96 unlabeled a step. The
methods take turns, so that a machine that slows down slows all of them; printed
are medians over the rounds, and the ratio to the supervised step of the same
round.
"""

import argparse
import inspect
import itertools
import json
import pathlib
import time

import keras
import numpy as np

import keras_ssl
from benchmarks.accuracy import build_network

BATCH_SIZE, RATIO, CLASSES = 32, 3, 10
SHAPE = (28, 28, 1)
SUPERVISED = "supervised"


def make(row, forward, images):
    """A model, and a function that trains it for a step."""
    model = keras_ssl.SemiSupervisedModel(
        build_network(SHAPE, CLASSES, 16),
        "fixmatch" if row == SUPERVISED else row,
        forward=forward,
    )
    if row == SUPERVISED:
        model.phase = "supervised"
    model.compile(
        "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    x, y, u = images
    element = keras_ssl.data.peek(
        keras_ssl.data.pair(
            (x, y),
            u,
            batch_size=BATCH_SIZE,
            unlabeled_ratio=RATIO,
            include_labeled=False,
            index=model.plan.index,
            verbose=0,
        )
    )
    model.method.set_sizes({"labeled": len(x), "unlabeled": len(u)})
    return lambda: model.train_on_batch(*element)


def mixes(row):
    """Whether a method mixes views by what it guessed of them."""
    mix = getattr(keras_ssl.methods.METHODS[row], "mix", None)
    return mix is not None and "logits" in inspect.signature(mix).parameters


def seconds(step, count):
    """How long some steps take, a step on average."""
    begin = time.perf_counter()
    for _ in range(count):
        step()
    return (time.perf_counter() - begin) / count


def main():
    """Times all methods in turns, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    random = np.random.default_rng(0)
    images = [
        random.uniform(size=(n, *SHAPE)).astype("float32") for n in (320, 960)
    ]
    images.insert(1, random.integers(0, CLASSES, 320))
    rows = [SUPERVISED, *keras_ssl.methods.METHODS]
    steps = {}
    for row, forward in itertools.product(rows, ("split", "joint")):
        # What mixes by what it guessed before needs two passes.
        if forward == "joint" and (row == SUPERVISED or mixes(row)):
            continue
        steps[row, forward] = make(row, forward, images)
    for step in steps.values():
        seconds(step, 2)
    times = {key: [] for key in steps}
    for _ in range(options.rounds):
        for key, step in steps.items():
            times[key].append(seconds(step, options.steps))
    base = np.array(times[SUPERVISED, "split"])
    lines = [
        {
            "method": row,
            "forward": forward,
            "steps per second": f"{1 / np.median(values):.1f}",
            "times a supervised step": f"{np.median(values / base):.2f}",
        }
        for (row, forward), values in times.items()
    ]
    print(keras_ssl.report.format_table(lines))
    if options.output:
        options.output.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
