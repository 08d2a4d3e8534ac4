"""Who is dealt what, and who computes it."""

import keras
import numpy as np
import pytest

from keras_ssl.augmentation import Augmentation
from keras_ssl.augmentation.deck import deal
from keras_ssl.augmentation.deck import play

pytestmark = pytest.mark.core


def draw(batch, count, rate, uniform=None):
    hand = deal(batch, count, rate, uniform or Augmentation(seed=0).uniform)
    return {
        name: keras.ops.convert_to_numpy(value) for name, value in hand.items()
    }


def dealt(hand, batch):
    """The operation of each image; -1 for none."""
    operation = np.full(batch + 1, -1)
    for row, (image, applied) in enumerate(
        zip(hand["image"], hand["applied"], strict=True)
    ):
        operation[image[applied]] = row
    return operation[:batch]


@pytest.mark.parametrize("batch", [1, 2, 5, 13, 14, 29, 64])
@pytest.mark.parametrize(("count", "rate"), [(14, 0.5), (14, 1.0), (3, 0.9)])
def test_no_image_is_dealt_two_operations(batch, count, rate):
    hand = draw(batch, count, rate)
    images = hand["image"][hand["image"] < batch]
    assert len(set(images)) == len(images)
    assert hand["image"].min() >= 0
    assert hand["image"].max() <= batch
    assert not hand["applied"][hand["image"] == batch].any()


@pytest.mark.parametrize(
    ("batch", "count", "rate"),
    [(448, 14, 0.5), (28, 14, 1.0), (64, 14, 0.3), (10, 3, 0.9)],
)
def test_every_operation_has_the_same_number_of_cards(batch, count, rate):
    cards = draw(batch, count, rate)["image"].shape
    assert cards == (count, int(np.ceil(batch * rate / count - 1e-9)))


def test_where_the_share_is_whole_every_card_is_applied():
    hand = draw(448, 14, 0.5)
    assert hand["applied"].all()
    values, counts = np.unique(dealt(hand, 448), return_counts=True)
    assert values.tolist() == list(range(-1, 14))
    assert counts.tolist() == [224] + [16] * 14


@pytest.mark.parametrize(("batch", "rate"), [(1, 0.5), (6, 1.0), (15, 0.37)])
def test_the_first_image_draws_as_if_for_itself(batch, rate):
    count, draws = 3, 400
    random = np.random.default_rng(0)

    def uniform(shape):
        return random.random(shape, "float32")

    first = np.array(
        [
            dealt(draw(batch, count, rate, uniform), batch)[0]
            for _ in range(draws)
        ]
    )
    expected = draws * np.array([1 - rate] + [rate / count] * count)
    found = np.bincount(first + 1, minlength=count + 1)
    positive = expected > 0
    assert not found[~positive].any()
    distance = (found - expected)[positive] ** 2 / expected[positive]
    assert distance.sum() < 11.3  # 1 % at 3 degrees of freedom


def test_levels_are_uniform_and_signs_fair():
    hand = draw(20000, 10, 1.0)
    counts = np.bincount((hand["level"].ravel() * 20).astype(int), minlength=20)
    assert np.sum((counts - 1000) ** 2 / 1000) < 36.2  # 1 %, 19 df
    assert abs(hand["sign"].mean()) < 0.03
    assert set(np.unique(hand["sign"])) == {-1.0, 1.0}


@pytest.mark.parametrize("batch", [1, 4, 9, 30])
def test_play_computes_each_operation_for_its_images_alone(batch):
    hand = draw(batch, 3, 1.0)
    rows = np.arange(batch * 2, dtype="float32").reshape(batch, 2)
    seen = {}

    def operation(row):
        def run(images):
            seen[row] = keras.ops.shape(images)[0]
            factor = np.where(hand["applied"][row], row + 2.0, 1.0)[:, None]
            return images * keras.ops.convert_to_tensor(factor, "float32")

        return run

    result = play(
        keras.ops.convert_to_tensor(rows),
        keras.ops.convert_to_tensor(hand["image"]),
        {0: operation(0), 2: operation(2)},
    )
    factor = {-1: 1, 0: 2, 1: 1, 2: 4}
    factors = np.array([factor[row] for row in dealt(hand, batch)])
    assert np.array_equal(
        keras.ops.convert_to_numpy(result), rows * factors[:, None]
    )
    assert seen == dict.fromkeys((0, 2), hand["image"].shape[1])
