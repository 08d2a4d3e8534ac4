import pytest

import keras_ssl
from keras_ssl import study
from keras_ssl.study.ablate import INGREDIENTS


@pytest.fixture
def rows(monkeypatch):
    """What `ablate` compares."""
    found = {}

    def compare(rows, *args, **kwargs):
        found.update(rows=rows, args=args, kwargs=kwargs)

    monkeypatch.setitem(study.ablate.__globals__, "compare", compare)
    return found


def test_each_row_lacks_one_ingredient(rows):
    recipe = keras_ssl.recipes.adamatch(steps=100)
    study.ablate(recipe, "network", without=list(INGREDIENTS), labels=40)
    assert rows["args"] == ("network",)
    assert rows["kwargs"] == {"control": "all of it", "labels": 40}
    assert rows["rows"]["all of it"] is recipe
    assert rows["rows"]["without unlabeled images"] == recipe.control()
    assert rows["rows"]["without strong"].strong is None
    assert rows["rows"]["without strong"].constants == recipe.constants
    assert len(rows["rows"]) == 1 + len(INGREDIENTS)
    assert len({repr(row) for row in rows["rows"].values()}) >= len(INGREDIENTS)


def test_ingredients_of_the_user(rows):
    recipe = keras_ssl.recipes.fixmatch(steps=100)
    changes = {"ratio 1": {"unlabeled_ratio": 1}}
    study.ablate(recipe, without=changes, labels=40)
    assert rows["rows"]["ratio 1"].unlabeled_ratio == 1


def test_unknown_ingredients():
    recipe = keras_ssl.recipes.fixmatch(steps=100)
    with pytest.raises(ValueError, match="'stong'.*'strong'"):
        study.ablate(recipe, without=["stong"], labels=40)
