"""What each part of the recipe for short runs is worth, on Fashion-MNIST.

    python -m benchmarks.matters

Every row is `keras_ssl.recipes.short`, in which half of the labeled images are
strongly augmented and labels are aligned to their mix, with one thing changed,
for the same steps. As these rows are there to choose from, accuracies are on
10,000 images held out of the training set, and the seeds are others than those
of `benchmarks.worth`.
"""

import dataclasses

import keras

import keras_ssl
from benchmarks.options import of_compare
from benchmarks.options import show
from benchmarks.options import study_parser
from benchmarks.worth import TASKS
from benchmarks.worth import UNALIGNED
from benchmarks.worth import build_network
from benchmarks.worth import load
from keras_ssl import study
from keras_ssl.model.phases import SEMI_SUPERVISED
from keras_ssl.model.phases import SUPERVISED
from keras_ssl.study.ablate import INGREDIENTS

DATASET = "fashion_mnist"
RECIPE = "the recipe"

CHANGES = {
    "no strong augmentation": INGREDIENTS["strong"],
    "labeled images only weakly augmented": INGREDIENTS["strong labeled"],
    "labeled images all strongly augmented": {"strong_labeled_share": 1.0},
    "no weak augmentation": INGREDIENTS["weak"],
    "labels not aligned (SoftMatch)": UNALIGNED,
    "threshold of 0.95 (FixMatch)": {"method": "fixmatch", "constants": {}},
    "FixMatch and mixup": {
        "method": "fixmatch_mixup",
        "constants": {},
        "strong_labeled_share": 0.0,
    },
    "last weights, no average": INGREDIENTS["ema"],
    "constant learning rate": INGREDIENTS["decay"],
    "1 unlabeled image per labeled one": {"unlabeled_ratio": 1},
    "7 unlabeled images per labeled one": {"unlabeled_ratio": 7},
    "BatchNorm from labeled images alone": {"batch_norm": "labeled"},
}


class SupervisedFirst(keras.callbacks.Callback):
    """Keeps unlabeled images out of the first three of ten epochs."""

    def on_epoch_begin(self, epoch, logs=None):
        """Sets the phase, which restarts the averages."""
        if epoch in (0, 3):
            self.model.phase = SEMI_SUPERVISED if epoch else SUPERVISED


def rows(recipe):
    """The rows, by name."""

    def supervised_first(network, task):
        callbacks = (*task.callbacks, SupervisedFirst())
        return study.train_recipe(
            recipe, network, task._replace(callbacks=callbacks)
        )

    control = recipe.control()
    return {
        RECIPE: recipe,
        "no unlabeled images": control,
        "no unlabeled images, all strongly augmented": dataclasses.replace(
            control, strong_labeled_share=1.0
        ),
        "no unlabeled images, weakly augmented": recipe.control(strong=False),
        **{n: dataclasses.replace(recipe, **c) for n, c in CHANGES.items()},
        "30 % of the steps on labels alone first": supervised_first,
    }


def main():
    """Trains what is missing, and prints the table."""
    parser = study_parser(
        __doc__, seeds=[100, 101, 102], steps=1000, held_out=10000
    )
    parser.add_argument("--labels", type=int, default=100)
    parser.add_argument("--rows", nargs="*", help="the first is the control")
    options = parser.parse_args()
    train, test = load(DATASET, options.held_out)
    task = TASKS[DATASET]
    weak = keras_ssl.augmentation.CropAndFlip(**task["weak"])
    all_rows = rows(
        keras_ssl.recipes.short(
            options.steps, weak=weak, strong_labeled_share=0.5, prior="labeled"
        )
    )
    found = study.compare(
        {name: all_rows[name] for name in options.rows or all_rows},
        lambda: build_network(train[0].shape[1:], task["widths"]),
        train,
        test,
        labels=options.labels,
        control=options.rows[0] if options.rows else RECIPE,
        **of_compare(options),
    )
    show(found, options)


if __name__ == "__main__":
    main()
