import numpy as np
import pytest

from keras_ssl.inspection.scan import look

pytestmark = pytest.mark.core


def test_facts_of_labeled_images(pictures):
    seen = look((pictures, np.arange(40) % 4), "labeled", 100, False)
    facts = seen.facts
    assert (facts.images, facts.complete, facts.shape) == (
        40,
        True,
        (24, 24, 3),
    )
    assert (facts.labels, facts.label_width) == ("integer", 1)
    assert facts.class_counts == {0: 10, 1: 10, 2: 10, 3: 10}
    assert seen.classes.tolist() == [0, 1, 2, 3] * 10
    assert seen.few.shape == (32, 24, 24, 3)


def test_unlabeled_images_have_no_classes(pictures):
    seen = look(pictures, "unlabeled", 100, False)
    assert (seen.facts.labels, seen.classes) == (None, None)
    assert seen.facts.class_counts == {}


def test_sizes_span_from_the_smallest_to_the_largest():
    sizes = [(6, 9, 1), (8, 8, 1), (2, 30, 1), (8, 8, 1)]
    facts = look(lambda: map(np.ones, sizes), "unlabeled", 9, False).facts
    assert facts.shape == (8, 8, 1)
    assert (facts.smallest, facts.largest) == ((6, 9), (8, 8))


def test_no_images_are_an_error():
    with pytest.raises(ValueError, match="There are no validation images"):
        look(lambda: iter(()), "validation", 9, False)
