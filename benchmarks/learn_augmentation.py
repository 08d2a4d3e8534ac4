"""Learns the augmentations `DIGITS` and `FASHION_MNIST_SMALL`.

    python -m benchmarks.learn_augmentation digits
    python -m benchmarks.learn_augmentation fashion_mnist

`find_augmentation` on some labeled images, decided on held-out training images;
the test set is not read. Prints every trial and the arguments of `Policy`, and
writes them to `--output`, the arguments alone to `--preset`. An interrupted
search goes on in `--folder`.
"""

import argparse
import json
import pathlib

import keras

import keras_ssl
from benchmarks.accuracy import build_network
from keras_ssl.callbacks.augmentation_finder import UNMIXED

SETTINGS = {
    "digits": {"labels": 200, "held": 800, "steps": 600, "repeats": 3},
    "fashion_mnist": {"labels": 1000, "held": 5000, "steps": 500, "repeats": 2},
}


def main():
    """Searches, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dataset", choices=SETTINGS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--preset", type=pathlib.Path)
    options = parser.parse_args()
    settings = SETTINGS[options.dataset]
    (x, y), _ = keras_ssl.data.load(options.dataset)
    parts = keras_ssl.data.split(
        y,
        settings["labels"],
        num_validation=settings["held"],
        seed=options.seed,
    )
    keras.utils.set_random_seed(options.seed)
    result = keras_ssl.finders.find_augmentation(
        build_network(x.shape[1:], 10, 16),
        (x[parts.labeled], y[parts.labeled]),
        validation=(x[parts.validation], y[parts.validation]),
        search=UNMIXED,
        steps=settings["steps"],
        repeats=settings["repeats"],
        seed=options.seed,
        folder=options.folder,
    )
    print(result)
    print(json.dumps(result.settings))
    if options.preset:
        options.preset.write_text(json.dumps(result.settings) + "\n")
    if options.output:
        text = {"options": settings, "seed": options.seed, **result.to_dict()}
        options.output.write_text(json.dumps(text, indent=1))


if __name__ == "__main__":
    main()
