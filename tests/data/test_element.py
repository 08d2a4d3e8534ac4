import pytest

from keras_ssl.data.element import join
from keras_ssl.data.element import labeled_images
from keras_ssl.data.element import pack
from keras_ssl.data.element import unpack

pytestmark = pytest.mark.core


def test_elements_have_the_parts_that_exist():
    assert join(("x", "y"), ("u",)) == (
        {"labeled": "x", "unlabeled": "u"},
        "y",
    )
    assert join(("x", "y", "w"), ("u", "h")) == (
        {"labeled": "x", "unlabeled": "u", "hidden": "h"},
        "y",
        "w",
    )


@pytest.mark.parametrize(
    ("batch", "element"),
    [
        ((("x", "y"), "u"), ({"labeled": "x", "unlabeled": "u"}, "y")),
        (
            (("x", "y", "w"), ("u", "h")),
            ({"labeled": "x", "unlabeled": "u", "hidden": "h"}, "y", "w"),
        ),
        (("x", "y"), ("x", "y")),
        (("x", "y", "w"), ("x", "y", "w")),
    ],
)
def test_every_form_of_a_batch_becomes_an_element(batch, element):
    assert pack(batch) == pack(element) == element
    assert labeled_images(unpack(batch)[0]) == "x"
