"""Wrong inputs, all over the public API: each gets a sentence that helps."""

import pathlib

import keras
import numpy as np
import pytest

import keras_ssl

if keras.backend.backend() != "tensorflow":
    pytest.skip("one backend is enough", allow_module_level=True)

FOLDER = pathlib.Path(__file__).parent / "data"  # holds none of our files
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
X = np.random.default_rng(0).random((40, 8, 8, 1)).astype("float32")
Y = np.arange(40) % 4
SIZES = np.empty(4, object)
SIZES[:] = [np.zeros((8 + (i == 1), 8, 1)) for i in range(4)]


def network(classes=4, shape=(8, 8, 1)):
    return keras.Sequential(
        [
            keras.Input(shape),
            keras.layers.Flatten(),
            keras.layers.Dense(classes),
        ]
    )


def two_inputs():
    images, others = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    both = keras.layers.Flatten()(keras.layers.Add()([images, others]))
    return keras.Model([images, others], keras.layers.Dense(4)(both))


def two_outputs():
    images = keras.Input((8, 8, 1))
    flat = keras.layers.Flatten()(images)
    outputs = [keras.layers.Dense(size)(flat) for size in (4, 2)]
    return keras.Model(images, outputs)


def wrapped(inner, loss=LOSS, **arguments):
    arguments = {"weak": None, "strong": "cutout", **arguments}
    model = keras_ssl.SemiSupervisedModel(inner, **arguments)
    model.compile("sgd", loss, run_eagerly=True)
    return model


def wrap(n=4, shape=(8, 8, 1), **arguments):
    return wrapped(network(n, shape), **arguments)


def fit(model=None, a=(X, Y), **arguments):
    model = model or wrap()
    before = model.network.get_weights()
    given = {
        "unlabeled_data": X,
        "steps_per_epoch": 2,
        "batch_size": 4,
        "verbose": 0,
    }
    try:
        model.fit(*a, **{**given, **arguments})
    finally:
        for old, new in zip(before, model.network.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)


def train(**arguments):
    given = {
        "labeled": (X, Y),
        "unlabeled": X,
        "epochs": 2,
        "steps_per_epoch": 2,
        "batch_size": 4,
        "learning_rate": 0.01,
        "warmup_steps": 0,
        "baseline": False,
        "verbose": 0,
    }
    return keras_ssl.train(network(), **{**given, **arguments})


def plainly(callback):
    model = network()
    model.compile("sgd", LOSS, run_eagerly=True)
    model.fit(X, Y, batch_size=20, verbose=0, callbacks=[callback])


def compare(rows=None, build=network, train=(X, Y), test=(X, Y), **arguments):
    rows = {"a": keras_ssl.recipes.short(2)} if rows is None else rows
    arguments = {"labels": 4, **arguments}
    return keras_ssl.study.compare(rows, build, train, test, **arguments)


WRONG = {
    "ema text": lambda: wrap(ema="0.9"),
    "ema 1": lambda: wrap(ema=1.0),
    "ema True": lambda: wrap(ema=True),
    "value_range number": lambda: wrap(value_range=255),
    "value_range text": lambda: wrap(value_range="0-255"),
    "unlabeled_weight -1": lambda: wrap(unlabeled_weight=-1),
    "unlabeled_weight nan": lambda: wrap(unlabeled_weight=float("nan")),
    "unlabeled_weight text": lambda: wrap(unlabeled_weight="1"),
    "twice": lambda: keras_ssl.SemiSupervisedModel(wrap()),
    "layer": lambda: keras_ssl.SemiSupervisedModel(keras.layers.Dense(2)),
    "class": lambda: keras_ssl.SemiSupervisedModel(keras.Model),
    "method unknown": lambda: wrap(method="fixmach"),
    "weak unknown": lambda: wrap(weak="crop"),
    "strong number": lambda: wrap(strong=3),
    "forward": lambda: wrap(forward="both"),
    "batch_norm": lambda: wrap(batch_norm="some"),
    "features unknown": lambda: fit(wrap(method="comatch", features="nolayer")),
    "share 2": lambda: wrap(strong_labeled_share=2),
    "share text": lambda: wrap(strong_labeled_share="all"),
    "threshold text": lambda: keras_ssl.methods.FixMatch(threshold="high"),
    "threshold -0.1": lambda: keras_ssl.methods.FixMatch(threshold=-0.1),
    "two inputs": lambda: fit(wrapped(two_inputs())),
    "two outputs": lambda: fit(wrapped(two_outputs())),
    "no image input": lambda: fit(
        wrapped(keras.Sequential([keras.Input((5,)), keras.layers.Dense(4)]))
    ),
    "1d logits": lambda: fit(wrap(n=1)),
    "loss mse": lambda: fit(wrap(loss="mse")),
    "batch_size 0": lambda: fit(batch_size=0),
    "batch_size text": lambda: fit(batch_size="4"),
    "batch_size 2.5": lambda: fit(batch_size=2.5),
    "epochs 0": lambda: fit(epochs=0),
    "epochs text": lambda: fit(epochs="40"),
    "epochs -1": lambda: fit(epochs=-1),
    "steps 0": lambda: fit(steps_per_epoch=0),
    "steps text": lambda: fit(steps_per_epoch="2"),
    "ratio 0": lambda: fit(unlabeled_ratio=0),
    "ratio text": lambda: fit(unlabeled_ratio="3"),
    "ratio 1.5": lambda: fit(unlabeled_ratio=1.5),
    "validation_split 1.5": lambda: fit(validation_split=1.5),
    "validation_split -1": lambda: fit(validation_split=-0.1),
    "validation_split text": lambda: fit(validation_split="0.1"),
    "validation other size": lambda: fit(
        validation_data=(np.zeros((4, 9, 9, 1)), Y[:4])
    ),
    "validation label range": lambda: fit(validation_data=(X[:4], Y[:4] + 3)),
    "validation sizes": lambda: fit(validation_data=(list(SIZES), Y[:4])),
    "validation empty": lambda: fit(validation_data=iter([])),
    "validation nolabels": lambda: fit(validation_data=X[:4]),
    "validation one": lambda: fit(validation_data=(X[:4],)),
    "validation short": lambda: fit(validation_data=(X[:4], Y[:3])),
    "Y short": lambda: fit(a=(X, Y[:9])),
    "Y none": lambda: fit(a=(X,)),
    "X text": lambda: fit(a=(np.array(["a.jpg"] * 40), Y)),
    "X list text": lambda: fit(a=(["a.jpg"] * 40, Y)),
    "X object": lambda: fit(a=(SIZES, Y[:4])),
    "X list sizes": lambda: fit(a=(list(SIZES), Y[:4])),
    "u text": lambda: fit(unlabeled_data=np.array(["a.jpg"] * 40)),
    "u object": lambda: fit(unlabeled_data=SIZES),
    "u list": lambda: fit(unlabeled_data=list(SIZES)),
    "u other size": lambda: fit(
        unlabeled_data=np.zeros((40, 9, 9, 1), "float32")
    ),
    "u rank 3": lambda: fit(unlabeled_data=X[..., 0]),
    "u empty": lambda: fit(unlabeled_data=X[:0]),
    "u number": lambda: fit(unlabeled_data=3),
    "u path": lambda: fit(unlabeled_data="pool/"),
    "class_weight array": lambda: fit(class_weight=np.ones(4)),
    "class_weight text": lambda: fit(class_weight={"cat": 1.0}),
    "class_weight other": lambda: fit(class_weight={7: 1.0}),
    "class_weight value": lambda: fit(class_weight={0: "a"}),
    "class_weight neg": lambda: fit(class_weight={0: -1.0}),
    "sample_weight short": lambda: fit(sample_weight=np.ones(3)),
    "sample_weight text": lambda: fit(sample_weight=["a"] * 40),
    "callbacks class": lambda: fit(callbacks=[keras_ssl.callbacks.PhaseSwitch]),
    "callbacks number": lambda: fit(callbacks=[3]),
    "list of batches": lambda: wrap().fit(
        [((X[:4], Y[:4]), X[:8])] * 2, verbose=0
    ),
    "train labeled X": lambda: train(labeled=X),
    "train labeled yx": lambda: train(labeled=(Y, X)),
    "train unlabeled none": lambda: train(unlabeled=None),
    "train epochs text": lambda: train(epochs="40"),
    "train epochs 0": lambda: train(epochs=0),
    "train lr text": lambda: train(learning_rate="auto"),
    "train lr -1": lambda: train(learning_rate=-1),
    "train lr 0": lambda: train(learning_rate=0),
    "train memory": lambda: train(memory_limit="8GB", batch_size=None),
    "train batch 0": lambda: train(batch_size=0),
    "train steps 0": lambda: train(steps_per_epoch=0),
    "train unknown": lambda: train(epoch=3),
    "train validation text": lambda: train(validation="some"),
    "train validation 1.5": lambda: train(validation=1.5),
    "train test X": lambda: train(test=X),
    "train test range": lambda: train(test=(X, Y + 9)),
    "train schedule": lambda: train(schedule="cos"),
    "train method": lambda: train(method="fixmach"),
    "train warmup": lambda: train(warmup_steps=-1),
    "train resume file": lambda: train(resume=__file__),
    "split 12.5": lambda: keras_ssl.data.split(Y, 12.5),
    "split 41": lambda: keras_ssl.data.split(Y, 41),
    "split 0": lambda: keras_ssl.data.split(Y, 0),
    "split neg": lambda: keras_ssl.data.split(Y, -4),
    "split text": lambda: keras_ssl.data.split(Y, "4"),
    "split nan": lambda: keras_ssl.data.split(np.array([0, 1, np.nan, 1]), 2),
    "split 2d": lambda: keras_ssl.data.split(np.random.rand(8, 3), 2),
    "split textlabels": lambda: keras_ssl.data.split(
        np.array(["a", "b"] * 4), 2
    ),
    "split validation": lambda: keras_ssl.data.split(Y, 4, num_validation=-1),
    "split seed": lambda: keras_ssl.data.split(Y, 4, seed="a"),
    "load name": lambda: keras_ssl.data.load("cifar"),
    "load number": lambda: keras_ssl.data.load(3),
    "pair none": lambda: keras_ssl.data.pair(None, X),
    "pair batch": lambda: keras_ssl.data.pair((X, Y), X, batch_size=0),
    "pair ratio": lambda: keras_ssl.data.pair((X, Y), X, unlabeled_ratio=-1),
    "pair index": lambda: keras_ssl.data.pair((X, Y), X, index=["idx"]),
    "pair steps": lambda: keras_ssl.data.pair((X, Y), X, steps=0),
    "momentum": lambda: keras_ssl.methods.SoftMatch(momentum=2),
    "sharpen": lambda: keras_ssl.methods.MixMatch(temperature=0),
    "prior": lambda: keras_ssl.methods.SoftMatch(prior="all"),
    "freematch": lambda: keras_ssl.methods.FreeMatch(momentum="a"),
    "cutout": lambda: keras_ssl.augmentation.Cutout(2.0),
    "cutout text": lambda: keras_ssl.augmentation.Cutout("a"),
    "crop": lambda: keras_ssl.augmentation.CropAndFlip(shift=4),
    "randaugment": lambda: keras_ssl.augmentation.RandAugment(magnitude=-1),
    "mixup": lambda: keras_ssl.augmentation.MixUp(alpha=-1),
    "aug unknown": lambda: keras_ssl.augmentation.get("cutut"),
    "aug image": lambda: keras_ssl.augmentation.Cutout()(np.zeros((8, 8))),
    "lrfinder min": lambda: keras_ssl.callbacks.LearningRateFinder(min_rate=-1),
    "lrfinder plain": lambda: plainly(keras_ssl.callbacks.LearningRateFinder()),
    "bsfinder plain": lambda: plainly(keras_ssl.callbacks.BatchSizeFinder()),
    "phase plain": lambda: plainly(keras_ssl.callbacks.PhaseSwitch("loss")),
    "warmup plain": lambda: plainly(keras_ssl.callbacks.BatchNormWarmup()),
    "collapse plain": lambda: plainly(keras_ssl.callbacks.CollapseWarning()),
    "cosine plain": lambda: plainly(keras_ssl.callbacks.PhaseCosineDecay()),
    "noisy plain": lambda: plainly(keras_ssl.callbacks.NoisyStudentRounds()),
    "aug plain": lambda: plainly(keras_ssl.callbacks.AugmentationFinder()),
    "phase epoch 0": lambda: keras_ssl.callbacks.PhaseSwitch(epoch=0),
    "phase patience": lambda: keras_ssl.callbacks.PhaseSwitch(patience=-1),
    "warmup steps": lambda: keras_ssl.callbacks.BatchNormWarmup(steps=-1),
    "warmup text": lambda: keras_ssl.callbacks.BatchNormWarmup(steps="many"),
    "fbs max": lambda: keras_ssl.finders.find_batch_size(
        wrap(), (X, Y), X, max_batch_size=0
    ),
    "fbs mem": lambda: keras_ssl.finders.find_batch_size(
        wrap(), (X, Y), X, memory_limit="8GB"
    ),
    "fbs model": lambda: keras_ssl.finders.find_batch_size(3, (X, Y), X),
    "flr model": lambda: keras_ssl.finders.find_learning_rate(3, [(X, Y)]),
    "flr data": lambda: keras_ssl.finders.find_learning_rate(wrap(), None),
    "fa model": lambda: keras_ssl.finders.find_augmentation(
        3, (X, Y), validation=(X, Y)
    ),
    "fa few": lambda: keras_ssl.finders.find_augmentation(
        network(), (X, Y), validation=(X, Y)
    ),
    "recipe steps": lambda: keras_ssl.recipes.short(0),
    "recipe steps text": lambda: keras_ssl.recipes.short("many"),
    "recipe unknown": lambda: keras_ssl.recipes.short(10, lr=3),
    "recipe lr": lambda: keras_ssl.recipes.short(10, learning_rate=-1),
    "recipe optimizer": lambda: keras_ssl.recipes.short(10, optimizer="adan"),
    "recipe batch": lambda: keras_ssl.recipes.short(10, batch_size=0),
    "recipe ratio": lambda: keras_ssl.recipes.short(10, unlabeled_ratio=-1),
    "recipe wd": lambda: keras_ssl.recipes.short(10, weight_decay="a"),
    "recipe ema": lambda: keras_ssl.recipes.short(10, ema=3).compile(
        network(), loss=LOSS, verbose=0
    ),
    "cmp rows": lambda: compare({}),
    "cmp labels": lambda: compare(labels="20"),
    "cmp labels 20.5": lambda: compare(labels=20.5),
    "cmp seeds none": lambda: compare(seeds=None),
    "cmp seeds dup": lambda: compare(seeds=[1, 1]),
    "cmp workers": lambda: compare(workers=0),
    "cmp net": lambda: compare(build=network()),
    "cmp control": lambda: compare(control="b"),
    "cmp epochs": lambda: compare(epochs=0),
    "cmp validation": lambda: compare(validation=-1),
    "cmp test": lambda: compare(test=X),
    "cmp load": lambda: keras_ssl.study.Comparison.load(FOLDER),
    "policy load": lambda: keras_ssl.augmentation.Policy.load(
        FOLDER / "none.json"
    ),
    "sched": lambda: keras_ssl.schedules.PartialCosineDecay(-1, 10),
    "sched steps": lambda: keras_ssl.schedules.PartialCosineDecay(0.1, 0),
    "l2": lambda: keras_ssl.regularizers.l2_on_kernels(network(), -1),
    "l2 text": lambda: keras_ssl.regularizers.l2_on_kernels(network(), "a"),
    "l2 model": lambda: keras_ssl.regularizers.l2_on_kernels(3, 0.1),
    "muon": lambda: keras_ssl.optimizers.Muon(momentum="a"),
    "muon lr": lambda: keras_ssl.optimizers.Muon(-1.0),
    "cnn": lambda: keras_ssl.networks.small_cnn((8,), 10),
    "cnn text": lambda: keras_ssl.networks.small_cnn("32", 10),
    "cnn channels": lambda: keras_ssl.networks.small_cnn((8, 8, 0), 10),
    "inspect none": lambda: keras_ssl.inspect(network(), None),
    "inspect model": lambda: keras_ssl.inspect(3, (X, Y)),
    "inspect X": lambda: keras_ssl.inspect(network(), X),
    "phase": lambda: setattr(wrap(), "phase", "both"),
    "set_aug": lambda: wrap().set_augmentation(strong="cutut"),
    "export unbuilt": lambda: keras_ssl.SemiSupervisedModel(
        keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2)])
    ).export_model(),
    "plot cmp": lambda: keras_ssl.report.plot_comparison({"a": 3}),
    "plot hist": lambda: keras_ssl.report.plot_history({}),
    "tob X": lambda: wrap().train_on_batch(X[:4]),
    "tob Y": lambda: wrap().train_on_batch(X[:4], Y[:3]),
    "tob u": lambda: wrap().train_on_batch(
        ((X[:4], Y[:4]), np.zeros((4, 9, 9, 1)))
    ),
    "compile none": lambda: fit(keras_ssl.SemiSupervisedModel(network())),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WRONG)
def test_it_is_refused_in_words(name):
    with pytest.raises((ValueError, TypeError)) as error:
        WRONG[name]()
    message = str(error.value)
    assert "Received" in message
    assert "Expected" in message
    assert len(message) < 1200
