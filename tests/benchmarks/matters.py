"""What each part of the recipe for short runs is worth, on Fashion-MNIST.

    python -m tests.benchmarks.matters

Every row is `keras_ssl.recipes.short` with one thing changed, for the same
steps. As these rows are there to choose from, accuracies are on 10,000 images
held out of the training set, and the seeds are others than those of
`tests.benchmarks.worth`.
"""

import keras_ssl
from keras_ssl import study
from keras_ssl.study.ablate import INGREDIENTS
from tests.benchmarks.options import of_compare
from tests.benchmarks.options import study_parser
from tests.benchmarks.worth import TASKS
from tests.benchmarks.worth import build_network
from tests.benchmarks.worth import load

DATASET = "fashion_mnist"
RandAugment = keras_ssl.augmentation.RandAugment

CHANGES = {
    "no unlabeled images": INGREDIENTS["unlabeled images"],
    "no unlabeled images, a quarter of the learning rate": {
        **INGREDIENTS["unlabeled images"],
        "learning_rate": 1e-3,
    },
    "no unlabeled images, weakly augmented": {
        **INGREDIENTS["unlabeled images"],
        "labeled_strong": False,
    },
    "no strong augmentation": INGREDIENTS["strong"],
    "labeled images only weakly augmented": INGREDIENTS["strong labeled"],
    "no weak augmentation": INGREDIENTS["weak"],
    "SoftMatch: labels not aligned, averages from uniform ones": {
        "method": "softmatch",
        "constants": {"momentum": 0.99, "prior": "labeled"},
    },
    "threshold of 0.95 (FixMatch)": {"method": "fixmatch", "constants": {}},
    "AdaMatch": {"method": "adamatch", "labeled_strong": False},
    "RandAugment of full strength": {"strong": RandAugment(magnitude=1.0)},
    "Cutout as well": {"strong": [RandAugment(magnitude=0.3), "cutout"]},
    "last weights, no average": INGREDIENTS["ema"],
    "constant learning rate": INGREDIENTS["decay"],
    "a quarter of the learning rate": {"learning_rate": 1e-3},
    "1 unlabeled image per labeled one": {"unlabeled_ratio": 1},
    "7 unlabeled images per labeled one": {"unlabeled_ratio": 7},
    "joint forward pass": {"forward": "joint"},
    "BatchNorm from labeled images alone": {"batch_norm": "labeled"},
}


def main():
    """Trains what is missing, and prints the table."""
    parser = study_parser(
        __doc__, seeds=[100, 101, 102], steps=2000, held_out=10000
    )
    parser.add_argument("--labels", type=int, default=100)
    parser.add_argument("--without", nargs="*", choices=CHANGES)
    options = parser.parse_args()
    train, test = load(DATASET, options.held_out)
    task = TASKS[DATASET]
    weak = keras_ssl.augmentation.CropAndFlip(**task["weak"])
    adamatch = keras_ssl.recipes.adamatch(options.steps)
    changes = {
        **CHANGES,
        "AdaMatch": CHANGES["AdaMatch"] | {"constants": adamatch.constants},
    }
    found = study.ablate(
        keras_ssl.recipes.short(options.steps, weak=weak),
        lambda: build_network(train[0].shape[1:], task["widths"]),
        train,
        test,
        without={name: changes[name] for name in options.without or changes},
        labels=options.labels,
        **of_compare(options),
    )
    print(found)
    if options.folder:
        found.save(options.folder)


if __name__ == "__main__":
    main()
