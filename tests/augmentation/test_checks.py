import numpy as np
import pytest

from keras_ssl.augmentation import checks

pytestmark = pytest.mark.core


@pytest.mark.parametrize("value", [(0, 255), [0, 255], np.array([0, 255])])
def test_a_range_becomes_two_floats(value):
    low, high = checks.check_range(value)
    assert (low, high) == (0.0, 255.0)
    assert type(low) is type(high) is float


@pytest.mark.parametrize(
    ("check", "arguments", "good", "bad"),
    [
        ("check_range", (), [(-1, 1)], [(1, 0), (1, 1), (0, 1, 2), "ab", 3]),
        ("check_fraction", ("f",), [0, 0.5, 1], [-0.1, 1.1, 4]),
        ("check_share", ("s",), [0, 0.5, 1], [-0.1, 1.1, "all", None]),
        ("check_count", ("c",), [1, 9], [0, -1, 1.5, (0, 1)]),
        ("check_interpolation", (), ["nearest", "bilinear"], ["cubic", ""]),
        ("check_positive", ("p",), [0.1, 5], [0, -1, np.inf, np.nan]),
    ],
)
def test_what_is_not_allowed_is_named(check, arguments, good, bad):
    function = getattr(checks, check)
    for value in good:
        assert np.all(np.equal(function(*arguments, value), value)) or (
            function(*arguments, value) == value
        )
    for value in bad:
        with pytest.raises(ValueError, match="Received.*Expected"):
            function(*arguments, value)


def test_intervals_and_strengths_have_bounds():
    assert checks.check_interval("i", (1, 2), 0, 2) == (1.0, 2.0)
    for pair in ((2, 1), (-1, 1), (1, 3), (1,), "ab"):
        with pytest.raises(ValueError, match="Received: i=.*from 0 to 2"):
            checks.check_interval("i", pair, 0, 2)
    assert checks.check_strength("s", 0.5, 0.5) == 0.5
    with pytest.raises(ValueError, match=r"Received: s=0\.6.*to 0\.5"):
        checks.check_strength("s", 0.6, 0.5)


def test_derived_seeds_are_apart_and_repeatable():
    seeds = [
        checks.derive_seed(seed, number)
        for seed in range(20)
        for number in range(20)
    ]
    assert len(set(seeds)) == 400
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert checks.derive_seed(7, 3) == seeds[7 * 20 + 3]
    assert checks.derive_seed(None, 3) is None
