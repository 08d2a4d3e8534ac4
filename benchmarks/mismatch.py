"""Unlabeled images that do not match the labeled ones: when do they hurt?

    python -m benchmarks.mismatch other_classes
    python -m benchmarks.mismatch long_tail

Fashion-MNIST, the recipe for short runs against its control on the labeled
images alone:

- other_classes: six classes are labeled and tested; the unlabeled images are
  of these six, and in further rows of all ten.
- long_tail: ten classes are labeled and tested evenly; in further rows the
  unlabeled images of a class become fewer from one to the next, in even
  proportions, down to a hundredth (`--fewest`).

The rows "labels' mix" align to the mix of the labeled images, as if nothing
were wrong; "known mix" to the true one. Images of other classes count as class
0 in the logs of a run. Settings were chosen with `--held-out 10000`, which
takes training images in place of the test set.
"""

import dataclasses

import numpy as np

import keras_ssl
from benchmarks.options import of_compare
from benchmarks.options import show
from benchmarks.options import study_parser
from benchmarks.worth import TASKS
from benchmarks.worth import build_network
from benchmarks.worth import load
from keras_ssl import study
from keras_ssl.study.compare import describe

CLASSES = (0, 2, 4, 5, 6, 8)  # alike ones among them: shirts, coats, pullovers
DATASET = "fashion_mnist"


def other_classes(everything):
    """Adds the images of the other classes to the unlabeled ones."""
    x, y = everything
    others = ~np.isin(y, CLASSES)

    def change(task):
        images, labels = task.unlabeled
        return task._replace(
            unlabeled=(
                np.concatenate([images, x[others]]),
                np.concatenate([labels, np.zeros(others.sum(), labels.dtype)]),
            )
        )

    return change


def long_tail(fewest):
    """Keeps of each class the share that `shares` says."""

    def change(task):
        images, labels = task.unlabeled
        random = np.random.default_rng(task.seed)
        kept = random.random(len(labels)) < shares(fewest)[labels]
        return task._replace(unlabeled=(images[kept], labels[kept]))

    change.__qualname__ = f"long_tail({fewest:g})"
    return change


def shares(fewest):
    """`fewest ** (k / 9)` for class `k` of ten."""
    return fewest ** (np.arange(10) / 9)


def restrict(images):
    """The images of `CLASSES`, which become 0, 1, ..."""
    x, y = images
    chosen = np.isin(y, CLASSES)
    return x[chosen], np.searchsorted(CLASSES, y[chosen])


def on(recipe, change):
    """The row that trains a recipe on a changed task."""

    def row(network, task):
        return study.train_recipe(recipe, network, change(task))

    row.__qualname__ = f"{change.__qualname__}: {describe(recipe)}"
    return row


def rows(steps, change, mix=None):
    """The rows, by name; that of the known mix only where there is one."""
    weak = keras_ssl.augmentation.CropAndFlip(**TASKS[DATASET]["weak"])
    recipe = keras_ssl.recipes.short(steps, weak=weak)
    priors = {"SSL": recipe.constants["prior"], "labels' mix": "labeled"}
    if mix is not None:
        priors["known mix"] = mix.tolist()

    def aligned(prior):
        constants = {**recipe.constants, "prior": prior}
        return dataclasses.replace(recipe, constants=constants)

    return {
        "control": recipe.control(),
        "SSL": recipe,
        **{
            f"{name}, mismatch": on(aligned(prior), change)
            for name, prior in priors.items()
        },
    }


def main():
    """Trains what is missing, and prints the table."""
    parser = study_parser(__doc__, seeds=[0, 1, 2], steps=1000, held_out=0)
    parser.add_argument("mismatch", choices=["other_classes", "long_tail"])
    parser.add_argument("--labels", type=int, default=100)
    parser.add_argument("--fewest", type=float, default=0.01)
    options = parser.parse_args()
    everything, test = load(DATASET, options.held_out)
    train, classes, mix = everything, 10, None
    if options.mismatch == "other_classes":
        change = other_classes(everything)
        train, test, classes = restrict(train), restrict(test), len(CLASSES)
    else:
        change, mix = long_tail(options.fewest), shares(options.fewest)
        mix /= mix.sum()
    task = TASKS[DATASET]
    found = study.compare(
        rows(options.steps, change, mix),
        lambda: build_network(train[0].shape[1:], task["widths"], classes),
        train,
        test,
        labels=options.labels // classes * classes,
        control="control",
        **of_compare(options),
    )
    show(found, options)


if __name__ == "__main__":
    main()
