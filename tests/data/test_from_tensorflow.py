import numpy as np
import pytest

from keras_ssl.data import pair
from keras_ssl.data.from_tensorflow import TOGETHER
from keras_ssl.data.from_tensorflow import pool
from keras_ssl.data.from_tensorflow import shuffle
from keras_ssl.data.halves import Line
from keras_ssl.data.halves import Options
from keras_ssl.data.halves import read_half
from tests.data.conftest import images
from tests.data.conftest import numbers
from tests.data.conftest import to_container
from tests.data.conftest import to_epoch

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.core

X, Y, U = images(0, 10), np.arange(10) % 3, images(100, 124)
EVEN = tf.data.Dataset.from_tensor_slices(U).filter(
    lambda u: u[0, 0, 0] % 2 == 0
)


def untyped(arrays, batch_size=None):
    """A dataset that knows no shapes, as after `tf.numpy_function`."""
    dataset = tf.data.Dataset.from_tensor_slices(arrays)
    if batch_size:
        dataset = dataset.batch(batch_size)
    types = [spec.dtype for spec in dataset.element_spec]
    return dataset.map(
        lambda *parts: tuple(
            tf.numpy_function(lambda part: part, [part], kind)
            for part, kind in zip(parts, types, strict=True)
        )
    )


@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("include", [False, True])
def test_unknown_size_is_counted_in_the_same_line(capsys, batched, include):
    unlabeled = EVEN.batch(4) if batched else EVEN
    dataset = pair(
        (X, Y),
        unlabeled,
        batch_size=2,
        unlabeled_ratio=2,
        include_labeled=include,
    )
    assert len(dataset) == (6 if include else 3)
    assert set(range(100, 124, 2)) <= set(
        numbers(to_epoch(dataset), "unlabeled")
    )
    out = capsys.readouterr().out
    assert out.startswith("keras_ssl: counting the unlabeled dataset, whose")
    assert out.count("1 epoch = ") == out.count("\n") == 1


def test_steps_save_the_count(capsys):
    dataset = pair((X, Y), EVEN, batch_size=2, steps=5)
    assert len(dataset) == 5
    out = capsys.readouterr().out
    assert "counting" not in out
    assert "do not serve as unlabeled" in out


@pytest.mark.parametrize("size", [None, 6])
def test_endless_unlabeled_data_need_steps(size):
    endless = tf.data.Dataset.from_tensor_slices(U).repeat()
    endless = endless.batch(size) if size else endless
    with pytest.raises(ValueError, match=r"steps_per_epoch.*repeat\(\)"):
        pair((X, Y), endless, verbose=0)
    dataset = pair((X, Y), endless, steps=3, verbose=0)
    assert len(to_epoch(dataset)) == 3


def test_endless_labeled_data_train_but_stay_out(capsys):
    endless = tf.data.Dataset.from_tensor_slices((X, Y)).repeat()
    dataset = pair(endless, U, batch_size=2, unlabeled_ratio=2)
    assert len(dataset) == 6
    assert min(numbers(to_epoch(dataset), "unlabeled")) == 100
    assert "do not serve as unlabeled" in capsys.readouterr().out


def test_filter_that_leaves_nothing_is_an_error():
    nothing = EVEN.filter(lambda u: False)
    with pytest.raises(ValueError, match="no unlabeled images.*filter"):
        pair((X, Y), nothing, verbose=0)


@pytest.mark.parametrize("batch_size", [None, 5])
@pytest.mark.parametrize("include", [False, True])
def test_shapes_are_read_off_the_first_element(batch_size, include):
    hot = np.eye(3)[Y]
    dataset = pair(
        untyped((X, hot), batch_size),
        untyped((U, np.arange(24) % 3), batch_size),
        batch_size=5,
        unlabeled_ratio=1,
        include_labeled=include,
        class_weight={2: 4.0},
        verbose=0,
    )
    inputs, y, weight = dataset.shapes
    assert inputs["labeled"][-1] == inputs["unlabeled"][-1] == 1
    assert (len(y), len(weight), len(inputs["hidden"])) == (2, 1, 1)
    for _, y, weight in to_epoch(dataset):
        np.testing.assert_array_equal(weight, np.where(y[:, 2], 4, 1))


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        ({"image": U}, TypeError, r"dict with the keys \['image'\].*`u`"),
        (((U, U), U), TypeError, "a tuple of .a tuple of"),
        ((U, U, U), TypeError, "images alone"),
        (U[:, 0, 0], ValueError, r"shape \(1,\).*\[..., None\]"),
    ],
)
def test_elements_that_are_no_images_are_errors(data, error, words):
    dataset = tf.data.Dataset.from_tensor_slices(data)
    with pytest.raises(error, match=words):
        pair((X, Y), dataset, verbose=0)


def test_labeled_datasets_need_labels():
    dataset = tf.data.Dataset.from_tensor_slices(X)
    with pytest.raises(TypeError, match="labels too"):
        pair(dataset, U, verbose=0)


@pytest.mark.parametrize(
    ("count", "shape", "expected"),
    [(24, (4, 4, 1), 24), (None, (4, 4, 1), 10_000), (9_999, (2**13,) * 2, 2)],
)
def test_shuffle_keeps_a_bounded_number_of_images(count, shape, expected):
    class Images:
        element_spec = (tf.TensorSpec((*shape[:2], 1), tf.float32),)
        buffer = None

        def shuffle(self, buffer, seed):
            self.buffer = buffer
            return self

    assert shuffle(Images(), count, seed=0).buffer == expected


@pytest.mark.parametrize("kind", ["unbatched", "batched"])
def test_batches_with_labeled_images_are_full(kind):
    dataset = pair(
        to_container(kind, (X, Y), 4),
        to_container(kind, (U,), 5),
        batch_size=5,
        unlabeled_ratio=1,
        verbose=0,
    )
    epoch = to_epoch(dataset)
    assert {len(inputs["unlabeled"]) for inputs, _ in epoch} == {5}
    assert set(numbers(epoch, "unlabeled")) == {*range(10), *range(100, 124)}


def test_labeled_images_come_all_over_the_epoch():
    dataset = pair(
        tf.data.Dataset.from_tensor_slices((images(0, 100), np.zeros(100))),
        tf.data.Dataset.from_tensor_slices(images(100, 400)),
        batch_size=20,
        unlabeled_ratio=1,
        seed=0,
        verbose=0,
    )
    drawn = np.array(numbers(to_epoch(dataset), "unlabeled")).reshape(4, 100)
    assert sorted(drawn.ravel()) == list(range(400))
    assert ((drawn < 100).mean(axis=1) > 0.1).all()


def test_a_float_type_of_the_labeled_images_gives_way():
    labeled = tf.data.Dataset.from_tensor_slices((X.astype("float16"), Y))
    inputs, _ = to_epoch(pair(labeled, U, verbose=0))[0]
    assert inputs["labeled"].dtype == "float16"
    assert inputs["unlabeled"].dtype == "float32"


@pytest.mark.parametrize(
    ("kind", "known"), [("unbatched", 34), ("batched", None)]
)
def test_a_pool_counts_images_not_batches(kind, known):
    options = Options(4, 4, True, False, 0, None, None, Line(0))
    halves = {"labeled": (X, Y), "unlabeled": (U,)}
    sides = [
        read_half(to_container(kind, arrays, 4), role, None)
        for role, arrays in halves.items()
    ]
    assert pool(*sides, options).images == known


def test_arrays_in_a_pool_are_read_on_demand(monkeypatch):
    read = []

    class Mapped(np.ndarray):
        def __getitem__(self, index):
            rows = super().__getitem__(index)
            if self.ndim == 4:
                read.append(rows.shape[0])
            return rows

    monkeypatch.setattr(np, "asarray", lambda array, *_: array)
    unlabeled = np.zeros((500, 4, 4, 1)).view(Mapped)
    halves = [
        read_half(to_container("unbatched", (X, Y), 0), "labeled", None),
        read_half(unlabeled, "unlabeled", None),
    ]
    monkeypatch.undo()
    options = Options(2, 4, True, True, 0, None, None, Line(verbose=0))
    (batch,) = pool(*halves, options).source.peek(0, 1)
    assert batch[0].shape == (4, 4, 4, 1)
    assert 0 < max(read) <= TOGETHER


def test_images_of_several_sizes_are_told_in_words():
    def several():
        for side in (4, 4, 5, 4, 5):
            yield np.zeros((side, side, 1), "float32")

    spec = tf.TensorSpec((None, None, 1), "float32")
    dataset = tf.data.Dataset.from_generator(several, output_signature=spec)
    with pytest.raises(ValueError, match=r"several sizes.*Resize.*dataset.map"):
        pair((X, Y), dataset, batch_size=2, steps=2, verbose=0)
