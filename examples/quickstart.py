"""What unlabeled images are worth: 50 labeled digits, with and without others.

    python examples/quickstart.py [--output quickstart] [--seed 0] [--tiny]

Trains the same small CNN three times for the same number of steps: on the 50
labeled images alone; on them with the augmentation and the averaged weights of
semi-supervised training; and semi-supervised, with all other training images as
unlabeled ones. Prints a table, and writes `accuracy.png`,
`learning_curves.png` and `results.json`.
"""

import argparse
import itertools
import json
import pathlib
import time

import keras
import numpy as np

import keras_ssl  # noqa: I001  first: it turns on what makes TensorFlow fast

LABELS, BATCH, EPOCHS, STEPS = 50, 32, 10, 60


def convolution(filters):
    """A convolution with BatchNorm and ReLU."""
    return [
        keras.layers.Conv2D(filters, 3, padding="same", use_bias=False),
        keras.layers.BatchNormalization(),
        keras.layers.ReLU(),
    ]


def build_network():
    """A small CNN for images of 8x8 pixels."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            *convolution(16),
            *convolution(16),
            keras.layers.MaxPooling2D(),
            *convolution(32),
            *convolution(32),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(10),
        ]
    )


def wrap(network, **options):
    """Makes a network semi-supervised; digits must not be mirrored."""
    weak = keras_ssl.augmentation.CropAndFlip(flip=False)
    return keras_ssl.SemiSupervisedModel(network, weak=weak, **options)


def supervised(model):
    """Makes a model ignore unlabeled images: an honest control."""
    model.phase = "supervised"
    return model


def endless(x, y, seed):
    """Shuffled batches of the labeled images, for as many steps as one asks."""
    random = np.random.default_rng(seed)
    order = (i for _ in itertools.count() for i in random.permutation(len(y)))
    while True:
        batch = list(itertools.islice(order, BATCH))
        yield x[batch], y[batch]


def train(name, model, *data, validation, options, **more):
    """Compiles, fits and times one model; returns its history and seconds."""
    print(f"\n{name}")
    model.compile(
        keras.optimizers.Adam(options.learning_rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    begin = time.perf_counter()
    history = model.fit(
        *data,
        epochs=options.epochs,
        steps_per_epoch=options.steps,
        validation_data=validation,
        **more,
    )
    return history.history, time.perf_counter() - begin


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--output", type=pathlib.Path, default=pathlib.Path("quickstart")
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--tiny", action="store_true", help="a few steps, to try it out"
    )
    options = parser.parse_args()
    options.epochs, options.steps = (2, 3) if options.tiny else (EPOCHS, STEPS)
    options.learning_rate = 3e-3
    return options


def main():
    """Trains the three models and shows what came out."""
    options = parse()
    (x, y), test = keras_ssl.data.load_digits()
    parts = keras_ssl.data.split(
        y, LABELS, num_validation=100, seed=options.seed
    )
    labeled = x[parts.labeled], y[parts.labeled]
    common = {
        "validation": (x[parts.validation], y[parts.validation]),
        "options": options,
    }
    stream = endless(*labeled, options.seed)
    runs = {
        "supervised": (build_network, (stream,), {"shuffle": False}),
        "supervised, augmented": (
            # As semi-supervised training has them, which sees each 384 times.
            lambda: supervised(wrap(build_network(), strong_labeled_share=1.0)),
            (stream,),
            {"shuffle": False},
        ),
        "semi-supervised": (
            lambda: wrap(build_network()),
            labeled,
            {"batch_size": BATCH, "unlabeled_data": x[parts.unlabeled]},
        ),
    }
    histories, rows = {}, []
    for name, (build, data, more) in runs.items():
        keras.utils.set_random_seed(options.seed)
        model = build()
        histories[name], seconds = train(name, model, *data, **more, **common)
        accuracy = model.evaluate(*test, verbose=0)[1]
        rows.append(
            {
                "model": name,
                "labels": LABELS,
                "unlabeled images": len(more.get("unlabeled_data", ())),
                "steps": options.epochs * options.steps,
                "seconds": round(seconds, 1),
                "test accuracy %": round(100 * accuracy, 2),
            }
        )
    show(rows, histories, options.output)


def show(rows, histories, folder):
    """Prints the table, and writes the figures and the numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    accuracy = {r["model"]: r["test accuracy %"] / 100 for r in rows}
    figures = {
        "accuracy.png": keras_ssl.report.plot_comparison(accuracy, chance=0.1),
        "learning_curves.png": keras_ssl.report.plot_history(histories),
    }
    for name, ax in figures.items():
        ax.figure.savefig(folder / name, dpi=150, bbox_inches="tight")
    (folder / "results.json").write_text(json.dumps(rows, indent=2) + "\n")
    print(f"\n{keras_ssl.report.format_table(rows)}\n")
    written = ", ".join([*figures, "results.json"])
    print(f"Written into {folder}/: {written}.")


if __name__ == "__main__":
    main()
