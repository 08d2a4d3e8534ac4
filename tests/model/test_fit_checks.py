import keras
import numpy as np
import pytest

from keras_ssl.model.fit_checks import check_arguments
from keras_ssl.model.fit_checks import check_lengths
from keras_ssl.model.fit_checks import check_validation

pytestmark = pytest.mark.core

GIVEN = {
    "batch_size": np.int64(4),
    "epochs": 1,
    "initial_epoch": 0,
    "validation_split": 0.5,
    "callbacks": [keras.callbacks.TerminateOnNaN()],
    "class_weight": {0: 0.0, np.int64(3): 2.0},
}
X, Y = np.zeros((4, 8, 8, 1)), np.arange(4)


def test_what_keras_takes_passes():
    check_arguments(GIVEN, 4)
    check_arguments({**GIVEN, "validation_data": (X, Y, None)}, 0)
    check_arguments({**GIVEN, "validation_data": iter([])}, 0)
    check_lengths(X, Y, None)
    check_validation((X, Y), X, 4, "sparse_categorical_crossentropy")
    check_validation(iter([]), X, 4, "sparse_categorical_crossentropy")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"steps_per_epoch": 0}, "steps_per_epoch=0"),
        ({"validation_split": 1}, "less than 1"),
        ({"callbacks": [3]}, "among the callbacks"),
        ({"class_weight": {4: 1.0}}, "less than 4"),
        ({"validation_data": (X, Y[:3])}, "as many of each"),
        ({"validation_data": X}, "1 part"),
        ({"x": [((X, Y), X)]}, "a list of batches"),
    ],
)
def test_what_it_does_not_is_told(wrong, said):
    with pytest.raises((ValueError, TypeError), match=said):
        check_arguments({**GIVEN, **wrong}, 4)


@pytest.mark.parametrize(
    "validation", [(np.zeros((2, 9, 9, 1)), Y[:2]), (X, Y + 1)]
)
def test_validation_data_are_as_the_training_data(validation):
    with pytest.raises(ValueError, match="Received.*Expected"):
        check_validation(validation, X, 4, "sparse_categorical_crossentropy")
