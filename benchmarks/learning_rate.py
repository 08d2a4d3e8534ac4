"""Is the learning rate that is found as good as the best of a grid?

    python -m benchmarks.learning_rate digits --seeds 3
    python -m benchmarks.learning_rate fashion_mnist --seeds 2
    python -m benchmarks.learning_rate mobilenet --seeds 1

Every run trains FixMatch for the same steps with a constant rate: one that
`LearningRateFinder` finds when `fit` starts, and seven half decades around the
usual one. The score is the accuracy of the last checkpoint on held-out training
images, in percent; no run sees the test set. Finished runs are written to
`--output` at once, and not repeated when they stand there already.
"""

import argparse
import itertools
import json
import pathlib
import time

import keras
import numpy as np

import keras_ssl
from benchmarks.accuracy import build_network
from benchmarks.mobilenet import build_mobilenet
from benchmarks.mobilenet import to_mobilenet_size
from keras_ssl.callbacks.learning_rate_finder import LearningRateFinder

FOUND = "found"
GRIDS = {
    "adam": ("1e-4", "3e-4", "1e-3", "3e-3", "1e-2", "3e-2", "1e-1"),
    "sgd": ("1e-3", "3e-3", "1e-2", "3e-2", "1e-1", "3e-1", "1"),
}
TASKS = {
    "digits": {"data": "digits", "labels": 50, "held": 300, "steps": 600},
    "fashion_mnist": {
        "data": "fashion_mnist",
        "labels": 250,
        "held": 5000,
        "steps": 1000,
    },
    "mobilenet": {
        "data": "fashion_mnist",
        "labels": 1000,
        "held": 2000,
        "steps": 300,
    },
}


def load(task):
    """Training images and labels, and held-out ones."""
    settings = TASKS[task]
    (x, y), _ = keras_ssl.data.load(settings["data"])
    if task == "mobilenet":
        x = to_mobilenet_size(x)
    held = keras_ssl.data.split(y, settings["held"], seed=12345)
    rest = x[held.unlabeled], y[held.unlabeled]
    return rest, (x[held.labeled], y[held.labeled])


def build(task, shape):
    """The network of a task, from images to 10 logits."""
    if task != "mobilenet":
        return build_network(shape, 10, 16)
    return build_mobilenet()


def compiled(options, shape, rate):
    """A model with a constant rate."""
    weak = keras_ssl.augmentation.CropAndFlip(
        0.125, flip=options.task != "digits"
    )
    model = keras_ssl.SemiSupervisedModel(
        build(options.task, shape), "fixmatch", weak=weak
    )
    optimizer = {
        "adam": keras.optimizers.Adam(rate),
        "sgd": keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
    }
    model.compile(
        optimizer=optimizer[options.optimizer],
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def run(options, images, row, seed):
    """Trains with one rate and one seed."""
    (x, y), held = images
    keras.utils.set_random_seed(seed)
    parts = keras_ssl.data.split(y, TASKS[options.task]["labels"], seed=seed)
    finder = LearningRateFinder()
    found = row == FOUND
    model = compiled(options, x.shape[1:], 1e-3 if found else float(row))
    begin = time.perf_counter()
    model.fit(
        x[parts.labeled],
        y[parts.labeled],
        unlabeled_data=x[parts.unlabeled],
        batch_size=32,
        unlabeled_ratio=options.ratio,
        steps_per_epoch=options.steps,
        callbacks=[finder] if found else [],
        verbose=0,
    )
    seconds = time.perf_counter() - begin
    logs = model.evaluate(*held, batch_size=256, verbose=0, return_dict=True)
    result = {
        "row": row,
        "seed": seed,
        "accuracy": 100 * logs["accuracy"],
        "seconds": seconds,
    }
    if found:
        result["search"] = finder.result.to_dict()
    return result


def summary(runs):
    """One line a rate, and whether the rate found is within a point."""
    means = {}
    lines = []
    for row in dict.fromkeys(each["row"] for each in runs):
        ours = [each for each in runs if each["row"] == row]
        accuracy = [each["accuracy"] for each in ours]
        means[row] = float(np.mean(accuracy))
        lines.append(
            {
                "learning rate": row if row != FOUND else rates_found(ours),
                "accuracy %": f"{means[row]:.2f}",
                "runs": " ".join(f"{a:.2f}" for a in accuracy),
                "seconds": f"{np.mean([each['seconds'] for each in ours]):.0f}",
            }
        )
    grid = {row: mean for row, mean in means.items() if row != FOUND}
    table = keras_ssl.report.format_table(lines)
    if not grid or FOUND not in means:
        return table
    best = max(grid, key=grid.get)
    short = grid[best] - means[FOUND]
    verdict = "within 1 point" if short <= 1 else "NOT within 1 point"
    return (
        f"{table}\nThe best of the grid is {best}; the rate found ends "
        f"{short:.2f} points below it, {verdict}."
    )


def rates_found(runs):
    """The rates that were found, and what the search took."""
    rates = ", ".join(f"{each['search']['rate']:.2g}" for each in runs)
    seconds = np.mean([each["search"]["seconds"] for each in runs])
    return f"found: {rates} (search {seconds:.1f} s)"


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--optimizer", choices=GRIDS, default="adam")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--ratio", type=int, default=7)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--rows", nargs="*", help="rates, or 'found'")
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    options.steps = options.steps or TASKS[options.task]["steps"]
    options.rows = options.rows or [FOUND, *GRIDS[options.optimizer]]
    return options


def finished(options, settings):
    """The runs that stand in `--output`, if they are of the same settings."""
    if not options.output or not options.output.exists():
        return []
    before = json.loads(options.output.read_text())
    if before["settings"] != settings:
        raise SystemExit(
            f"{options.output} holds runs with other settings: "
            f"{before['settings']}. Name another file."
        )
    return before["runs"]


def main():
    """Trains with every rate and every seed, and prints the table."""
    options = parse()
    settings = {
        name: getattr(options, name)
        for name in ("task", "optimizer", "steps", "ratio")
    }
    runs = finished(options, settings)
    done = {(each["row"], each["seed"]) for each in runs}
    images = load(options.task)
    for seed, row in itertools.product(range(options.seeds), options.rows):
        if (row, seed) in done:
            continue
        runs.append(run(options, images, row, seed))
        shown = {k: v for k, v in runs[-1].items() if k != "search"}
        print(json.dumps(shown), flush=True)
        if options.output:
            text = {"settings": settings, "runs": runs}
            options.output.write_text(json.dumps(text))
    print(summary(runs))


if __name__ == "__main__":
    main()
