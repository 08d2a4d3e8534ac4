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
    recipe = keras_ssl.recipes.short(
        steps=100, weight_decay=1e-3, strong_labeled_share=0.5
    )
    study.ablate(recipe, "network", without=list(INGREDIENTS), labels=40)
    assert rows["args"] == ("network",)
    assert rows["kwargs"] == {"control": "all of it", "labels": 40}
    assert rows["rows"]["all of it"] is recipe
    assert rows["rows"]["without unlabeled images"] == recipe.control()
    assert rows["rows"]["without strong"].strong is None
    assert rows["rows"]["without strong"].constants == recipe.constants
    assert len(rows["rows"]) == 1 + len(INGREDIENTS)
    assert len({repr(r) for r in rows["rows"].values()}) == len(rows["rows"])


def test_ingredients_of_the_user(rows):
    recipe = keras_ssl.recipes.fixmatch(steps=100)
    changes = {"ratio 1": {"unlabeled_ratio": 1}}
    study.ablate(recipe, without=changes, labels=40)
    assert rows["rows"]["ratio 1"].unlabeled_ratio == 1


def test_a_control_stays_as_it_is(rows):
    control = keras_ssl.recipes.fixmatch(steps=100).control(strong=False)
    study.ablate(control, without=["ema"], labels=40)
    assert rows["rows"]["without ema"].strong_labeled_share == 0.0
    with pytest.raises(ValueError, match="'without unlabeled images'"):
        study.ablate(control, without="unlabeled images", labels=40)


def test_ingredients_that_are_not_there(rows):
    recipe = keras_ssl.recipes.fixmatch(steps=100)
    with pytest.raises(ValueError, match="'without warmup'.*Leave it out"):
        study.ablate(recipe, without=["warmup"], labels=40)
    assert not rows


def test_unknown_ingredients():
    recipe = keras_ssl.recipes.fixmatch(steps=100)
    with pytest.raises(ValueError, match="'stong'.*'strong'"):
        study.ablate(recipe, without=["stong"], labels=40)
