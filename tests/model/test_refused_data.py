"""Data that would spoil the weights stop `fit`, in any container."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from tests.backends import TENSORFLOW
from tests.data.conftest import Batches
from tests.data.conftest import to_container

pytestmark = [pytest.mark.core, pytest.mark.eager]

SPARSE = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
LAST = 15
X = np.random.default_rng(0).random((16, 4, 4, 1), "float32")
Y = (np.arange(16) % 4).astype("float32")


def wrapped(loss=SPARSE, activation=None, **kwargs):
    network = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation=activation),
        ]
    )
    model = SemiSupervisedModel(network, weak=None, strong=None, **kwargs)
    model.compile(keras.optimizers.SGD(0.1), loss)
    return model


def last(array, value):
    """The array with another last row."""
    changed = array.copy()
    changed[LAST] = value
    return changed


W = np.ones(16, "float32")
SPOILED = {
    "pixels": ((last(X, np.nan), Y), X, "labeled pixels"),
    "range": ((last(X, 9.0), Y), X, "to 9"),
    "unlabeled": ((X, Y), last(X, np.inf), "unlabeled pixels"),
    "labels": ((X, last(Y, np.nan)), X, "labels"),
    "classes": ((X, last(Y, 4)), X, " to 4"),
    "weights": ((X, Y, last(W, np.nan)), X, "weights"),
}


@pytest.mark.parametrize("name", SPOILED)
@pytest.mark.parametrize("phase", ["supervised", "semi-supervised"])
def test_arrays_are_read_whole_before_training(name, phase):
    labeled, unlabeled, words = SPOILED[name]
    model = wrapped()
    before = model.network.get_weights()
    model.phase = phase
    if phase == "supervised" and name == "unlabeled":
        return
    given = dict(zip(("x", "y", "sample_weight"), labeled, strict=False))
    if phase == "semi-supervised":
        given["unlabeled_data"] = unlabeled
    with pytest.raises(ValueError, match=rf"{words}.*\brow {LAST}\b"):
        model.fit(**given, batch_size=2, verbose=0)
    for a, b in zip(before, model.network.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_range_is_that_of_all_images_whatever_the_order():
    dark = last(0.4 * X * 255, 250.0)  # no batch but one tells the range
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        model = wrapped()
        model.fit(dark, Y, unlabeled_data=dark, batch_size=2, verbose=0)
        assert model.value_range == (0, 255)


class Pairs(keras.utils.PyDataset):
    def __init__(self, *sides):
        super().__init__()
        self.sides = sides

    def __len__(self):
        return len(self.sides[0])

    def __getitem__(self, index):
        return tuple(side[index] for side in self.sides)


class Loader:
    """Batches that are neither counted by index nor read but once."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)

    def __len__(self):
        return len(self.batches)


def zipped(kind, labeled, unlabeled):
    form = "PyDataset" if kind == "iterable" else kind
    sides = [to_container(form, arrays, 2) for arrays in (labeled, unlabeled)]
    if kind == "generator":
        return zip(*sides, strict=True)
    if kind == "iterable":
        batches = Pairs(*sides)
        return Loader([batches[index] for index in range(len(batches))])
    if kind == "PyDataset":
        return Pairs(*sides)
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.zip(*sides)


def stops(model, *args, words, **kwargs):
    """Checks that the last batch is refused after others were trained on."""
    before = ops.convert_to_numpy(model.network.weights[0]).copy()
    with pytest.raises(ValueError, match=f"^In a batch: .*{words}.*row 1") as e:
        model.fit(*args, epochs=3, shuffle=False, verbose=0, **kwargs)
    assert "as before it" in str(e.value)
    for weight in model.get_weights():
        assert np.isfinite(weight).all()
    after = ops.convert_to_numpy(model.network.weights[0])
    assert not np.array_equal(before, after)


CONTAINERS = ["batched", "PyDataset", "generator"]


@pytest.mark.parametrize("kind", [*CONTAINERS, "iterable"])
@pytest.mark.parametrize("name", SPOILED)
def test_zipped_batches_are_checked_one_by_one(kind, name):
    labeled, unlabeled, words = SPOILED[name]
    batches = zipped(kind, labeled, (unlabeled,))
    steps = {"steps_per_epoch": 8} if kind == "generator" else {}
    stops(wrapped(), batches, words=words, **steps)


@pytest.mark.parametrize("kind", CONTAINERS)
@pytest.mark.parametrize("name", ["pixels", "unlabeled", "weights"])
def test_batches_that_are_paired_are_checked_one_by_one(kind, name):
    labeled, unlabeled, words = SPOILED[name]
    stops(
        wrapped(),
        to_container(kind, labeled, 2),
        unlabeled_data=to_container(kind, (unlabeled,), 2),
        include_labeled=False,
        steps_per_epoch=8,
        words=words,
    )


@pytest.mark.parametrize("kind", CONTAINERS)
def test_labeled_batches_are_checked_in_the_supervised_phase(kind):
    model = wrapped()
    model.phase = "supervised"
    labeled, _, words = SPOILED["labels"]
    steps = {"steps_per_epoch": 8} if kind == "generator" else {}
    stops(model, to_container(kind, labeled, 2), words=words, **steps)


@pytest.mark.eager(False)
def test_the_sentence_comes_out_of_a_compiled_step():
    labeled, unlabeled, words = SPOILED["pixels"]
    stops(wrapped(), zipped("batched", labeled, (unlabeled,)), words=words)


def test_an_array_beside_batches_is_read_whole():
    batches = Batches((X, Y), 2)
    with pytest.raises(ValueError, match=rf"^Some unlabeled.*row {LAST}"):
        wrapped().fit(batches, unlabeled_data=last(X, np.nan), verbose=0)


def test_each_batch_of_train_on_batch_is_checked():
    model = wrapped()
    model.train_on_batch(((X[:4], Y[:4]), X))
    with pytest.raises(ValueError, match="In a batch: Some unlabeled"):
        model.train_on_batch(((X[:4], Y[:4]), last(X, np.nan)))
    model.compile("sgd", keras.losses.CategoricalCrossentropy(from_logits=True))
    model.train_on_batch(((X[:4], np.eye(4)), X))
    with pytest.raises(ValueError, match="rows 0, 1"):
        model.train_on_batch(((X[:4], 2 * np.eye(4)), X))


def test_a_network_trains_on_after_a_batch_that_was_refused():
    labeled, unlabeled, words = SPOILED["pixels"]
    model = wrapped()
    stops(model, zipped("batched", labeled, (unlabeled,)), words=words)
    model.fit(X, Y, unlabeled_data=X, verbose=0)


def test_a_dataset_hears_of_its_epochs():
    heard = []

    class Heard(Batches):
        def on_epoch_begin(self):
            heard.append("begin")

        def on_epoch_end(self):
            heard.append("end")

    model = wrapped()
    model.phase = "supervised"
    model.fit(Heard((X, Y), 4), epochs=2, shuffle=False, verbose=0)
    assert heard.count("begin") >= 2  # Keras counts as it likes


# One class an image

MULTI_HOT = np.tile(np.array([[1, 1, 0, 0], [0, 0, 1, 0]], "float32"), (8, 1))
ONE_HOT = np.eye(4)[Y.astype(int)]
TASKS = [
    ("binary_crossentropy", "sigmoid", MULTI_HOT, "'multi-label'"),
    ("binary_crossentropy", "sigmoid", ONE_HOT, '"categorical_crossentropy"'),
    (keras.losses.BinaryCrossentropy(True), None, MULTI_HOT, "'multi-label'"),
    ("mse", None, Y, "'regression'"),
    ("mse", None, 7 * X[:, 0, :, 0], "'regression'"),
    ("categorical_crossentropy", "softmax", MULTI_HOT, "sum to 2"),
    ("categorical_crossentropy", "softmax", 0 * MULTI_HOT, "sum to 0"),
    (SPARSE, None, Y + 0.5, "between two classes"),
    (SPARSE, None, np.array(list("abcd" * 4)), "not numbers"),
    (SPARSE, None, np.zeros((16, 2, 2)), "shape"),
]


@pytest.mark.parametrize(("loss", "activation", "y", "words"), TASKS)
@pytest.mark.parametrize("how", ["fit", "supervised", "batch", "dataset"])
def test_only_one_class_an_image_is_learned(how, loss, activation, y, words):
    model = wrapped(loss, activation)
    if how == "supervised":
        model.phase = how
    given = {
        "supervised": (X, y),
        "fit": (X, y),
        "dataset": (Batches((X, y), 4),),
        "batch": (((X, y), X),),
    }[how]
    more = {"unlabeled_data": X} if how in ("fit", "dataset") else {}
    train = model.train_on_batch if how == "batch" else model.fit
    with pytest.raises(ValueError, match="Received: .*Expected") as error:
        train(*given, **more)
    assert error.match(words)
    assert int(model.step) == 0


@pytest.mark.skipif(not TENSORFLOW, reason="TensorFlow's datasets")
@pytest.mark.parametrize("role", ["labeled", "unlabeled"])
def test_text_in_datasets_of_tensorflow(role):
    text = np.array(list("abcd" * 4))
    labeled = to_container(
        "unbatched", (X, text if role == "labeled" else Y), 0
    )
    unlabeled = to_container("unbatched", (X, text), 0)
    with pytest.raises(ValueError, match="labels are not numbers"):
        wrapped().fit(labeled, unlabeled_data=unlabeled, verbose=0)


def test_an_iterable_is_read_again_each_epoch():
    batches = Loader([((X[:4], Y[:4]), X[:8])] * 3)
    history = wrapped().fit(batches, epochs=2, verbose=0)
    assert len(history.history["loss"]) == 2


def test_an_iterable_without_a_length_or_batch_is_told():
    batches = iter([])
    with pytest.raises(ValueError, match="size 0"):
        wrapped().fit(Loader([]), steps_per_epoch=2, verbose=0)

    class Endless:
        def __iter__(self):
            return batches

    with pytest.raises(ValueError, match="Pass `steps_per_epoch="):
        wrapped().fit(Endless(), verbose=0)


@pytest.mark.parametrize("ignored", [-1, 255])
def test_an_ignored_class_is_as_in_keras(ignored):
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, ignore_class=ignored
    )
    y = last(Y, ignored)
    given = ops.convert_to_tensor(X), ops.convert_to_tensor(y)
    model = wrapped(loss, method="fixmatch")
    expected = float(loss(given[1], model.network(given[0])))
    model.phase = "supervised"
    history = model.fit(X, y, batch_size=16, verbose=0)
    assert history.history["loss"][0] == pytest.approx(expected, rel=1e-5)
    model.phase = "semi-supervised"
    history = model.fit(X, y, unlabeled_data=X, batch_size=16, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    with pytest.raises(ValueError, match="row 15"):
        model.fit(X, last(Y, 7), unlabeled_data=X, verbose=0)
    model = wrapped(loss)  # aligns predictions with the labels
    with pytest.raises(ValueError, match=f"ignore_class={ignored}, and Align"):
        model.fit(X, y, unlabeled_data=X, verbose=0)
