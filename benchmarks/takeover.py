"""A network that hardly fits its labels: does one class take over?

    python -m benchmarks.takeover

A linear classifier on digits with 100 labels. The recipe for short runs, the
same with all labeled images strongly augmented, and the same with SoftMatch,
whose labels are not aligned and whose averages start from uniform ones, against
their control on the labeled images alone, on the test images.
"""

import dataclasses

import keras

import keras_ssl
from benchmarks.options import of_compare
from benchmarks.options import show
from benchmarks.options import study_parser
from benchmarks.worth import UNALIGNED
from keras_ssl import study


def build_network():
    """A linear classifier of images of 8 x 8 pixels."""
    layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    return keras.Sequential([keras.Input((8, 8, 1)), *layers])


def main():
    """Trains what is missing, and prints the table."""
    parser = study_parser(__doc__, seeds=[0, 1, 2, 3, 4], steps=300)
    parser.add_argument("--labels", type=int, default=100)
    options = parser.parse_args()
    weak = keras_ssl.augmentation.CropAndFlip(flip=False)
    recipe = keras_ssl.recipes.short(options.steps, weak=weak)
    train, test = keras_ssl.data.load_digits()
    rows = {
        "control": recipe.control(),
        "SSL": recipe,
        "labeled images strong": dataclasses.replace(
            recipe, strong_labeled_share=1.0
        ),
        "softmatch": dataclasses.replace(recipe, **UNALIGNED),
    }
    found = study.compare(
        rows,
        build_network,
        train,
        test,
        labels=options.labels,
        control="control",
        **of_compare(options),
    )
    show(found, options)


if __name__ == "__main__":
    main()
