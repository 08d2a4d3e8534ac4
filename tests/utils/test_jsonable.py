import json
import math

import keras
import numpy as np
import pytest

from keras_ssl.utils.jsonable import dumps
from keras_ssl.utils.jsonable import loads
from keras_ssl.utils.jsonable import to_plain


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.arange(3), [0, 1, 2]),
        ((1, "a", None, True), [1, "a", None, True]),
        ({1: {"b": (2,)}}, {"1": {"b": [2]}}),
        (np.dtype("int8"), "int8"),
        (keras.ops.ones((2,)), [1.0, 1.0]),
    ],
)
def test_reduces_to_what_json_knows(value, expected):
    plain = to_plain(value)
    assert plain == expected
    assert type(plain) is type(expected)
    assert loads(dumps(plain)) == expected


def test_numbers_that_are_not_finite_survive_strict_json():
    text = dumps({"loss": [1.0, math.inf, -math.inf, math.nan]})
    json.loads(text, parse_constant=pytest.fail)
    one, high, low, none = loads(text)["loss"]
    assert (one, high, low) == (1, math.inf, -math.inf)
    assert math.isnan(none)
