import numpy as np
import pytest

from keras_ssl import recipes
from keras_ssl import study
from keras_ssl.study.requests import check_arguments
from keras_ssl.study.requests import list_seeds


def test_seeds_are_so_many_or_these():
    assert list_seeds(3) == [0, 1, 2]
    assert list_seeds(np.int64(2)) == [0, 1]
    assert list_seeds(iter(np.array([4, 2]))) == [4, 2]
    assert list_seeds(0) == []
    assert list_seeds(np.array(2)) == [0, 1]
    with pytest.raises(ValueError, match="Expected each seed once.*Pass"):
        list_seeds([1, 0, 1])


@pytest.mark.parametrize("value", [1.5, "2", None, np.float32(1)])
def test_other_seeds_are_refused(value):
    with pytest.raises(ValueError, match="seeds=.*Expected a whole number"):
        list_seeds([value])


def test_rows_are_recipes_functions_or_as_long_as_another():
    recipe = recipes.fixmatch()
    rows = {"recipe": recipe, "mine": lambda network, task: None}
    check_arguments({**rows, "e": study.EqualTime("recipe", "mine")}, list, [0])
    longer = study.EqualTime("recipe", to="mime")
    with pytest.raises(ValueError, match="Did you mean 'mine'"):
        check_arguments({**rows, "longer": longer}, list, [0])


def test_a_network_is_a_function():
    with pytest.raises(TypeError, match="a network of type str"):
        check_arguments({"recipe": recipes.fixmatch()}, "network", [0])
