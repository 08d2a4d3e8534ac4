"""The tutorial's setting: MobileNet, 5,000 labeled and 20,000 other images.

    python -m benchmarks.tutorial fashion_mnist
    python -m benchmarks.tutorial cifar10        # downloads it
    python -m benchmarks.tutorial cifar10 --data cifar10.npz

The recipe for short runs against its control, and against plain Keras, for
equal steps. Every run is the last checkpoint on the whole test set;
`--held-out 10000` takes that many training images in its place.
"""

import keras_ssl
from benchmarks.mobilenet import build_mobilenet
from benchmarks.mobilenet import to_mobilenet_size
from benchmarks.options import of_compare
from benchmarks.options import show
from benchmarks.options import study_parser
from benchmarks.worth import load
from keras_ssl import study

IMAGES = 25000  # labeled and unlabeled
WEAK = {"fashion_mnist": {"shift": 0.04}, "cifar10": {}}
ORIGINAL = """
The tutorial that this setting is from: 43.66 % on CIFAR-10 without unlabeled
images, 55.89 % with them; one seed, whose stopping had seen the test set."""


def main():
    """Trains what is missing, and prints the table."""
    parser = study_parser(__doc__, seeds=[0, 1, 2], steps=4000, held_out=0)
    parser.add_argument("dataset", choices=WEAK)
    parser.add_argument("--labels", type=int, default=5000)
    parser.add_argument("--data", help="a file or a folder with the images")
    options = parser.parse_args()
    train, test = (
        (to_mobilenet_size(x), y)
        for x, y in load(options.data or options.dataset, options.held_out)
    )
    recipe = keras_ssl.recipes.short(
        options.steps,
        weak=keras_ssl.augmentation.CropAndFlip(**WEAK[options.dataset]),
        strong_labeled_share=0.0,  # what "auto" is with so many labels
    )
    found = study.compare(
        {
            "plain Keras": recipe.plain(),
            "weak control": recipe.control(strong=False),
            "control": recipe.control(),
            "SSL": recipe,
        },
        build_mobilenet,
        tuple(part[:IMAGES] for part in train),
        test,
        labels=options.labels,
        control=["plain Keras", "weak control", "control"],
        **of_compare(options),
    )
    show(found, options)
    if options.dataset == "cifar10":
        print(ORIGINAL)


if __name__ == "__main__":
    main()
