"""Semi-supervised learning from beginning to end: MobileNet on CIFAR-10.

A MobileNet learns from 5,000 labeled images, once by ordinary Keras code and
once with 20,000 unlabeled images beside them. Read it from top to bottom.

    python examples/tutorial.py                          # downloads CIFAR-10
    python examples/tutorial.py --dataset fashion_mnist  # a smaller download
    python examples/tutorial.py --dataset digits         # no download
    python examples/tutorial.py --dataset digits --tiny  # under a minute

Besides Keras it needs Matplotlib, KerasCV and, for the digits, scikit-learn:
`pip install "keras_ssl[tensorflow,kerascv,examples]"`.
"""

import argparse
import dataclasses
import json
import math
import pathlib
import sys
import time

import keras
import numpy as np

import keras_ssl

BATCH_SIZE = 64
BASELINE, SSL, EQUAL = "baseline", "SSL", "baseline, equal steps"

CLASSES = {
    "cifar10": "airplane automobile bird cat deer dog frog horse ship truck",
    "fashion_mnist": "T-shirt trouser pullover dress coat sandal shirt sneaker "
    "bag boot",
    "digits": "0 1 2 3 4 5 6 7 8 9",
}
SIZES = {"labeled": 5000, "unlabeled": 20000, "epochs": 30}
SIZES_OF_DIGITS = {"labeled": 200, "unlabeled": 1300, "epochs": 30}
SIZES_OF_TINY = {"labeled": 50, "unlabeled": 150, "epochs": 1}

# The tutorial that this one started from, in percent.
ORIGINAL = {BASELINE: 43.66, SSL: 55.89}


# 1. The data: few labels, many images


@dataclasses.dataclass(frozen=True)
class Data:
    """Images in [-1, 1] with one-hot labels; `unlabeled` are images alone."""

    train: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]
    unlabeled: np.ndarray

    @property
    def steps_per_epoch(self):
        """Batches in one pass over the labeled training images."""
        return math.ceil(len(self.train[0]) / BATCH_SIZE)


def load(args, output):
    """Loads, draws and splits the data set, and prepares it for MobileNet."""
    train, test = keras_ssl.data.load(args.dataset)
    x, y = to_mobilenet_size(train[0]), train[1]
    x_test, y_test = to_mobilenet_size(test[0]), test[1]
    axes = keras_ssl.report.plot_images(
        x, y, class_names=CLASSES[args.dataset].split()
    )
    save(axes, output / "data.png")

    # The test set decides nothing, so a tenth of the labeled images is set
    # aside for validation: it tells when training has stabilised.
    validation = max(args.labeled // 10, 10)
    parts = keras_ssl.data.split(
        y,
        args.labeled - validation,
        num_validation=validation,
        num_unlabeled=args.unlabeled,
        seed=args.seed,
    )
    tested = 200 if args.tiny else len(y_test)
    return Data(
        train=prepare(x[parts.labeled], y[parts.labeled]),
        validation=prepare(x[parts.validation], y[parts.validation]),
        test=prepare(x_test[:tested], y_test[:tested]),
        unlabeled=prepare(x[parts.unlabeled])[0],
    )


def to_mobilenet_size(x):
    """Brings images to 32 x 32 pixels of three colours, from 0 to 255."""
    if x.shape[1] == 8:  # the digits, from 0 to 1
        x = keras.ops.image.resize(x, (32, 32), data_format="channels_last")
        x = np.rint(255 * keras.ops.convert_to_numpy(x)).astype("uint8")
    if x.shape[1] == 28:  # Fashion-MNIST, on black
        x = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))
    return np.repeat(x, 3 // x.shape[-1], axis=-1)


def prepare(x, y=()):
    """Scales pixels to [-1, 1] and makes the labels one-hot."""
    x = keras.applications.mobilenet.preprocess_input(x)
    return x, keras.utils.to_categorical(y, 10)


# 2. Two models around the same network


def build_network(args):
    """MobileNet without pretrained weights, from images to logits."""
    keras.utils.set_random_seed(args.seed)  # the same first weights every time
    return keras.applications.MobileNet(
        input_shape=(32, 32, 3),
        alpha=0.25 if args.tiny else 1.0,
        weights=None,
        classes=10,
        classifier_activation=None,
    )


def flips(args):
    """Whether a mirrored image keeps its label, which a digit does not."""
    return args.dataset != "digits"


def build_baseline(args):
    """Plain Keras: horizontal flips in front of the network."""
    layers = [keras.layers.RandomFlip("horizontal")] if flips(args) else []
    network = build_network(args)
    model = keras.Sequential([network.input, *layers, network])
    return compiled(model, args)


def build_semi_supervised(args):
    """The same network, wrapped so that `fit` also takes unlabeled images."""
    weak = keras_ssl.augmentation.CropAndFlip(flip=flips(args))
    network = build_network(args)
    return compiled(keras_ssl.SemiSupervisedModel(network, weak=weak), args)


def compiled(model, args):
    """Compiles a model; nothing here depends on which of the two it is."""
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        run_eagerly=args.tiny,  # to trace MobileNet outlasts a few steps
    )
    return model


# 3. Training


class CountSteps(keras.callbacks.Callback):
    """Counts the optimizer's steps, and stops training at `limit` of them."""

    def __init__(self, limit=None):
        super().__init__()
        self.limit = limit
        self.total = self.last = 0

    def on_epoch_begin(self, epoch, logs=None):
        # BatchNorm's warm-up steps belong to no epoch, but are steps as well.
        self.total += int(self.model.optimizer.iterations) - self.last

    def on_train_batch_end(self, batch, logs=None):
        self.total += 1
        if self.total == self.limit:
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        # A new phase has a new optimizer, which counts from 0.
        self.last = int(self.model.optimizer.iterations)


def train_baseline(model, data, args, steps=None):
    """Trains for `--epochs` epochs, or for as many steps as are given."""
    epochs = math.ceil(steps / data.steps_per_epoch) if steps else args.epochs
    counter = CountSteps(limit=steps)
    history = model.fit(
        *data.train,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        validation_data=data.validation,
        callbacks=[counter],
        verbose=2,
    )
    return history.history, counter.total


def train_semi_supervised(model, data, args):
    """Trains on the labeled images alone, then on all images."""
    # Phase 1 ends once the validation loss has stabilised, but no later than
    # at half time; training ends once it has stabilised again. BatchNorm is
    # warmed up before each phase. Without that, its moving statistics lag
    # behind, and validation sees a network that guesses: compare the first
    # epochs of the baseline.
    counter = CountSteps()
    history = model.fit(
        *data.train,
        unlabeled_data=data.unlabeled,
        unlabeled_ratio=3,  # the paper's 7 is better, and slow without a GPU
        batch_size=BATCH_SIZE,
        epochs=4 * args.epochs,
        steps_per_epoch=data.steps_per_epoch,  # so that epochs compare
        validation_data=data.validation,
        callbacks=[
            keras_ssl.callbacks.BatchNormWarmup(steps=2 if args.tiny else 500),
            keras_ssl.callbacks.PhaseSwitch(
                patience=max(2, args.epochs // 3), epoch=2 * args.epochs
            ),
            counter,
        ],
        verbose=2,
    )
    return history.history, counter.total


def measure(name, train, model, data, *args):
    """Trains and tests a model; returns a row of the table, and the curves."""
    print(f"\n{name}", flush=True)
    start = time.perf_counter()
    curves, steps = train(model, data, *args)
    seconds = time.perf_counter() - start
    accuracy = model.evaluate(*data.test, verbose=0, return_dict=True)
    row = {
        "model": name,
        "steps": steps,
        "seconds": round(seconds),
        "test accuracy (%)": round(100 * accuracy["accuracy"], 2),
    }
    return row, curves


# 4. The comparison


def report(rows, curves, args, output):
    """Prints the table, draws the figures and writes the numbers down."""
    if args.dataset == "cifar10" and not args.tiny:
        rows = [add_original(row) for row in rows]
    print(f"\n{keras_ssl.report.format_table(rows)}\n")
    if "original (%)" in rows[0]:
        print(
            "The original figures are of one seed, whose stopping had seen the "
            "test set."
        )
    print(
        "Judge the gain against equal steps. Besides the unlabeled images, the "
        "SSL model\nhad small shifts of the images, and averaged weights."
    )
    bars = {row["model"]: row["test accuracy (%)"] / 100 for row in rows}
    axes = keras_ssl.report.plot_comparison(bars, chance=0.1)
    save(axes, output / "comparison.png")
    save(keras_ssl.report.plot_history(curves), output / "history.png")
    results = {"settings": vars(args), "results": rows, "curves": curves}
    (output / "results.json").write_text(json.dumps(results, indent=2))
    print(f"Figures and numbers are in {output}.")


def add_original(row):
    """Adds the figure of the original tutorial, where it had one."""
    if row["model"] not in ORIGINAL:
        return row
    return {**row, "original (%)": ORIGINAL[row["model"]]}


def save(axes, path):
    """Writes a figure into a file."""
    axes.figure.savefig(path, dpi=150)


def parse(argv):
    """Reads the options; sizes that are not given depend on the data set."""
    parser = argparse.ArgumentParser(
        description="Compare a MobileNet with and without unlabeled images."
    )
    parser.add_argument("--dataset", choices=CLASSES, default="cifar10")
    sizes = {
        "labeled": "labeled images, a tenth of them for validation",
        "unlabeled": "unlabeled images",
        "epochs": "of the baseline; SSL may take four times as many",
    }
    for name, text in sizes.items():
        parser.add_argument(f"--{name}", type=int, help=text)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tiny", action="store_true", help="only try it out")
    parser.add_argument("--output", default="tutorial", help="a folder")
    args = parser.parse_args(argv)
    defaults = SIZES_OF_DIGITS if args.dataset == "digits" else SIZES
    for name, value in (SIZES_OF_TINY if args.tiny else defaults).items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    return args


def main(argv=None):
    """Runs the tutorial."""
    args = parse(argv)
    output = pathlib.Path(args.output)
    output.mkdir(parents=True, exist_ok=True)
    try:
        data = load(args, output)
    except (ConnectionError, ImportError, ValueError) as error:
        sys.exit(str(error))

    # Both are built first: what is not installed shows now, not in an hour.
    baseline, ssl = build_baseline(args), build_semi_supervised(args)
    row, curve = measure(BASELINE, train_baseline, baseline, data, args)
    rows, curves = [row], {BASELINE: curve}
    row, curve = measure(SSL, train_semi_supervised, ssl, data, args)
    rows, curves = [*rows, row], {**curves, SSL: curve}

    # The SSL model has been trained for longer. How far would the baseline
    # have come in as many steps?
    longer = build_baseline(args)
    row, curve = measure(
        EQUAL, train_baseline, longer, data, args, row["steps"]
    )
    report([*rows, row], {**curves, EQUAL: curve}, args, output)


if __name__ == "__main__":
    main()
