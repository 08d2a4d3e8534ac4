import numpy as np
import pytest
from keras import ops

from keras_ssl.augmentation import transforms

NEUTRAL = {
    "color": 1,
    "brightness": 1,
    "contrast": 1,
    "sharpness": 1,
    "solarize": 256,
    "posterize": 8,
}


@pytest.mark.parametrize("name", transforms.TRANSFORMS)
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_at_magnitude_0_nothing_changes(name, sign):
    operation, strength = transforms.TRANSFORMS[name]
    found = strength(ops.zeros(1), ops.convert_to_tensor([sign]))
    assert float(found[0]) == NEUTRAL.get(operation, 0)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("raise_brightness", 1.9),
        ("lower_brightness", 0.1),
        ("solarize", 0),
        ("posterize", 1),
        ("shear_x", -0.3),
        ("zoom_in", -0.5),
        ("zoom_out", 1),
    ],
)
def test_at_magnitude_1_it_is_at_its_limit(name, most):
    _, strength = transforms.TRANSFORMS[name]
    found = strength(ops.ones(1), ops.convert_to_tensor([-1.0]))
    np.testing.assert_allclose(ops.convert_to_numpy(found), [most], rtol=1e-6)


def test_levels_reach_further_and_further():
    highest = [max(magnitudes) for magnitudes in transforms.EVEN]
    assert highest == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    decks = transforms.build_decks(transforms.COLOR_GROUPS, 3, {})
    assert len(decks) == 3
    assert transforms.build_decks(transforms.COLOR_GROUPS, 0, {}) == []


@pytest.mark.parametrize("level", [-1, 6, 2.5, None])
def test_a_level_that_there_is_not(level):
    with pytest.raises(ValueError, match=f"a level of {level}.*from 0"):
        transforms.build_decks(transforms.COLOR_GROUPS, level, {})


def test_a_table_has_magnitudes_for_each_level():
    table = {"shear_x": [[0.1]] * 5}
    assert transforms.check_table(table) is table
    with pytest.raises(ValueError, match="Did you mean 'shear_x'"):
        transforms.check_table({"shearx": [[0.1]] * 5})
    for levels in ([[0.1]] * 4, [[]] * 5, [[1.1]] * 5, [[-0.1]] * 5):
        with pytest.raises(ValueError, match="5 sequences of numbers"):
            transforms.check_table({"shear_x": levels})
