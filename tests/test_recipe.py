import math

import keras
import numpy as np
import pytest

from keras_ssl import recipes

pytestmark = pytest.mark.core

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def test_the_classic_recipe():
    recipe = recipes.fixmatch()
    assert recipe.steps == 2**20
    assert recipe.decay_to == math.cos(7 * math.pi / 16)
    assert recipe.fit == {
        "batch_size": 64,
        "unlabeled_ratio": 7,
        "include_labeled": True,
        "steps_per_epoch": 1024,
        "epochs": 1024,
    }


@pytest.mark.parametrize("steps", [1, 1000, 1024, 1025, 5003, 2**20])
def test_epochs_hold_the_steps_and_hardly_more(steps):
    fit = recipes.fixmatch(steps=steps).fit
    total = fit["epochs"] * fit["steps_per_epoch"]
    assert steps <= total < steps + fit["epochs"]
    assert fit["steps_per_epoch"] <= 1024


def test_no_steps_are_refused():
    with pytest.raises(ValueError, match="Received: steps=0"):
        recipes.fixmatch(steps=0)


def test_silent_where_asked(network, capsys):
    recipes.fixmatch().compile(network(), loss=LOSS, verbose=0)
    assert "Sohn" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["softmatch", "pseudo_label"])
def test_it_trains(name, network, digits8):
    x, y = digits8
    recipe = getattr(recipes, name)(
        steps=2, batch_size=4, unlabeled_ratio=2, strong="cutout"
    )
    model = recipe.compile(network(), loss=LOSS, metrics=["accuracy"])
    before = model.network.get_weights()
    history = model.fit(
        x[:8], y[:8], unlabeled_data=x[8:], verbose=0, **recipe.fit
    )
    assert int(model.optimizer.iterations) == 2
    assert "accuracy" in history.history
    for old, new in zip(before, model.network.get_weights(), strict=True):
        assert np.all(np.isfinite(new))
        assert not np.array_equal(old, new)


def test_a_second_model_shares_no_state(network):
    recipe = recipes.softmatch(steps=1)
    one, two = (
        recipe.compile(network(), loss=LOSS, verbose=0) for _ in range(2)
    )
    assert one.method is not two.method
    assert one.optimizer is not two.optimizer
