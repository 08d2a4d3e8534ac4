import tracemalloc

import keras
import numpy as np
import pytest

from keras_ssl.data import check_images
from keras_ssl.data import pair
from tests.data.conftest import Batches
from tests.data.conftest import images
from tests.data.conftest import numbers
from tests.data.conftest import to_container
from tests.data.conftest import to_epoch

pytestmark = pytest.mark.core

KINDS = ["arrays", "unbatched", "batched", "PyDataset", "generator"]
X, Y = images(0, 10), np.arange(10) % 3
U = images(100, 124)


def quiet(labeled, unlabeled, **kwargs):
    kwargs = {"batch_size": 4, "unlabeled_ratio": 2, "verbose": 0, **kwargs}
    return pair(labeled, unlabeled, **kwargs)


@pytest.mark.parametrize("unlabeled", KINDS)
@pytest.mark.parametrize("labeled", KINDS)
def test_every_container_pairs_with_every_other(labeled, unlabeled):
    dataset = quiet(
        to_container(labeled, (X, Y), batch_size=5),
        to_container(unlabeled, (U,), batch_size=6),
        include_labeled=False,
        shuffle=False,
        steps=4 if unlabeled == "generator" else None,
    )
    own_batches = unlabeled not in ("arrays", "unbatched")
    assert len(dataset) == (4 if own_batches else 3)
    seen = []
    for _ in range(2):
        epoch = to_epoch(dataset)
        assert numbers(epoch, "unlabeled") == list(range(100, 124))
        seen += numbers(epoch, "labeled")
        for inputs, y in epoch:
            assert set(inputs) == {"labeled", "unlabeled"}
            np.testing.assert_array_equal(y, inputs["labeled"][:, 0, 0, 0] % 3)
    assert seen == [number % 10 for number in range(len(seen))]
    size = len(epoch[0][0]["labeled"]), len(epoch[0][0]["unlabeled"])
    labeled_size = 4 if labeled in ("arrays", "unbatched") else 5
    assert size == (labeled_size, 6 if own_batches else 8)


@pytest.mark.parametrize("unlabeled", ["arrays", "unbatched"])
@pytest.mark.parametrize("labeled", ["arrays", "unbatched"])
def test_full_batches_run_on_across_the_end_of_a_pass(labeled, unlabeled):
    dataset = quiet(
        to_container(labeled, (X, Y), 0),
        to_container(unlabeled, (U[:10],), 0),
        include_labeled=False,
        shuffle=False,
    )
    first, second = to_epoch(dataset), to_epoch(dataset)
    assert [len(inputs["unlabeled"]) for inputs, _ in first + second] == [8] * 4
    tens = numbers(first + second, "unlabeled")
    assert tens == [100 + i % 10 for i in range(32)]


@pytest.mark.parametrize("kind", ["arrays", "unbatched"])
def test_fewer_images_than_a_batch_repeat(kind):
    dataset = quiet(
        to_container(kind, (X[:3], Y[:3]), 0),
        to_container(kind, (U[:5],), 0),
        include_labeled=False,
    )
    (epoch,) = to_epoch(dataset)
    assert len(dataset) == 1
    assert sorted(numbers([epoch], "labeled"))[0] == 0
    assert set(numbers([epoch], "unlabeled")) == {100, 101, 102, 103, 104}


@pytest.mark.parametrize("kind", ["arrays", "unbatched", "PyDataset"])
def test_shuffled_epochs_hold_the_same_images_in_another_order(kind):
    dataset = quiet(
        to_container(kind, (X, Y), 5),
        to_container(kind, (U,), 4),
        include_labeled=False,
    )
    first, second = (numbers(to_epoch(dataset), "unlabeled") for _ in "12")
    assert sorted(first) == sorted(second) == list(range(100, 124))
    assert first != second
    assert first != sorted(first)


@pytest.mark.parametrize("kind", ["arrays", "unbatched", "PyDataset"])
def test_seed_decides_the_order(kind):
    def order(seed):
        data = to_container(kind, (X, Y), 5), to_container(kind, (U,), 4)
        return numbers(to_epoch(quiet(*data, seed=seed)), "unlabeled")

    assert order(1) == order(1)
    assert order(1) != order(2)


def test_numpy_seed_decides_where_there_is_none():
    orders = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        orders.append(numbers(to_epoch(quiet((X, Y), U)), "unlabeled"))
    assert orders[0] == orders[1] != orders[2]


@pytest.mark.parametrize("unlabeled", ["arrays", "unbatched", "batched"])
@pytest.mark.parametrize("labeled", ["arrays", "unbatched", "batched"])
@pytest.mark.parametrize("shuffle", [False, True])
def test_labeled_images_also_serve_as_unlabeled(labeled, unlabeled, shuffle):
    dataset = quiet(
        to_container(labeled, (X[:8], Y[:8]), 4),
        to_container(unlabeled, (U,), 8),
        shuffle=shuffle,
    )
    assert len(dataset) == 4
    first, second = (numbers(to_epoch(dataset), "unlabeled") for _ in "12")
    expected = [*range(100, 124), *range(8)]
    if shuffle:
        assert sorted(first) == sorted(second) == sorted(expected)
        assert first != second
        assert set(first[-8:]) != set(range(8))
    else:
        assert first == second == expected


@pytest.mark.parametrize("kind", ["PyDataset", "generator"])
def test_labeled_images_stay_out_where_they_cannot_be_mixed_in(kind, capsys):
    dataset = pair(to_container(kind, (X, Y), 5), U, batch_size=4)
    assert min(numbers(to_epoch(dataset), "unlabeled")) == 100
    assert "do not serve as unlabeled ones too" in capsys.readouterr().out


@pytest.mark.parametrize("unlabeled", KINDS)
@pytest.mark.parametrize("one_hot", [False, True])
def test_hidden_labels_are_integers_beside_their_images(unlabeled, one_hot):
    hidden = np.eye(7)[np.arange(24) % 7] if one_hot else np.arange(24) % 7
    dataset = quiet(
        (X, np.eye(3)[Y]),
        to_container(unlabeled, (U, hidden), 6),
        steps=5,
    )
    for inputs, y in to_epoch(dataset):
        number = inputs["unlabeled"][:, 0, 0, 0]
        expected = np.where(number < 100, number % 3, (number - 100) % 7)
        np.testing.assert_array_equal(inputs["hidden"], expected)
        assert inputs["hidden"].dtype == "int32"
        assert y.shape == (4, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_sample_weights_stay_beside_their_images(kind):
    data = to_container(kind, (X, Y, X[:, 0, 0, 0] / 2), 5)
    for inputs, _, weight in to_epoch(quiet(data, U)):
        expected = inputs["labeled"][:, 0, 0, 0] / 2
        np.testing.assert_array_equal(weight, expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["flat", "column", "one-hot"])
def test_class_weights_become_sample_weights(kind, form):
    y = {"flat": Y, "column": Y[:, None], "one-hot": np.eye(3)[Y]}[form]
    data = to_container(kind, (X, y), 5)
    dataset = quiet(data, U, class_weight={0: 2.0, 1: 0.5})
    for inputs, _, weight in to_epoch(dataset):
        number = inputs["labeled"][:, 0, 0, 0].astype(int)
        expected = np.array([2, 0.5, 1])[number % 3]
        np.testing.assert_array_equal(weight, expected)
        assert weight.dtype == "float32"


@pytest.mark.parametrize("kind", ["arrays", "unbatched", "PyDataset"])
def test_class_weights_exclude_sample_weights(kind):
    data = to_container(kind, (X, Y, np.ones(10)), 5)
    with pytest.raises(ValueError, match="two kinds of weights.*Multiply"):
        quiet(data, U, class_weight={0: 2.0})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("given", "kept"),
    [("uint8", "uint8"), ("float64", "float32"), ("float16", "float16")],
)
def test_images_keep_their_type(kind, given, kept):
    x, u = X.astype(given), U.astype(given)
    data = to_container(kind, (x, Y), 5), to_container(kind, (u,), 6)
    inputs, _ = to_epoch(quiet(*data, steps=1))[0]
    assert inputs["labeled"].dtype == inputs["unlabeled"].dtype == kept


def test_tensors_are_arrays():
    tensors = [keras.ops.convert_to_tensor(each) for each in (X, Y, U)]
    epoch = to_epoch(quiet(tensors[:2], tensors[2], include_labeled=False))
    assert sorted(numbers(epoch, "unlabeled")) == list(range(100, 124))


def test_steps_set_the_epoch_and_the_next_one_goes_on():
    dataset = quiet((X, Y), U, steps=2, shuffle=False, include_labeled=False)
    seen = [numbers(to_epoch(dataset), "unlabeled") for _ in range(3)]
    assert seen[0] == list(range(100, 116))
    assert seen[1] == [*range(116, 124), *range(100, 108)]
    assert len(dataset) == 2


def test_pydataset_keeps_its_callbacks_and_workers():
    data = Batches((U,), 6, workers=2)
    dataset = quiet((X, Y), data, shuffle=False)
    for _ in range(3):
        assert numbers(to_epoch(dataset), "unlabeled") == list(range(100, 124))
    assert data.passes >= 2


def test_ragged_batches_stay():
    epoch = to_epoch(quiet((X, Y), Batches((U,), 7), shuffle=False))
    assert [len(inputs["unlabeled"]) for inputs, _ in epoch] == [7, 7, 7, 3]


def test_an_endless_side_needs_steps():
    with pytest.raises(ValueError, match="without an end.*steps_per_epoch"):
        quiet((X, Y), to_container("generator", (U,), 6))


def test_a_generator_that_ends_says_so():
    dataset = quiet((X, Y), iter([U[:6], U[6:12]]), steps=3)
    with pytest.raises(Exception, match="after batch 2.*while True"):
        to_epoch(dataset)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["labeled", "unlabeled"])
def test_an_empty_side_is_an_error(kind, role):
    if kind == "generator":
        nothing = iter(())
    elif role == "labeled":
        nothing = to_container(kind, (X[:0], Y[:0]), 5)
    else:
        nothing = to_container(kind, (U[:0],), 5)
    sides = (nothing, U) if role == "labeled" else ((X, Y), nothing)
    with pytest.raises(ValueError, match=f"no {role} images"):
        quiet(*sides, steps=3)


@pytest.mark.parametrize(
    ("labeled", "unlabeled", "words"),
    [
        (X, U, r"labeled data.*ndarray of shape \(10, 4, 4, 1\).*labels too"),
        ((X, Y), (U, Y, Y), "unlabeled data.*a tuple of .*images alone"),
        ((X.tolist(), Y), U, r"tuple of \(a list of length 10.*numpy.asarray"),
        ((X, Y), {"images": U}, r"dict with the keys \['images'\]"),
        ((X, Y), "folder", "Received: str.*image_dataset_from_directory"),
    ],
)
def test_data_of_another_form_are_errors(labeled, unlabeled, words):
    with pytest.raises(TypeError, match=words):
        quiet(labeled, unlabeled)


def test_arrays_must_have_the_same_length():
    with pytest.raises(ValueError, match=r"\(10, 4, 4, 1\).*\(9,\).*Cut"):
        quiet((X, Y[:9]), U)


@pytest.mark.parametrize("kind", ["arrays", "unbatched"])
def test_images_that_cannot_be_mixed_are_an_error(kind):
    small = to_container(kind, (images(0, 9)[:, :3],), 5)
    with pytest.raises(ValueError, match="differ in size"):
        quiet((X, Y), small)
    whole = to_container(kind, (U.astype("uint8"),), 5)
    with pytest.raises(ValueError, match="differ in type"):
        quiet((X, Y), whole)


@pytest.mark.parametrize(
    "wrong", [{"batch_size": 0}, {"unlabeled_ratio": 0.5}, {"steps": 0}]
)
def test_numbers_must_be_positive(wrong):
    with pytest.raises(ValueError, match="Expected a whole number, 1 or more"):
        quiet((X, Y), U, **wrong)


def test_one_line_says_what_an_epoch_is(capsys):
    pair((X, Y), U, batch_size=4, unlabeled_ratio=2)
    assert capsys.readouterr().out == (
        "keras_ssl: 1 epoch = 5 steps of 4 labeled + 8 unlabeled images; every "
        "unlabeled image is seen 1.2 times, every labeled one 2 times. The "
        "labeled images also serve as unlabeled ones.\n"
    )
    pair((X, Y), (U, np.zeros(24)), batch_size=5, include_labeled=False)
    assert capsys.readouterr().out == (
        "keras_ssl: 1 epoch = 2 steps of 5 labeled + 15 unlabeled images; "
        "every unlabeled image is seen 1.2 times, every labeled one once. The "
        "hidden labels feed pseudo_label_accuracy, never training.\n"
    )
    quiet((X, Y), U)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("kind", KINDS)
def test_keras_trains_on_it(kind, capsys):
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.head = keras.layers.Dense(3)

        def call(self, inputs):
            return self.head(inputs["labeled"][:, 0, 0])

    model = Model()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    data = to_container(kind, (X, Y), 5), to_container(kind, (U,), 6)
    dataset = quiet(*data, steps=3)
    model.fit(dataset, epochs=2, verbose=0, shuffle=False)
    assert int(model.optimizer.iterations) == 6


@pytest.mark.parametrize("kind", KINDS)
def test_labeled_batches_go_on_where_the_last_epoch_ended(kind):
    labeled = to_container(kind, (X, Y), 2)
    dataset = pair(
        labeled,
        U[:6],
        unlabeled_ratio=1,
        batch_size=2,
        shuffle=False,
        verbose=0,
        include_labeled=False,
    )
    seen = sum((numbers(to_epoch(dataset), "labeled") for _ in "12345"), [])
    assert seen == [*range(10)] * 3


@pytest.mark.parametrize(
    ("kind", "known"), [("arrays", 10), ("unbatched", 10), ("batched", None)]
)
def test_images_are_counted_only_where_their_number_is_known(kind, known):
    dataset = quiet(to_container(kind, (X, Y), 5), U)
    assert dataset.num_labeled == known


def test_a_mapped_file_is_never_copied(tmp_path):
    kept = np.lib.format.open_memmap(
        tmp_path / "pool.npy", "w+", "float64", (4000, 16, 16, 3)
    )
    kept[:] = 1
    pool = np.load(tmp_path / "pool.npy", mmap_mode="r")
    x, y = pool[:8], np.arange(8)
    tracemalloc.start()
    check_images(x, pool)
    paired = pair((x, y), pool, batch_size=4, verbose=0)
    for _ in range(3):
        next(paired.endless())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < pool.nbytes / 4
