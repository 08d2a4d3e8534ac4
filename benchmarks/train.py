"""What `keras_ssl.train` finds and reaches, with no setting but the data.

    python -m benchmarks.train digits --seeds 3
    python -m benchmarks.train digits --labels 100 --network linear
    python -m benchmarks.train fashion_mnist --labels 1000 \\
        --unlabeled 4000 --network mobilenet --seeds 1
    python -m benchmarks.train fashion_mnist --labels 100 --fewest 0.01

With `--fewest`, unlabeled images become fewer from class to class, as in
`benchmarks.mismatch`.

Of each run: what each search took and chose, and the test accuracy of the
baseline at equal steps, of phase 1, of phase 2, and of the model that remains:
the baseline, where that was ahead on the validation images. Finished runs are
written to `--output` at once, and not repeated when they stand there already.
"""

import argparse
import json
import pathlib

import keras
import numpy as np

import keras_ssl
from benchmarks.accuracy import build_network
from benchmarks.mismatch import shares
from benchmarks.mobilenet import build_mobilenet
from benchmarks.mobilenet import to_mobilenet_size
from benchmarks.takeover import build_network as build_linear

FOUND = ("batch_size", "learning_rate")
STAGES = ("baseline", "phase 1", "phase 2")
NETWORKS = {
    "cnn": lambda shape: build_network(shape, 10, 16),
    "mobilenet": lambda shape: build_mobilenet(),
    "linear": lambda shape: build_linear(),
}


def load(options, seed):
    """The parts of the data, as `train` takes them."""
    (x, y), (x_test, y_test) = keras_ssl.data.load(options.dataset)
    parts = keras_ssl.data.split(
        y, options.labels, num_unlabeled=options.unlabeled, seed=seed
    )
    unlabeled = parts.unlabeled
    if options.fewest < 1:
        drawn = np.random.default_rng(seed).random(len(unlabeled))
        unlabeled = unlabeled[drawn < shares(options.fewest)[y[unlabeled]]]
    if options.network == "mobilenet":
        x, x_test = to_mobilenet_size(x), to_mobilenet_size(x_test)
    return {
        "labeled": (x[parts.labeled], y[parts.labeled]),
        "unlabeled": (x[unlabeled], y[unlabeled]),
        "test": (x_test, y_test),
    }


def run(options, seed):
    """One training, as plain numbers."""
    data = load(options, seed)
    keras.utils.set_random_seed(seed)
    model = NETWORKS[options.network](data["test"][0].shape[1:])
    arguments = dict(options.arguments)
    if options.dataset == "digits":  # a mirrored digit is none
        arguments["weak"] = keras_ssl.augmentation.CropAndFlip(flip=False)
    report = keras_ssl.train(
        model, **data, seed=seed, verbose=options.verbose, **arguments
    )
    chosen = {name: value for name, value, _ in report.settings}
    return {
        "seed": seed,
        "accuracy": report.accuracy,
        "seconds": report.seconds,
        "found": {name: chosen[name] for name in FOUND},
        "epochs": {
            phase: len(columns["loss"])
            for phase, columns in report.history.items()
        },
    }


def summary(runs):
    """A line a run, and their mean."""
    lines = []
    for each in runs:
        seconds = each["seconds"]
        training = seconds["phase 1"] + seconds["phase 2"]
        searches = sum(
            seconds.get(name, 0) for name in ("batch size", "learning rate")
        )
        lines.append(
            {
                "seed": each["seed"],
                **{k: f"{100 * v:.2f}" for k, v in stages_of(each).items()},
                "batch size": each["found"]["batch_size"],
                "learning rate": f"{each['found']['learning_rate']:.2g}",
                "searches (s)": f"{searches:.0f}",
                "training (s)": f"{training:.0f}",
                "share": f"{searches / training:.0%}",
            }
        )
    means = [
        f"{stage} {100 * np.mean([stages_of(r)[stage] for r in runs]):.2f} %"
        for stage in stages_of(runs[0])
    ]
    table = keras_ssl.report.format_table(lines)
    return f"{table}\n\nMean: {', '.join(means)}."


def stages_of(run):
    """The accuracy of each stage, and of the model that remains."""
    accuracy = run["accuracy"]
    remains = list(accuracy.values())[-1]
    return {stage: accuracy[stage] for stage in STAGES} | {"model": remains}


def main():
    """Runs every seed, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dataset", choices=["digits", "fashion_mnist"])
    parser.add_argument("--labels", type=int, default=50)
    parser.add_argument("--unlabeled", type=int)
    parser.add_argument("--fewest", type=float, default=1.0)
    parser.add_argument("--network", choices=NETWORKS, default="cnn")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--verbose", type=int, default=0)
    parser.add_argument(
        "--arguments", type=json.loads, default={}, help="of `train`, as JSON"
    )
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    own = ("output", "seeds", "verbose")
    settings = {k: v for k, v in vars(options).items() if k not in own}
    runs = []
    if options.output and options.output.exists():
        kept = json.loads(options.output.read_text())
        if kept["settings"] != settings:
            parser.error(f"{options.output} has {kept['settings']}")
        runs = kept["runs"]
    done = {each["seed"] for each in runs}
    for seed in range(options.seeds):
        if seed in done:
            continue
        runs.append(run(options, seed))
        print(json.dumps(runs[-1]), flush=True)
        if options.output:
            text = {"settings": settings, "runs": runs}
            options.output.write_text(json.dumps(text, indent=1))
    print(summary(runs))


if __name__ == "__main__":
    main()
