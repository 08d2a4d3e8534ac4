import dataclasses
import math

import keras
import numpy as np
import pytest

from keras_ssl import recipes

pytestmark = [pytest.mark.core, pytest.mark.eager]

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


@pytest.mark.parametrize(
    "name",
    ["softmatch", pytest.param("pseudo_label", marks=pytest.mark.slow)],
)
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


def test_adam_and_a_cosine_with_a_warm_up(network, capsys):
    recipe = recipes.fixmatch(
        steps=100,
        optimizer="adam",
        schedule="cosine",
        warmup_steps=20,
        learning_rate=0.01,
        decay_to=0.1,
    )
    optimizer = recipe.compile(network(), loss=LOSS).optimizer
    assert isinstance(optimizer, keras.optimizers.Adam)
    assert "nesterov" not in capsys.readouterr().out
    rates = []
    for step in (0, 10, 20, 60, 100):
        optimizer.iterations.assign(step)
        rates.append(float(optimizer.learning_rate))
    np.testing.assert_allclose(
        rates, [0, 0.005, 0.01, 0.0055, 0.001], rtol=1e-4
    )


def test_controls_see_no_unlabeled_images(network, digits8):
    x, y = digits8
    recipe = recipes.fixmatch(steps=2, batch_size=4, strong="cutout")
    control = recipe.control().compile(network(), loss=LOSS, verbose=0)
    assert control.phase == "supervised"
    assert type(control.strong).__name__ == "Cutout"
    assert control.strong_labeled_share == 0.5
    always = dataclasses.replace(recipe, strong_labeled_share=1.0)
    assert always.control().strong_labeled_share == 1.0
    assert control.ema == recipe.ema
    assert recipe.control().sources["strong_labeled_share"] == "of the control"
    plain = recipe.plain().compile(network(), loss=LOSS, verbose=0)
    assert plain.weak is plain.strong is plain.ema is None
    assert not plain.strong_labeled_share
    history = plain.fit(x[:8], y[:8], verbose=0, **recipe.plain().fit).history
    assert "unlabeled_loss" not in history


@pytest.mark.parametrize(
    "wrong", [{"optimizer": "adan"}, {"schedule": "cosin"}]
)
def test_unknown_names_are_refused(wrong):
    with pytest.raises(ValueError, match="Did you mean"):
        recipes.fixmatch(steps=1, **wrong)


@pytest.mark.parametrize("wrong", [-0.5, 3, "half", None, float("nan")])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(
        ValueError, match="strong_labeled_share=.*from 0 to 1.*auto"
    ):
        recipes.fixmatch(steps=1, strong_labeled_share=wrong)
