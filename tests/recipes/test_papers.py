import inspect

import keras
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl import augmentation
from keras_ssl import recipes
from keras_ssl.methods import METHODS
from keras_ssl.methods.method import SIZES
from keras_ssl.recipes.papers import Share
from keras_ssl.recipes.papers import preset
from keras_ssl.recipes.recipe import SETTINGS
from keras_ssl.regularizers import is_kernel

pytestmark = [pytest.mark.core, pytest.mark.eager]

NAMES = [name for name in sorted(METHODS) if hasattr(recipes, name)]
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def recipe_of(name, **changes):
    return getattr(recipes, name)(**changes)


def table(text):
    """Values and sources by name, read off the printed lines."""
    rows = text.strip().splitlines()
    value, source = rows[0].index("value"), rows[0].index("source")
    names = [row.split()[0] for row in rows]
    values = [row[value:source].strip() for row in rows]
    sources = [row[source:] for row in rows]
    return (
        dict(zip(names[1:], values[1:], strict=True)),
        dict(zip(names[1:], sources[1:], strict=True)),
    )


def number(value):
    return float(ops.convert_to_numpy(value))


def real(model, steps):
    """What the objects really have, under the names of a recipe."""
    optimizer, method = model.optimizer, model.method
    schedule = optimizer.get_config()["learning_rate"]
    assert schedule["class_name"] == "PartialCosineDecay"
    schedule = schedule["config"]
    kernel = next(v for v in model.network.variables if is_kernel(v))
    arguments = inspect.signature(type(method)).parameters.values()
    optimizer.iterations.assign(steps)
    last = number(optimizer.learning_rate)
    optimizer.iterations.assign(0)
    return {
        **{
            each.name: getattr(method, each.name)
            for each in arguments
            if each.kind is each.POSITIONAL_OR_KEYWORD
            and each.name not in SIZES
        },
        "steps": schedule["decay_steps"],
        "learning_rate": number(optimizer.learning_rate),
        "decay_to": last / number(optimizer.learning_rate),
        "schedule": "partial_cosine",
        "warmup_steps": 0,
        "optimizer": type(optimizer).__name__.lower(),
        "sgd_momentum": optimizer.momentum,
        "nesterov": optimizer.nesterov,
        "weight_decay": 2 * float(kernel.regularizer.l2),
        "unlabeled_weight": number(model.unlabeled_weight),
        "ema": model.ema,
        "strong_labeled_share": model.strong_labeled_share,
        "forward": model.plan.forward,
        "batch_norm": model.batch_norm,
    }


def as_text(value):
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def test_what_is_printed_is_what_the_objects_have(name, network, capsys):
    recipe = recipe_of(name, steps=5000)
    model = recipe.compile(network(), loss=LOSS)
    values, _ = table(
        "constant" + capsys.readouterr().out.partition("constant")[2]
    )
    expected = {n: as_text(v) for n, v in real(model, 5000).items()}
    expected |= {n: as_text(v) for n, v in recipe.fit.items()}
    expected["method"] = name
    expected["weak"], expected["strong"] = values["weak"], values["strong"]
    assert values == expected
    for view in ("weak", "strong"):
        config = keras.saving.serialize_keras_object(
            augmentation.get(getattr(recipe, view))
        )
        made = keras.saving.serialize_keras_object(getattr(model, view))
        assert same_but_names(made, config)


def same_but_names(one, other):
    """Whether configs agree, apart from names and random seeds."""
    if isinstance(one, dict) and isinstance(other, dict):
        ignored = {"name", "seed"}
        return one.keys() == other.keys() and all(
            key in ignored or same_but_names(one[key], other[key])
            for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_but_names, one, other))
    return one == other


def test_every_constant_is_set_and_has_a_source(name):
    recipe = recipe_of(name)
    arguments = {
        each.name
        for each in inspect.signature(METHODS[name]).parameters.values()
        if each.kind is each.POSITIONAL_OR_KEYWORD
    }
    assert set(recipe.constants) == arguments - set(SIZES)
    values, sources = table(str(recipe))
    assert {"method", *recipe.constants, *SETTINGS} < set(values)
    assert all(sources.values())
    assert "you" not in sources.values()


def test_changes_are_taken_over_and_named_as_yours():
    recipe = recipes.freematch(
        steps=1000, batch_size=32, momentum=0.9, sgd_momentum=0.5, ema=None
    )
    assert (recipe.batch_size, recipe.ema) == (32, None)
    assert recipe.sgd_momentum == 0.5
    assert recipe.constants["momentum"] == 0.9
    _, sources = table(str(recipe))
    mine = {n for n, source in sources.items() if source == "you"}
    assert mine == {"steps", "batch_size", "momentum", "sgd_momentum", "ema"}


def test_the_recipe_for_short_runs(network, digits8):
    x, y = digits8
    recipe = recipes.short(steps=2, batch_size=4, strong="cutout")
    assert set(recipe.sources.values()) == {
        "you",
        "keras_ssl",
        "keras_ssl, 1 % of the run",
    }
    arguments = inspect.signature(METHODS[str(recipe.method)]).parameters
    assert set(recipe.constants) == set(arguments) - {"kwargs"}
    model = SemiSupervisedModel(network())  # whose defaults it has
    assert recipe.constants == {
        name: getattr(model.method, name) for name in recipe.constants
    }
    assert recipe.forward == model.plan.forward
    for name in ("ema", "batch_norm", "strong_labeled_share"):
        assert getattr(recipe, name) == getattr(model, name)
    for each in (recipe, recipe.control()):
        model = each.compile(network(), loss=LOSS, verbose=0)
        assert model.strong_labeled_share == (
            0.5 if model.phase == "supervised" else "auto"
        )
        model.fit(x[:8], y[:8], unlabeled_data=x, verbose=0, **each.fit)
    assert model.phase == "supervised"


def test_a_share_of_the_run_becomes_steps():
    recipe = recipes.pseudo_label(steps=1000)
    assert recipe.constants["ramp_up_steps"] == 400
    assert "40 % of the run" in recipe.sources["ramp_up_steps"]
    assert recipes.pseudo_label(ramp_up_steps=7).constants["ramp_up_steps"] == 7
    mine = preset(
        "pseudo_label", "us", threshold=0.5, ramp_up_steps=Share(0.5), steps=10
    )
    assert (mine().steps, mine().constants["ramp_up_steps"]) == (10, 5)
    assert mine(steps=4).constants["ramp_up_steps"] == 2
    assert mine().sources["steps"] == "us"


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("learnin_rate", "learning_rate"), ("treshold", "threshold")],
)
def test_an_unknown_constant_suggests_the_nearest(wrong, near):
    with pytest.raises(TypeError, match=f"Did you mean '{near}'"):
        recipes.fixmatch(**{wrong: 1})
