"""Accuracy of baseline, controls and SSL at equal steps, over seeds.

    python benchmarks/accuracy.py digits --labels 50 --seeds 5
    python benchmarks/accuracy.py fashion_mnist --labels 250 --seeds 3
    python benchmarks/accuracy.py fashion_mnist --rows softmatch uda

Every run is the last checkpoint on the whole test set; no run sees the test set
before, and none is chosen by it. Rows:

- baseline: the plain Keras model, `fit` on the labeled images.
- weak control: supervised, with SSL's weak augmentation, averaged weights and
  statistics.
- strong control: the same, with the weak and then the strong augmentation.
- the name of a method: `SemiSupervisedModel` with that method, with the same
  labeled images and all others.

Finished runs are written to `--output` at once, and not repeated when they
stand there already; the table is made from it.
"""

import argparse
import itertools
import json
import pathlib
import time

import keras
import numpy as np

import keras_ssl
from keras_ssl.study.paired_tests import compare_pairs
from keras_ssl.study.paired_tests import holm

CONTROLS = ("baseline", "weak control", "strong control")
METHODS = tuple(keras_ssl.methods.METHODS)
# Arguments that count steps, as shares of the run.
SHARES = {
    "adamatch": {"ramp_up_steps": 0.5},
    "mean_teacher": {"ramp_up_steps": 0.4},
    "pi_model": {"ramp_up_steps": 0.4},
    "pseudo_label": {"ramp_up_steps": 0.4},
}
EPOCHS = 10


def build_network(shape, num_classes, width):
    """A small CNN: three stages of two convolutions with BatchNorm."""
    layers = [keras.Input(shape)]
    for stage in range(3 if shape[0] > 16 else 2):
        if stage:
            layers.append(keras.layers.MaxPooling2D())
        for _ in range(2):
            layers += [
                keras.layers.Conv2D(
                    width << stage, 3, padding="same", use_bias=False
                ),
                keras.layers.BatchNormalization(),
                keras.layers.ReLU(),
            ]
    layers += [
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(num_classes),
    ]
    return keras.Sequential(layers)


def wrap(network, row, options):
    """The model of a row, in its phase."""
    if row == "baseline":
        return network
    weak = keras_ssl.augmentation.CropAndFlip(options.shift, flip=options.flip)
    strong = options.strong if options.strong != "none" else None
    if row == "strong control":
        weak = [weak, keras_ssl.augmentation.get(strong)]
    model = keras_ssl.SemiSupervisedModel(
        network,
        method(row, options),
        weak=weak,
        strong=strong,
        strong_labeled_share=options.strong_labeled_share
        if row not in CONTROLS
        else 0,
        forward=options.forward,
        batch_norm=options.batch_norm,
        ema=options.ema or None,
    )
    if row in CONTROLS:
        model.phase = "supervised"
    return model


def method(row, options):
    """The method of a row, with the arguments that were asked for."""
    if row in CONTROLS:
        return "fixmatch"
    shares = SHARES.get(row, {})
    return keras_ssl.methods.METHODS[row](
        **{name: int(share * options.steps) for name, share in shares.items()},
        **options.arguments,
    )


def learning_rate(options):
    """A constant, or a warm-up of 50 steps and then a cosine to 0."""
    if not options.cosine:
        return options.learning_rate
    return keras.optimizers.schedules.CosineDecay(
        0.0,
        options.steps - 50,
        warmup_target=options.learning_rate,
        warmup_steps=50,
    )


def labeled_batches(x, y, batch_size, random):
    """Endless shuffled batches of the labeled images."""
    order = (i for _ in itertools.count() for i in random.permutation(len(y)))
    while True:
        chosen = list(itertools.islice(order, batch_size))
        yield x[chosen], y[chosen]


def run(row, images, options, seed):
    """Trains one row with one seed; returns its test accuracy and seconds."""
    (x, y), (x_test, y_test) = images
    keras.utils.set_random_seed(seed)
    parts = keras_ssl.data.split(y, options.labels, seed=seed)
    network = build_network(x.shape[1:], int(y.max()) + 1, options.width)
    model = wrap(network, row, options)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate(options)),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    labeled = x[parts.labeled], y[parts.labeled]
    steps = {
        "steps_per_epoch": options.steps // EPOCHS,
        "epochs": EPOCHS,
        "verbose": 0,
    }
    if row == "noisy_student":
        steps["callbacks"] = [
            keras_ssl.callbacks.NoisyStudentRounds(start_epoch=3, verbose=0)
        ]
    begin = time.perf_counter()
    if row not in CONTROLS:
        model.fit(
            *labeled,
            unlabeled_data=(x[parts.unlabeled], y[parts.unlabeled]),
            batch_size=options.batch_size,
            unlabeled_ratio=options.ratio,
            **steps,
        )
    else:
        random = np.random.default_rng(seed)
        stream = labeled_batches(*labeled, options.batch_size, random)
        model.fit(stream, **steps)
    seconds = time.perf_counter() - begin
    accuracy = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
    logs = {k: v[-1] for k, v in model.history.history.items()}
    return {
        "row": row,
        "seed": seed,
        "accuracy": 100 * accuracy["accuracy"],
        "seconds": seconds,
        "logs": logs,
    }


def summary(runs):
    """One line a row, and what it gains over the better of the controls.

    Gains are of equal seeds, with the p-value of a paired t-test, alone and
    corrected after Holm for all methods.
    """
    rows = {}
    for each in runs:
        rows.setdefault(each["row"], {})[each["seed"]] = each
    accuracy = {
        row: {seed: each["accuracy"] for seed, each in ours.items()}
        for row, ours in rows.items()
    }
    means = {
        row: np.mean(list(ours.values())) for row, ours in accuracy.items()
    }
    controls = [row for row in CONTROLS[1:] if row in rows]
    control = max(controls, key=means.get, default=None)
    gains = {
        row: gain(ours, accuracy[control])
        for row, ours in accuracy.items()
        if control not in (None, row)
    }
    methods = [row for row in gains if row not in CONTROLS]
    holms = dict(
        zip(methods, holm([gains[row].p for row in methods]), strict=True)
    )
    lines = []
    for row, ours in accuracy.items():
        values = list(ours.values())
        seconds = [each["seconds"] for each in rows[row].values()]
        lines.append(
            {
                "row": row,
                "accuracy %": f"{means[row]:.2f}",
                "deviation": deviation(values),
                f"gain over {control}": f"{gains[row].mean:+.2f} ± "
                f"{gains[row].deviation:.2f}"
                if row in gains
                else "",
                "p": f"{gains[row].p:.4f}" if row in gains else "",
                "Holm": f"{holms[row]:.3f}" if row in holms else "",
                "seconds": f"{np.median(seconds):.0f}",
                "runs": " ".join(f"{a:.2f}" for a in values),
            }
        )
    return keras_ssl.report.format_table(lines)


def deviation(values):
    """The standard deviation, of several values."""
    return f"{np.std(values, ddof=1):.2f}" if len(values) > 1 else ""


def gain(ours, control):
    """The differences of equal seeds, and how certain they are."""
    shared = [seed for seed in ours if seed in control]
    return compare_pairs(
        [ours[seed] for seed in shared], [control[seed] for seed in shared]
    )


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dataset", choices=["digits", "fashion_mnist"])
    parser.add_argument("--labels", type=int, default=50)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--ratio", type=int, default=7)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--cosine", action="store_true")
    parser.add_argument(
        "--arguments",
        type=json.loads,
        default={},
        help="of the methods, as JSON",
    )
    parser.add_argument("--shift", type=float, default=0.125)
    parser.add_argument("--strong", default="randaugment")
    parser.add_argument("--labeled-strong", type=float)
    parser.add_argument("--forward", default="split")
    parser.add_argument("--batch-norm", default=None)
    parser.add_argument("--ema", type=float, default=0.999)
    parser.add_argument("--flip", action="store_true")
    parser.add_argument(
        "--rows",
        nargs="*",
        default=[*CONTROLS, "fixmatch"],
        choices=[*CONTROLS, *METHODS],
    )
    parser.add_argument(
        "--validation",
        action="store_true",
        help="score on held-out training images instead",
    )
    parser.add_argument("--output", type=pathlib.Path)
    return parser.parse_args()


def settings(options):
    """What the runs of one file share."""
    own = ("output", "rows", "seeds", "first_seed")
    return {
        name: value
        for name, value in vars(options).items()
        if name not in own and value is not None
    }


def finished(options):
    """The runs that stand in `--output`, if they are of the same settings."""
    if not options.output or not options.output.exists():
        return []
    before = json.loads(options.output.read_text())
    given = {n: v for n, v in before["settings"].items() if v is not None}
    if given != settings(options):
        raise SystemExit(
            f"{options.output} holds runs with other settings: "
            f"{before['settings']}. Name another file."
        )
    return before["runs"]


def main():
    """Runs every row with every seed, and prints the table."""
    options = parse()
    (x, y), test = keras_ssl.data.load(options.dataset)
    if options.validation:
        held = keras_ssl.data.split(y, len(y) // 5, seed=12345)
        test = x[held.labeled], y[held.labeled]
        x, y = x[held.unlabeled], y[held.unlabeled]
    images = (x, y), test
    runs = finished(options)
    done = {(each["row"], each["seed"]) for each in runs}
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    for seed, row in itertools.product(seeds, options.rows):
        if (row, seed) in done:
            continue
        runs.append(run(row, images, options, seed))
        print(json.dumps(runs[-1]), flush=True)
        if options.output:
            text = {"settings": settings(options), "runs": runs}
            options.output.write_text(json.dumps(text, indent=1))
    print(summary(runs))


if __name__ == "__main__":
    main()
