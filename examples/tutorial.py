"""Semi-supervised learning from beginning to end: MobileNet on CIFAR-10.

A MobileNet learns from 5,000 labeled images, first by ordinary Keras code, then
with 20,000 unlabeled images beside them. Read it from top to bottom.

    python examples/tutorial.py                          # downloads CIFAR-10
    python examples/tutorial.py --data cifar10.npz       # has it as a file
    python examples/tutorial.py --dataset fashion_mnist  # a smaller download
    python examples/tutorial.py --dataset digits         # no download
    python examples/tutorial.py --dataset digits --tiny  # under a minute

It needs `pip install "keras_ssl[tensorflow,examples]"`.
"""

import argparse
import json
import math
import pathlib
import sys
import time
import types

import keras
import numpy as np

import keras_ssl  # noqa: I001  first: it turns on what makes TensorFlow fast

BATCH_SIZE = 64
CLASSES = {
    "cifar10": "airplane automobile bird cat deer dog frog horse ship truck",
    "fashion_mnist": "T-shirt trouser pullover dress coat sandal shirt sneaker "
    "bag boot",
    "digits": "0 1 2 3 4 5 6 7 8 9",
}
SIZES = {"labeled": 5000, "unlabeled": 20000, "epochs": 30}
SIZES_OF_DIGITS = {"labeled": 200, "unlabeled": 1300, "epochs": 30}
SIZES_OF_TINY = {"labeled": 50, "unlabeled": 150, "epochs": 1}

BASELINE, SSL, EQUAL = "baseline", "SSL", "baseline, equal steps"
# Of the tutorial that this one started from, on CIFAR-10.
ORIGINAL = {BASELINE: {"original (%)": 43.66}, SSL: {"original (%)": 55.89}}


# 1. The data: few labels, many images


def load(args, output):
    """Loads, draws and splits the data set, and prepares it for MobileNet."""
    (x, y), (x_test, y_test) = keras_ssl.data.load(args.data or args.dataset)
    x, x_test = to_mobilenet_size(x), to_mobilenet_size(x_test)
    names = CLASSES[args.dataset].split()
    grid = keras_ssl.report.plot_images(x, y, class_names=names)
    grid.figure.savefig(output / "data.png")

    # The test set must not decide anything. So a tenth of the labeled images
    # is set aside for validation, which tells when training has stabilised.
    validation = max(args.labeled // 10, 10)
    parts = keras_ssl.data.split(
        y,
        args.labeled - validation,
        num_validation=validation,
        num_unlabeled=args.unlabeled,
        seed=args.seed,
    )
    tested = slice(100 if args.tiny else None)
    return types.SimpleNamespace(
        train=prepare(x[parts.labeled], y[parts.labeled]),
        validation=prepare(x[parts.validation], y[parts.validation]),
        test=prepare(x_test[tested], y_test[tested]),
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


def build_baseline(args):
    """Plain Keras: horizontal flips in front of the network."""
    flips = [keras.layers.RandomFlip("horizontal")] if args.flip else []
    network = build_network(args)
    return compiled(keras.Sequential([network.input, *flips, network]), args)


def build_ssl(args):
    """The same network, wrapped so that `fit` also takes unlabeled images."""
    weak = keras_ssl.augmentation.CropAndFlip(flip=args.flip)
    model = keras_ssl.SemiSupervisedModel(build_network(args), weak=weak)
    return compiled(model, args)


def compiled(model, args):
    """Compiles a model; both are compiled alike."""
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        run_eagerly=args.tiny,  # to compile MobileNet outlasts a few steps
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
        """Counts BatchNorm's warm-up steps, which belong to no epoch."""
        self.total += int(self.model.optimizer.iterations) - self.last

    def on_train_batch_end(self, batch, logs=None):
        """Counts a step."""
        self.total += 1
        if self.total == self.limit:
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        """Notes where the optimizer is: a new phase starts it from 0."""
        self.last = int(self.model.optimizer.iterations)


def train_baseline(model, data, args, steps=None):
    """Trains for `--epochs` epochs, or for as many steps as are given."""
    steps = steps or args.epochs * steps_per_epoch(data)
    counter = CountSteps(limit=steps)
    history = model.fit(
        *data.train,
        batch_size=BATCH_SIZE,
        epochs=math.ceil(steps / steps_per_epoch(data)),
        validation_data=data.validation,
        callbacks=[counter],
        verbose=2,
    )
    return history.history, counter.total


def train_ssl(model, data, args):
    """Trains on the labeled images alone, then on all images."""
    # A phase ends once the validation loss has stabilised; phase 1 no later
    # than at half time. BatchNorm is warmed up before each. Without that, its
    # moving statistics lag behind the weights, and a network that trains well
    # is validated at chance: look at the first epochs of the baseline.
    counter = CountSteps()
    warmup = keras_ssl.callbacks.BatchNormWarmup(steps=1 if args.tiny else 500)
    switch = keras_ssl.callbacks.PhaseSwitch(
        patience=max(2, args.epochs // 3), epoch=2 * args.epochs
    )
    history = model.fit(
        *data.train,
        unlabeled_data=data.unlabeled,
        batch_size=BATCH_SIZE,
        epochs=4 * args.epochs,
        steps_per_epoch=steps_per_epoch(data),  # so that epochs compare
        validation_data=data.validation,
        callbacks=[warmup, switch, counter],
        verbose=2,
    )
    return history.history, counter.total


def steps_per_epoch(data):
    """Batches in one pass over the labeled images."""
    return math.ceil(len(data.train[0]) / BATCH_SIZE)


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


def report(runs, args, output):
    """Prints the table, writes the numbers down and draws the figures."""
    rows = [row for row, _ in runs]
    curves = {row["model"]: curves for row, curves in runs}
    bars = {row["model"]: row["test accuracy (%)"] / 100 for row in rows}
    if args.dataset == "cifar10" and not args.tiny:
        for row in rows:
            row.update(ORIGINAL.get(row["model"], {}))
        print("\nThe original: one seed, whose stopping had seen the test set.")
    print(f"\n{keras_ssl.report.format_table(rows)}\n")
    print("Judge the gain against equal steps. Besides the unlabeled images,")
    print("the SSL model had augmented images and averaged weights.")

    results = {"settings": vars(args), "results": rows, "curves": curves}
    (output / "results.json").write_text(json.dumps(results, indent=2))
    axes = keras_ssl.report.plot_comparison(bars, chance=0.1)
    axes.figure.savefig(output / "comparison.png")
    del curves[BASELINE]  # which is the beginning of the longer one
    axes = keras_ssl.report.plot_history(curves)
    axes.set_xlabel("Epoch, BatchNorm's warm-up not counted")
    axes.figure.savefig(output / "history.png")
    print(f"Figures and numbers are in {output}.")


def parse(argv):
    """Reads the options; sizes that are not given depend on the data set."""
    parser = argparse.ArgumentParser(
        description="Compares a MobileNet with and without unlabeled images."
    )
    parser.add_argument("--dataset", choices=CLASSES, default="cifar10")
    parser.add_argument(
        "--data", help="an .npz file or a folder with the data set's images"
    )
    parser.add_argument("--labeled", type=int, help="a tenth is for validation")
    parser.add_argument("--unlabeled", type=int)
    parser.add_argument("--epochs", type=int, help="SSL: 4 times as many")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tiny", action="store_true", help="a few steps")
    parser.add_argument("--output", default="tutorial", help="a folder")
    args = parser.parse_args(argv)
    sizes = SIZES_OF_DIGITS if args.dataset == "digits" else SIZES
    for name, value in (SIZES_OF_TINY if args.tiny else sizes).items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    args.flip = args.dataset != "digits"  # a mirrored digit is not a digit
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

    # Both are built first: a missing package shows now, and not in an hour.
    model, ssl_model = build_baseline(args), build_ssl(args)
    baseline = measure(BASELINE, train_baseline, model, data, args)
    ssl = measure(SSL, train_ssl, ssl_model, data, args)
    # SSL has trained for longer. How far does the baseline come in that time?
    model, steps = build_baseline(args), ssl[0]["steps"]
    equal = measure(EQUAL, train_baseline, model, data, args, steps)
    report([baseline, ssl, equal], args, output)


if __name__ == "__main__":
    main()
