import pytest

from keras_ssl.model.views import image_name
from keras_ssl.model.views import make_views

pytestmark = pytest.mark.core

IMAGES = {"labeled": "x", "unlabeled": "u"}


def draw():
    numbers = iter(range(10))
    return lambda view: f"{view}w{next(numbers)}"


def test_each_view_is_a_draw_of_its_own_and_strong_follows_weak():
    views = make_views(
        ["labeled", "weak", "weak_2", "strong", "labeled_strong"],
        IMAGES,
        draw(),
        lambda view: view + "s",
    )
    assert views == {
        "labeled": "xw0",
        "weak": "uw1",
        "weak_2": "uw2",
        "strong": "uw3s",
        "labeled_strong": "xw4s",
    }


def test_features_and_passes_of_a_view_share_its_images():
    names = ["strong", "strong_features", "labeled_alone", "labeled"]
    views = make_views(names, IMAGES, draw(), str)
    assert views == {"strong": "uw0", "labeled": "xw1"}
    assert image_name("labeled_strong_alone") == "labeled_strong"


def test_what_is_no_view_is_left_out():
    assert make_views(["mixed", "labels"], IMAGES, draw(), str) == {}
