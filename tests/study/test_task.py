import numpy as np

from keras_ssl.study.task import make_task

IMAGES = np.arange(90.0), np.arange(90) % 3


def test_the_parts_are_all_images_once():
    task = make_task(IMAGES, 12, validation=3, seed=1, epochs=4)
    parts = task.labeled, task.validation, task.unlabeled
    assert [len(x) for x, _ in parts] == [9, 3, 78]
    assert sorted(np.concatenate([x for x, _ in parts])) == IMAGES[0].tolist()
    for x, y in parts:
        np.testing.assert_array_equal(x % 3, y)
    assert np.bincount(task.labeled[1]).tolist() == [3, 3, 3]
    assert (task.seed, task.epochs, task.callbacks) == (1, 4, ())


def test_the_seed_decides_which_images_have_labels():
    first, again, other = (make_task(IMAGES, 12, seed=s) for s in (1, 1, 2))
    assert first.validation is None
    assert set(first.labeled[0]) == set(again.labeled[0])
    assert set(first.labeled[0]) != set(other.labeled[0])
