import pytest

from keras_ssl.inspection.splits import form
from keras_ssl.inspection.splits import speaking_of

pytestmark = pytest.mark.core


def test_validation_data_have_the_form_of_labeled_ones():
    roles = ("labeled", "validation", "test", "unlabeled")
    assert [form(role) for role in roles] == 3 * ["labeled"] + ["unlabeled"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Labeled and unlabeled.", "Test and unlabeled."),
        ("The labels are text.", "In the test data: The labels are text."),
    ],
)
def test_the_message_names_the_role(text, expected):
    with (
        pytest.raises(TypeError) as caught,
        speaking_of("test", instead_of="labeled"),
    ):
        raise TypeError(text)
    assert str(caught.value) == expected


def test_the_message_of_the_same_role_stays():
    with (
        pytest.raises(ValueError, match="^As it is$"),
        speaking_of("labeled", instead_of="labeled"),
    ):
        raise ValueError("As it is")
