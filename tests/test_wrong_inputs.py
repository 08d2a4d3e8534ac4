"""Wrong inputs, all over the public API: each gets a sentence that helps."""

import contextlib
import functools
import inspect
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


@contextlib.contextmanager
def unchanged(model):
    """Checks that a network has the weights that it had."""
    inner = getattr(model, "network", model)
    before = inner.get_weights()
    try:
        yield model
    finally:
        for old, new in zip(before, inner.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)


def find(finder, *data, model=None, **arguments):
    with unchanged(model or wrap()) as whole:
        return getattr(keras_ssl.finders, f"find_{finder}")(
            whole, *data, **arguments
        )


class Singles(keras.utils.PyDataset):
    """Images one by one."""

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return X[index], Y[index]


def fit(model=None, a=(X, Y), **arguments):
    given = {
        "unlabeled_data": X,
        "steps_per_epoch": 2,
        "batch_size": 4,
        "verbose": 0,
    }
    with unchanged(model or wrap()) as whole:
        whole.fit(*a, **{**given, **arguments})


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
    with unchanged(network()) as inner:
        keras_ssl.train(inner, **{**given, **arguments})


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
    "fit single val": lambda: fit(validation_data=Singles()),
    "phase patience": lambda: keras_ssl.callbacks.PhaseSwitch(patience=-1),
    "warmup steps": lambda: keras_ssl.callbacks.BatchNormWarmup(steps=-1),
    "warmup text": lambda: keras_ssl.callbacks.BatchNormWarmup(steps="many"),
    "fbs max": lambda: find("batch_size", (X, Y), X, max_batch_size=0),
    "fbs mem": lambda: find("batch_size", (X, Y), X, memory_limit="8GB"),
    "fbs model": lambda: keras_ssl.finders.find_batch_size(3, (X, Y), X),
    "flr model": lambda: keras_ssl.finders.find_learning_rate(3, [(X, Y)]),
    "flr data": lambda: find("learning_rate", None),
    "fa model": lambda: keras_ssl.finders.find_augmentation(
        3, (X, Y), validation=(X, Y)
    ),
    "fa few": lambda: find(
        "augmentation", (X, Y), validation=(X, Y), model=network()
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
    "value_range 255 for 0 to 1": lambda: fit(wrap(value_range=(0, 255))),
    "floats of a generator": lambda: fit(
        a=(iter([(X[:4] + 9, Y[:4])]),), unlabeled_data=X
    ),
    "x number": lambda: fit(a=(3,), unlabeled_data=None),
    "x folder": lambda: fit(a=("train/",), unlabeled_data=None),
    "x list alone": lambda: fit(a=(list(X), Y), unlabeled_data=None),
    "ignore_class": lambda: fit(
        wrap(
            loss=keras.losses.SparseCategoricalCrossentropy(
                from_logits=True, ignore_class=-1
            )
        )
    ),
    "loss rows": lambda: keras_ssl.losses.fixmatch(
        X[:4, 0, :, 0], X[:2, 0, :, 0]
    ),
    "loss classes": lambda: keras_ssl.losses.uda(np.eye(4), np.ones((4, 3))),
    "loss rank": lambda: keras_ssl.losses.freematch(Y, Y),
    "loss one view": lambda: keras_ssl.losses.softmatch(np.eye(4)),
    "loss argument": lambda: keras_ssl.losses.fixmatch(
        np.eye(4), np.eye(4), thresold=0.9
    ),
    "check_images rank": lambda: keras_ssl.data.check_images(X[..., 0]),
    "check_images nan": lambda: keras_ssl.data.check_images(X * np.nan),
    "check_images sizes": lambda: keras_ssl.data.check_images(X, X[:, 1:]),
    "check_labels range": lambda: keras_ssl.data.check_labels(Y, 3, LOSS),
    "check_labels text": lambda: keras_ssl.data.check_labels(
        np.array(["cat"]), 3, LOSS
    ),
    "check_outputs rank": lambda: keras_ssl.data.check_outputs(X, LOSS),
    "check_outputs nan": lambda: keras_ssl.data.check_outputs(
        np.full((2, 3), np.nan), LOSS
    ),
    "peek generator": lambda: keras_ssl.data.peek(iter([(X, Y)])),
    "peek empty": lambda: keras_ssl.data.peek([]),
    "inspect generator": lambda: keras_ssl.inspect(network(), iter([(X, Y)])),
    "inspect labels": lambda: keras_ssl.inspect(network(), (X, Y + 9)),
    "fbs data": lambda: find("batch_size", X, X),
    "jitter": lambda: keras_ssl.augmentation.ColorJitter(brightness=-1),
    "Pipeline": lambda: keras_ssl.augmentation.Pipeline([3]),
    "suggest": lambda: keras_ssl.finders.suggest([1.0], [1.0, 2.0]),
    "plot_images": lambda: keras_ssl.report.plot_images(3),
    "erasing": lambda: keras_ssl.augmentation.RandomErasing(rate=2),
}


LOSSES = [
    *("adamatch", "aligned_softmatch", "defixmatch", "fixmatch", "flexmatch"),
    *("freematch", "mean_teacher", "noisy_student", "pi_model"),
    *("pseudo_label", "softmatch", "uda"),
]
RATES = [
    *("CutMix", "GaussianBlur", "RandomGrayscale"),
    *("RandomRotation90", "MixUp", "ColorJitter"),
]
RECIPES = [
    *("adamatch", "comatch", "defixmatch", "fixmatch", "flexmatch"),
    *("freematch", "mean_teacher", "mixmatch", "pi_model", "pseudo_label"),
    *("remixmatch", "simmatch", "softmatch", "uda"),
]


def each_of(package, names, *args, **kwargs):
    """A row for each of a package's callables, all called alike."""
    return {
        f"{package.__name__} {name}": functools.partial(
            lambda made, name: getattr(made, name)(*args, **kwargs),
            package,
            name,
        )
        for name in names
    }


WRONG |= {
    **each_of(keras_ssl.losses, LOSSES),
    **each_of(keras_ssl.augmentation, RATES, rate=2),
    **each_of(keras_ssl.recipes, RECIPES, batch_size=0),
}

# A word of the advice that each row gets.
ADVICE = {
    "fit single val": ".batch(32)",
    "ema": "for example ema=0.999",
    "value_range": "range of your pixels",
    "value_range 255 for 0 to 1": "value_range=(0, 1)",
    "twice": "model.network",
    "X text": "image_dataset_from_directory",
    "X list text": "image_dataset_from_directory",
    "u text": "image_dataset_from_directory",
    "u path": "image_dataset_from_directory",
    "X object": "numpy.stack",
    "X list sizes": "numpy.stack",
    "u object": "numpy.stack",
    "u list": "numpy.stack",
    "u other size": "image.resize",
    "u empty": "filter or the path",
    "two": "part that classifies images",
    "1d logits": "Dense(2)",
    "loss mse": "sparse_categorical_crossentropy",
    "batch_size": "batch_size=1",
    "epochs": "epochs=1",
    "steps": "steps_per_epoch=1",
    "ratio": "unlabeled_ratio=1",
    "validation other size": "Resize",
    "validation sizes": "Resize",
    "validation empty": "new generator",
    "validation nolabels": "validation_data=(x, y)",
    "validation one": "validation_data=(x, y)",
    "Y none": "Pass the labels too",
    "class_weight array": "{0: 1.0",
    "callbacks": "callbacks=[",
    "list of batches": "iter(batches)",
    "train epochs": "epochs=40",
    "train lr": "learning_rate=1",
    "train batch 0": "batch_size=1",
    "train unlabeled none": "model.phase",
    "train method": "fixmatch",
    "train schedule": "cosine",
    "train test X": "Pass the labels too",
    "split textlabels": "return_inverse",
    "load name": "cifar10",
    "pair index": "index=True",
    "cutout": "Divide pixels",
    "aug unknown": "cutout",
    "lrfinder plain": "find_learning_rate",
    "bsfinder plain": "find_batch_size",
    "phase plain": "Wrap the model",
    "warmup plain": "Wrap the model",
    "collapse plain": "Wrap the model",
    "noisy plain": "Wrap the model",
    "fbs max": "max_batch_size",
    "fbs mem": "memory_limit",
    "recipe optimizer": "adam",
    "cmp net": "function that makes it",
    "cmp test": "test=(x, y)",
    "l2": "weight_decay=5e-4",
    "l2 model": "model that you train",
    "train validation text": "image_dataset_from_directory",
    "cnn channels": "channels=1",
    "inspect generator": "function that makes the generator",
    "inspect X": "Pass the labels too",
    "set_aug": "cutout",
    "export unbuilt": "Call `fit`",
    "plot hist": "plot_history(",
    "compile none": "model.compile",
    "x": "numpy.asarray",
    "Pipeline": "augmentation.get",
    "ignore_class": "fixmatch",
    "loss rows": "same images",
    "loss classes": "same classes",
    "loss one view": "logits of each view",
    "check_images rank": "x[..., None]",
    "check_images sizes": "image.resize",
    "check_labels range": "Renumber",
    "check_outputs rank": "dense layer",
    "peek generator": "result of `pair`",
}
# Words that begin advice, for rows that have none of their own.
VERBS = (
    *("Pass", "Did you mean", "Write", "Call", "Use", "Choose", "Add", "Leave"),
    *("Check", "Convert", "Resize", "Renumber", "Number", "Cut", "Put", "Name"),
    *("Classes are", "Lower", "Divide", "Scale", "Look", "For one", "Batch"),
    *("0 is never", "Wrap", "Or pass", "To turn", "Correct", "Compile", "Make"),
)


def advice_of(name):
    """What a message must hold, by the longest start of its row's name."""
    fitting = [each for each in ADVICE if f"{name} ".startswith(f"{each} ")]
    return ADVICE[max(fitting, key=len)] if fitting else None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WRONG)
def test_it_is_refused_in_words(name):
    with pytest.raises((ValueError, TypeError)) as error:
        WRONG[name]()
    message = str(error.value)
    assert "Received" in message
    assert "Expected" in message
    assert len(message) < 1200
    advice = advice_of(name)
    found = VERBS if advice is None else (advice,)
    assert any(word in message for word in found), message


def test_the_table_is_large():
    assert len(WRONG) >= 200
    unused = set(ADVICE) - {
        each for each in ADVICE for name in WRONG if f"{name} ".startswith(each)
    }
    assert not unused


# Made by the library itself, or pure formulas of tensors.
NO_ROW = {
    *("AugmentationResult", "BatchSizeResult", "LearningRateResult"),
    *("Inspection", "Split", "LabelCurve", "TrainingReport", "Finding"),
    *("Setting", "Classification", "Augmentation", "Method"),
    # Python or Keras answers what is wrong.
    *("BackupAndRestore", "ReduceLROnPlateau", "reset_optimizer", "compiles"),
    *("KerasCV", "LayerAugmentation", "RandomResizedCrop", "load_digits"),
}


def words_of(row):
    """The names that a row uses."""
    code = getattr(row, "func", row).__code__
    return {*code.co_names}


def public(package):
    """The public callables of a package that takes arguments of users."""
    return {
        name
        for name in getattr(package, "__all__", ())
        if callable(getattr(package, name)) and name not in NO_ROW
    }


COVERED = ("augmentation", "callbacks", "data", "finders")


@pytest.mark.parametrize("package", COVERED)
def test_each_public_callable_has_a_row(package):
    words = {word for name in WRONG for word in name.split()}
    words |= {word for row in WRONG.values() for word in words_of(row)}
    assert public(getattr(keras_ssl, package)) <= words


def test_each_public_name_has_rows():
    words = {word for row in WRONG.values() for word in words_of(row)}
    words |= {"losses", "recipes"}
    words |= set(inspect.getsource(wrapped).replace("(", ".").split("."))
    words |= set(inspect.getsource(train).replace("(", ".").split("."))
    names = set(keras_ssl.__all__) - NO_ROW - {"functional"}
    assert names <= words
