import numpy as np
import pytest

from keras_ssl.data.inspection.label_statistics import LabelStatistics

pytestmark = pytest.mark.core


def look(*batches):
    statistics = LabelStatistics()
    for batch in batches:
        statistics.update(np.asarray(batch))
    return statistics


@pytest.mark.parametrize(
    ("labels", "form", "counts"),
    [
        ([0, 2, 2], "integer", {0: 1, 2: 2}),
        ([[0.0], [2.0], [2.0]], "integer", {0: 1, 2: 2}),
        (np.eye(3)[[0, 2, 2]], "one-hot", {0: 1, 2: 2}),
        ([[1, 0, 1], [0, 0, 1]], "multi-hot", {0: 1, 2: 2}),
        ([[0.9, 0.1], [0.2, 0.8]], "soft", {0: 1, 1: 1}),
    ],
)
def test_form_and_counts(labels, form, counts):
    found = look(labels[:1], labels[1:])
    assert (found.form, found.counts) == (form, counts)


def test_classes_keep_the_order():
    assert look([3, 1], [2]).classes.tolist() == [3, 1, 2]
    assert look(np.eye(3)[[2, 0]]).classes.tolist() == [2, 0]


@pytest.mark.parametrize(
    ("batches", "words"),
    [
        ([["a", "b"]], "not numbers"),
        ([[0, 1.5]], "not classes.*1.5"),
        ([np.eye(3), [1, 2]], "change their form"),
    ],
)
def test_labels_without_a_form_are_errors(batches, words):
    with pytest.raises(ValueError, match=words):
        look(*batches)
