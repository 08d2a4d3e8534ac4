import keras
import numpy as np
import pytest

from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.data.batch_check import check_size

pytestmark = pytest.mark.core

LOSS = "sparse_categorical_crossentropy"
X, Y, W = np.zeros((4, 2, 2, 1)), np.arange(4), np.ones(4)
NAN_X, NAN_W = (
    np.where(np.arange(4)[:, None, None, None] == 2, np.nan, X),
    W.copy(),
)
NAN_W[3] = np.nan

BROKEN = [
    ((NAN_X, Y), r"labeled pixels.*row 2"),
    ((X + 9, Y), r"from 9 to 9, and value_range=\(0, 1\)"),
    ((X, Y + 1), r"labels from 1 to 4.*row 3"),
    ((X, Y + 0.5), "between two classes"),
    ((X, Y, NAN_W), r"weights \(row 3\)"),
    (((X, Y), NAN_X), r"unlabeled pixels.*row 2"),
    (({"labeled": X, "unlabeled": NAN_X}, Y), r"unlabeled pixels"),
    ((X[:0], Y[:0]), "0 labeled images"),
]


@pytest.fixture
def check():
    check = BatchCheck()
    check.settle((0, 1), 4, LOSS)
    return check


@pytest.mark.parametrize(("batch", "words"), BROKEN)
def test_a_batch_that_would_spoil_the_weights_is_refused(check, batch, words):
    check(((X, Y, W), X))
    with pytest.raises(ValueError, match=f"In a batch: .*{words}.*as before"):
        check(batch)


@pytest.mark.parametrize(("batch", "words"), BROKEN)
def test_nothing_is_refused_before_it_is_settled(batch, words):
    BatchCheck()(batch)


def test_it_is_settled_for_one_loss(check):
    assert check.settled_for(LOSS)
    assert not check.settled_for("categorical_crossentropy")
    with check.watching(1):
        assert not check.settled_for(LOSS)


def test_the_sentence_is_recovered_from_another_error():
    check = BatchCheck()

    def read(batch, wrap):
        with check.watching(1):
            check.settle((0, 1), 4, LOSS)
            try:
                check(batch)
            except ValueError as found:
                raise RuntimeError(wrap(found)) from None

    with pytest.raises(ValueError, match="^In a batch: Some"):
        read((NAN_X, Y), "Iterator::Root: {} Traceback".format)
    with pytest.raises(RuntimeError, match="Other"):
        read((NAN_X, Y), lambda found: "Other")


@pytest.mark.parametrize(
    ("size", "replicas", "fits"),
    [
        *((1, 1, True), (0, 1, False), (1, 2, False), (3, 2, True)),
        *((3, 4, False), (4, 4, True), (5, 4, False), (6, 4, False)),
        (7, 4, True),
    ],
)
def test_each_replica_needs_an_image(size, replicas, fits):
    """As TensorFlow shares images out: 5 on 4 replicas are 2, 2, 1 and 0."""
    if keras.backend.backend() == "jax":  # where shares must be equal
        fits = size > 0 and not size % replicas
        if not size:
            pytest.skip("JAX gets no batch without an image")
    if fits:
        check_size(size, "labeled", replicas)
    else:
        with pytest.raises(
            ValueError, match=f"{size} labeled image.*multiple of"
        ):
            check_size(size, "labeled", replicas)


def test_replicas_are_those_of_the_watch(check):
    with check.watching(8):
        check.settle((0, 1), 4, LOSS)
        with pytest.raises(ValueError, match="8 (replicas|devices)"):
            check((X, Y))
    check((X, Y))
