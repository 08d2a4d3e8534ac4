import numpy as np
import pytest

from keras_ssl.inspection.reading import Reader
from tests.data.conftest import Batches
from tests.data.conftest import images
from tests.data.conftest import to_container


def read(data, role="labeled", max_images=100):
    one_pass = Reader(data, role, max_images)
    batches = list(one_pass)
    parts = [each.images[:, 0, 0, 0] for each in batches]
    labels = [each.labels for each in batches if each.labels is not None]
    return (
        np.concatenate(parts).astype(int).tolist(),
        np.concatenate(labels).ravel().tolist() if labels else None,
        np.concatenate([each.index for each in batches]).tolist(),
        one_pass.complete,
    )


def pairs(count):
    return images(0, count), np.arange(count) % 3


def rows(count):
    return zip(*pairs(count), strict=True)


@pytest.mark.core
@pytest.mark.parametrize("kind", ["arrays", "PyDataset"])
def test_every_image_is_read_once(kind):
    data = to_container(kind, pairs(7), 3)
    numbers = list(range(7))
    assert read(data) == (numbers, [0, 1, 2, 0, 1, 2, 0], numbers, True)


@pytest.mark.parametrize("kind", ["batched", "unbatched"])
def test_tf_data_are_read_once(kind):
    data = to_container(kind, pairs(7), 3)
    assert read(data)[:2] == (list(range(7)), [0, 1, 2, 0, 1, 2, 0])


@pytest.mark.core
@pytest.mark.parametrize(
    "data",
    [
        lambda: rows(7),
        (lambda: rows(7), "a signature"),
        lambda: (Batches(pairs(7), 3)[i] for i in range(3)),
    ],
)
def test_functions_that_make_generators_are_read_again_and_again(data):
    assert read(data) == read(data)
    assert read(data)[0] == list(range(7))


@pytest.mark.core
def test_unlabeled_images_need_no_labels_and_may_have_hidden_ones():
    assert read(images(0, 4), "unlabeled")[1] is None
    assert read(lambda: iter(images(0, 4)), "unlabeled")[0] == [0, 1, 2, 3]
    one_hot = np.eye(3)[[2, 0]]
    pair = list(zip(images(0, 2), one_hot, strict=True))
    batch = next(iter(Reader(lambda: iter(pair), "unlabeled", 9)))
    assert batch.labels.tolist() == one_hot.tolist()


@pytest.mark.core
def test_single_images_of_several_shapes_are_not_mixed():
    shapes = [(4, 4, 1), (4, 4, 1), (6, 4, 1), (4, 4, 1)]
    one_pass = Reader(lambda: map(np.zeros, shapes), "unlabeled", 9)
    assert [each.images.shape for each in one_pass] == [
        (2, 4, 4, 1),
        (1, 6, 4, 1),
        (1, 4, 4, 1),
    ]


@pytest.mark.core
def test_a_sample_of_arrays_is_taken_at_even_distances():
    assert read(pairs(9), max_images=3) == ([0, 4, 8], [0, 1, 2], [0, 4, 8], 0)


@pytest.mark.core
@pytest.mark.parametrize(("count", "complete"), [(4, True), (5, False)])
def test_a_sample_of_others_are_the_first(count, complete):
    numbers = read(lambda: rows(count), max_images=4)
    assert numbers == ([0, 1, 2, 3], [0, 1, 2, 0], [0, 1, 2, 3], complete)


@pytest.mark.core
def test_a_batch_that_is_cut_makes_the_pass_incomplete():
    assert read(Batches(pairs(6), 6), max_images=4)[-1] is False


@pytest.mark.core
def test_generators_are_refused_and_not_used_up():
    generator = rows(3)
    with pytest.raises(TypeError, match="validation.*Pass the function"):
        Reader(generator, "validation", 9)
    assert len(list(generator)) == 3


@pytest.mark.core
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (images(0, 3), "The test data have the wrong form"),
        ((images(0, 3)[..., 0], np.zeros(3)), "The test data are not images"),
        ((images(0, 3) * np.nan, np.zeros(3)), "Some test pixels are no num"),
    ],
)
def test_errors_name_the_role(data, words):
    with pytest.raises((TypeError, ValueError), match=words):
        read(data, "test")
