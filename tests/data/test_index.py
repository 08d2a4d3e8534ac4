import numpy as np
import pytest

from keras_ssl.data import pair
from tests.data.conftest import images
from tests.data.conftest import to_container
from tests.data.conftest import to_epoch

pytestmark = pytest.mark.core

X, Y, U = images(0, 10), np.arange(10) % 3, images(100, 124)
BOTH = ("labeled_index", "index")
OTHERS = ["unbatched", "batched", "PyDataset", "generator"]


def with_pair(labeled, unlabeled, **options):
    options = {"batch_size": 4, "unlabeled_ratio": 2, "verbose": 0, **options}
    return pair(labeled, unlabeled, **{"index": True, **options})


@pytest.mark.parametrize("include_labeled", [False, True])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_an_index_names_the_image_beside_it(
    include_labeled, shuffle, hidden, weighted
):
    labeled = (X, Y, np.arange(10) / 2) if weighted else (X, Y)
    unlabeled = (U, np.arange(24) % 7) if hidden else U
    dataset = with_pair(
        labeled, unlabeled, include_labeled=include_labeled, shuffle=shuffle
    )
    pool = np.concatenate([U, X])
    classes = np.concatenate([np.arange(24) % 7, Y])
    size, drawn, epochs = 34 if include_labeled else 24, [], []
    for _ in range(3):
        epoch = to_epoch(dataset)
        for inputs, y, *weight in epoch:
            row, labeled_row = inputs["index"], inputs["labeled_index"]
            np.testing.assert_array_equal(inputs["unlabeled"], pool[row])
            np.testing.assert_array_equal(inputs["labeled"], X[labeled_row])
            np.testing.assert_array_equal(y, Y[labeled_row])
            assert (row.dtype, labeled_row.dtype) == ("int32", "int32")
            assert (row.shape, labeled_row.shape) == ((8,), (4,))
            assert ("hidden" in inputs) == hidden
            assert len(weight) == weighted
            if hidden:
                np.testing.assert_array_equal(inputs["hidden"], classes[row])
            if weighted:
                np.testing.assert_array_equal(weight[0], labeled_row / 2)
        epochs.append(np.concatenate([each[0]["index"] for each in epoch]))
    drawn = np.concatenate(epochs)
    passes = drawn[: len(drawn) // size * size].reshape(-1, size)
    assert len(passes) >= 3
    assert (np.sort(passes, axis=1) == np.arange(size)).all()
    assert (passes[0] != passes[1]).any() == shuffle


def test_each_labeled_index_comes_once_a_pass():
    epoch = to_epoch(with_pair((X, Y), U, steps=5))
    drawn = np.concatenate([each[0]["labeled_index"] for each in epoch])
    passes = drawn.reshape(2, 10)
    assert (np.sort(passes, axis=1) == np.arange(10)).all()
    assert (passes[0] != passes[1]).any()


def test_class_weights_stay_beside_their_images():
    dataset = with_pair((X, Y), U, class_weight={0: 2.0, 1: 0.5})
    for inputs, _, weight in to_epoch(dataset):
        expected = np.array([2, 0.5, 1])[inputs["labeled_index"] % 3]
        np.testing.assert_array_equal(weight, expected)


def test_an_index_does_not_change_what_is_drawn():
    plain = to_epoch(with_pair((X, Y), U, seed=3, index=False))
    for one, (inputs, _) in zip(
        plain, to_epoch(with_pair((X, Y), U, seed=3)), strict=True
    ):
        assert set(one[0]) == {"labeled", "unlabeled"}
        np.testing.assert_array_equal(one[0]["labeled"], inputs["labeled"])
        np.testing.assert_array_equal(one[0]["unlabeled"], inputs["unlabeled"])


@pytest.mark.parametrize(
    ("include_labeled", "index", "sizes"),
    [
        (False, True, {"unlabeled": 24, "labeled": 10}),
        (True, True, {"unlabeled": 34, "labeled": 10}),
        (True, ["index"], {"unlabeled": 34}),
        (True, {"labeled_index"}, {"labeled": 10}),
        (True, False, {}),
        (True, [], {}),
    ],
)
def test_the_result_knows_how_many_images_have_an_index(
    include_labeled, index, sizes
):
    dataset = with_pair((X, Y), U, include_labeled=include_labeled, index=index)
    assert dataset.sizes == sizes
    ((inputs, _),) = dataset.peek()
    named = {"unlabeled": "index", "labeled": "labeled_index"}
    assert set(inputs) == {*named, *(named[role] for role in sizes)}


@pytest.mark.parametrize("include_labeled", [False, True])
@pytest.mark.parametrize("kind", OTHERS)
def test_one_half_alone_can_have_an_index(kind, include_labeled, capsys):
    data = to_container(kind, (X, Y), 5)
    options = {"include_labeled": include_labeled, "verbose": 1, "steps": 3}
    epoch = to_epoch(with_pair(data, U, index=["index"], **options))
    for inputs, y in epoch:
        np.testing.assert_array_equal(inputs["unlabeled"], U[inputs["index"]])
        np.testing.assert_array_equal(y, inputs["labeled"][:, 0, 0, 0] % 3)
    said = capsys.readouterr().out
    assert ("do not serve as unlabeled ones too" in said) == include_labeled
    data = to_container(kind, (U, np.arange(24)), 6)
    epoch = to_epoch(
        with_pair((X, Y), data, index=["labeled_index"], **options)
    )
    for inputs, _ in epoch:
        row = inputs["labeled_index"]
        np.testing.assert_array_equal(inputs["labeled"], X[row])
        assert "hidden" in inputs


@pytest.mark.parametrize("kind", OTHERS)
def test_only_arrays_have_an_index(kind):
    name = {"PyDataset": "PyDataset", "generator": "generator"}.get(
        kind, "tf.data"
    )
    data = to_container(kind, (U,), 6)
    words = (
        rf"'index' asked of unlabeled data in a {name}.*Pass arrays.*\"index"
    )
    with pytest.raises(ValueError, match=words):
        with_pair((X, Y), data, steps=3)
    data = to_container(kind, (X, Y), 5)
    words = rf"'labeled_index' asked of labeled data in a {name}.*\"labeled_ind"
    with pytest.raises(ValueError, match=words):
        with_pair(data, U)


@pytest.mark.parametrize("index", ["index", ["indices"], ("index", "hidden")])
def test_an_unknown_index_is_refused(index):
    with pytest.raises(ValueError, match="Received: index=.*Pass `index=True`"):
        with_pair((X, Y), U, index=index)


def test_shapes_of_an_index_are_static():
    inputs, _ = with_pair((X, Y), U).shapes
    assert (inputs["index"], inputs["labeled_index"]) == ((8,), (4,))
