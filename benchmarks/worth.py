"""What unlabeled images are worth: the recipe for short runs, over labels.

    python -m benchmarks.worth fashion_mnist
    python -m benchmarks.worth digits
    python -m benchmarks.worth cifar10 --data cifar10.npz

Rows, for each number of labels:

- plain Keras: `fit` on the labeled images, without augmentation.
- weak control: the same steps on the labeled images, with the recipe's weak
  augmentation, learning rate and averaged weights.
- control, half strong: the same with the recipe's strong augmentation of each
  labeled image with a probability of one half.
- control: of all of them.
- SSL: the recipe, as `SemiSupervisedModel` has it by default; on CIFAR-10 with
  `keras_ssl.optimizers.Muon` and all labeled images strongly augmented.
- control, equal time: the control, for as many steps as fit into the time that
  SSL took.

Gains are over the best of the first four, and then over the last. Every run is
the last checkpoint on the whole test set. `--held-out 10000` takes that many
training images in its place: that is how settings were chosen. `--data` is a
file or a folder with the images, for `keras_ssl.data.load`; without it they are
downloaded. Finished runs are kept in `--folder`, and not repeated.
"""

import dataclasses
import functools

import keras

import keras_ssl
from benchmarks.options import of_compare
from benchmarks.options import show
from benchmarks.options import study_parser
from keras_ssl import study

HALF = "control, half strong"
CONTROLS = "plain Keras", "weak control", HALF, "control"
EQUAL_TIME = "control, equal time"
# The recipe with labels that are not aligned, and averages from uniform ones.
UNALIGNED = {
    "method": "softmatch",
    "constants": {"momentum": 0.99, "prior": "labeled"},
}
TASKS = {
    "digits": {
        "labels": [20, 50],
        "steps": 3000,
        "widths": (32, 32, 64, 64),
        "weak": {"shift": 0.125, "flip": False},
    },
    "fashion_mnist": {
        "labels": [40, 100, 250, 1000],
        "steps": 4000,
        "widths": (24, 32, 48, 64, 96),
        "weak": {"shift": 0.04},
    },
    "cifar10": {
        "labels": [250, 1000, 4000],
        "steps": 8000,
        "weak": {},
        "recipe": {"optimizer": "muon", "strong_labeled_share": 1.0},
        "policy": "mixed_bfloat16",
    },
}


def build_network(shape, widths, classes=10):
    """A small CNN; it pools before BatchNorm, which halves its time.

    Args:
        shape: `(height, width, channels)`.
        widths: Channels of each convolution; the first is pooled, and the third
            where the images are larger than 16 x 16.
        classes: How many there are.
    """
    pooled = {0, 2} if shape[0] > 16 else {0}
    layers = [keras.Input(shape)]
    for place, width in enumerate(widths):
        layers.append(
            keras.layers.Conv2D(width, 3, padding="same", use_bias=False)
        )
        if place in pooled:
            layers.append(keras.layers.MaxPooling2D())
        layers += [keras.layers.BatchNormalization(), keras.layers.ReLU()]
    layers += [
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(classes),
    ]
    return keras.Sequential(layers)


def build_photo_network():
    """The library's network for small photographs."""
    return keras_ssl.networks.small_cnn((32, 32, 3), 10)


def builder(task, shape):
    """What makes a new network for a task."""
    if "widths" in TASKS[task]:
        return functools.partial(build_network, shape, TASKS[task]["widths"])
    return build_photo_network


def rows(task, steps):
    """The rows of a study, by name."""
    recipe = keras_ssl.recipes.short(
        steps,
        weak=keras_ssl.augmentation.CropAndFlip(**TASKS[task]["weak"]),
        **TASKS[task].get("recipe", {}),
    )
    half = dataclasses.replace(recipe.control(), strong_labeled_share=0.5)
    return {
        "plain Keras": recipe.plain(),
        "weak control": recipe.control(strong=False),
        HALF: half,
        "control": dataclasses.replace(half, strong_labeled_share=1.0),
        "SSL": recipe,
        EQUAL_TIME: study.EqualTime("control", to="SSL"),
    }


def load(dataset, held_out):
    """Training and test images; or training images alone, some held out."""
    train, test = keras_ssl.data.load(dataset)
    if not held_out:
        return train, test
    x, y = train
    parts = keras_ssl.data.split(y, held_out, seed=12345)
    return (x[parts.unlabeled], y[parts.unlabeled]), (
        x[parts.labeled],
        y[parts.labeled],
    )


def parse():
    """The command line."""
    parser = study_parser(__doc__, seeds=[0, 1, 2, 3, 4], held_out=0)
    parser.add_argument("dataset", choices=TASKS)
    parser.add_argument("--labels", type=int, nargs="*")
    parser.add_argument("--data", help="a file or a folder with the images")
    options = parser.parse_args()
    task = TASKS[options.dataset]
    options.labels = options.labels or task["labels"]
    options.steps = options.steps or task["steps"]
    return options


def main():
    """Trains what is missing, and prints a table for each number of labels."""
    options = parse()
    train, test = load(options.data or options.dataset, options.held_out)
    keras.config.set_dtype_policy(
        TASKS[options.dataset].get("policy", "float32")
    )
    curve = study.label_curve(
        rows(options.dataset, options.steps),
        builder(options.dataset, train[0].shape[1:]),
        train,
        test,
        labels=options.labels,
        control=CONTROLS,
        **of_compare(options),
    )
    for labels, found in curve.comparisons.items():
        longer = dataclasses.replace(found, controls=[EQUAL_TIME])
        print(f"{labels} labels\n\n{found}\n\n{longer.to_markdown()}\n")
    show(curve, options)


if __name__ == "__main__":
    main()
