"""What BatchNorm's statistics at evaluation are worth: held-out digits.

    python -m benchmarks.statistics_at_evaluation

Trains a small CNN on 50 labeled digits (supervised, 600 steps), and evaluates
the same weights with five kinds of statistics on 300 held-out training images.
"""

import keras
import numpy as np
from keras import ops

import keras_ssl
from benchmarks import accuracy
from keras_ssl.model.batch_norm import StatisticsEstimator

STEPS = 600


def numpy(variables):
    """Copies of the values."""
    return [np.array(ops.convert_to_numpy(v)) for v in variables]


def measure(x, y, held, seed):
    """Accuracies in percent, by the statistics that evaluation uses."""
    keras.utils.set_random_seed(seed)
    labeled = keras_ssl.data.split(y, 50, seed=seed).labeled
    network = accuracy.build_network(x.shape[1:], 10, 16)
    weak = keras_ssl.augmentation.CropAndFlip(flip=False)
    model = keras_ssl.SemiSupervisedModel(
        network, "fixmatch", weak=weak, strong=None
    )
    model.phase = "supervised"
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3), loss)
    moving = [v for v in network.variables if "moving" in v.path]
    twice = numpy(moving)
    random = np.random.default_rng(seed)
    batches = accuracy.labeled_batches(x[labeled], y[labeled], 32, random)
    for step in range(STEPS):
        model.train_on_batch(*next(batches))
        decay = float(model.averaged.decay_at(step))
        pairs = zip(twice, numpy(moving), strict=True)
        twice = [decay * a + (1 - decay) * v for a, v in pairs]

    def score(values=()):
        for variable, value in values:
            variable.assign(value)
        outputs = ops.convert_to_numpy(network(held[0], training=False))
        return f"{100 * np.mean(outputs.argmax(axis=1) == held[1]):.1f}"

    last = list(zip(moving, numpy(moving), strict=True))
    averaged = [
        (v, np.array(ops.convert_to_numpy(a)))
        for v, a in model.evaluation_weights()
    ]
    return {
        "last weights, moving statistics (plain Keras)": score(),
        "averaged, batch moments averaged alike (ours)": score(averaged),
        "averaged, averaged moving statistics": score(
            zip(moving, twice, strict=True)
        ),
        "averaged, last moving statistics": score(last),
        "averaged, re-estimated exactly": score(
            StatisticsEstimator(network)([x])
        ),
    }


def main():
    """Prints a row for each kind of statistics, a column for each seed."""
    (x, y), _ = keras_ssl.data.load_digits()
    parts = keras_ssl.data.split(y, 300, seed=12345)
    held = x[parts.labeled], y[parts.labeled]
    x, y = x[parts.unlabeled], y[parts.unlabeled]
    runs = [measure(x, y, held, seed) for seed in (0, 1)]
    rows = [
        {
            "weights, statistics": name,
            **{f"seed {seed}": run[name] for seed, run in enumerate(runs)},
        }
        for name in runs[0]
    ]
    print(keras_ssl.report.format_table(rows))


if __name__ == "__main__":
    main()
