"""What each method takes by hand, drawn at random, and how it is created."""

import inspect

import numpy as np

from keras_ssl.methods import METHODS

UNLABELED, LABELED, CLASSES, FEATURES = 12, 8, 4, 5
# Numbers of images, which a method reads off the data only in `fit`.
SIZES = {
    "flexmatch": {"num_unlabeled": 24},
    "noisy_student": {"num_unlabeled": 24},
    "simmatch": {"num_labeled": 8},
}
MIXED = {
    "fixmatch_mixup": UNLABELED + LABELED,
    "mixmatch": 2 * UNLABELED,
    "remixmatch": 3 * UNLABELED,
}


def create(name, **arguments):
    """The method, at full weight from the start, with a state that acts."""
    ramp = {"ramp_up_steps": 0} if takes(name, "ramp_up_steps") else {}
    method = METHODS[name](**SIZES.get(name, {}), **ramp, **arguments)
    if name == "noisy_student":
        random = np.random.default_rng(2)
        method.build((None, CLASSES))
        method.table.assign(random.dirichlet(np.ones(CLASSES), 24))
        method.weight.assign(random.integers(0, 3, 24))
    return method


def takes(name, argument):
    """Whether the method has an argument of that name."""
    return argument in inspect.signature(METHODS[name]).parameters


def draw(name, seed=0):
    """Tensors for `call`, by name."""
    random = np.random.default_rng(seed)
    rows = MIXED.get(name, 0)

    def probabilities(count):
        return random.dirichlet(np.ones(CLASSES), count)

    def one(kind):
        count = LABELED if kind.startswith("labeled") else UNLABELED
        special = {
            "labels": lambda: np.eye(CLASSES)[np.arange(LABELED) % CLASSES],
            "sample_weight": lambda: np.ones(LABELED),
            "index": lambda: 23 - np.arange(UNLABELED),
            "labeled_index": lambda: np.arange(LABELED),
            "mixed": lambda: random.normal(0, 3, (rows, CLASSES)),
            "mixed_target": lambda: probabilities(rows),
            "guess": lambda: probabilities(UNLABELED),
            "partner": lambda: np.zeros(rows, "int32"),
            "share": lambda: np.ones(rows),
            "turns": lambda: np.arange(UNLABELED) % 4,
        }
        if kind in special:
            return special[kind]()
        if kind.endswith("_features"):
            return random.normal(size=(count, FEATURES))
        # Classes are as frequent as in the labels, roughly.
        leaning = 4 * np.eye(CLASSES)[np.arange(count) % CLASSES]
        return leaning + random.normal(0, 2, (count, CLASSES))

    drawn = {kind: one(kind) for kind in create(name).inputs}
    return {
        kind: x.astype("int32" if x.dtype.kind == "i" else "float32")
        for kind, x in drawn.items()
    }
