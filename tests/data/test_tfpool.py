import numpy as np
import pytest

from keras_ssl.data import pair
from tests.data.conftest import images
from tests.data.conftest import numbers
from tests.data.conftest import to_container
from tests.data.conftest import to_epoch

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.core

X, Y, U = images(0, 10), np.arange(10) % 3, images(100, 124)


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
    drawn = np.array(numbers(dataset, "unlabeled")).reshape(4, 100)
    assert sorted(drawn.ravel()) == list(range(400))
    assert ((drawn < 100).mean(axis=1) > 0.1).all()


def test_a_float_type_of_the_labeled_images_gives_way():
    labeled = tf.data.Dataset.from_tensor_slices((X.astype("float16"), Y))
    inputs, _ = to_epoch(pair(labeled, U, verbose=0))[0]
    assert inputs["labeled"].dtype == "float16"
    assert inputs["unlabeled"].dtype == "float32"
