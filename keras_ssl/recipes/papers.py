"""The papers' recipes, and ours for short runs, every constant in the open."""

import inspect
from collections.abc import Callable
from typing import Any

from keras_ssl.methods import METHODS
from keras_ssl.recipes.recipe import FIXMATCH
from keras_ssl.recipes.recipe import RUN
from keras_ssl.recipes.recipe import SETTINGS
from keras_ssl.recipes.recipe import Recipe
from keras_ssl.recipes.recipe import Share
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.deprecation import renamed_argument
from keras_ssl.utils.typing import Config

OURS = "keras_ssl"
OLD_SHARE, SHARE = "labeled_strong", "strong_labeled_share"
TORCHSSL = "Zhang et al., 2021"  # arXiv 2110.08263, and their TorchSSL

DOCUMENT = """The recipe of {method} as in {source}.

Args:
    steps: Steps of the run; `None` for those of the source.
    **changes: Constants to set otherwise: arguments of `Recipe` and of
        `keras_ssl.methods.{method}`.

Returns:
    A `Recipe`.

Raises:
    TypeError: A constant is unknown; the nearest one is suggested.

Example:

>>> recipe = keras_ssl.recipes.{name}(steps=1000, learning_rate=0.01)
>>> recipe.fit["steps_per_epoch"], recipe.sources["learning_rate"]
(1000, 'you')
"""


def preset(
    method: str, source: str, /, name: str | None = None, **constants: Any
) -> Callable[..., Recipe]:
    """A function that gives a recipe, and takes changes to it as keywords.

    Args:
        method: Name of a method of `keras_ssl.methods`.
        source: Where the constants come from.
        name: Of the function; that of the method by default.
        **constants: Every argument of the method, a `Share` for one that counts
            steps; and arguments of `Recipe`, where FixMatch has others.

    Example:

    >>> mine = keras_ssl.recipes.preset("fixmatch", "us", threshold=0.8)
    >>> mine(steps=1000).constants
    {'threshold': 0.8}
    """
    defaults = {
        "steps": RUN,
        "batch_norm": METHODS[method].batch_norm,
        "strong_labeled_share": METHODS[method].strong_labeled_share,
        **constants,
    }

    def recipe(steps: int | None = None, **changes: Any) -> Recipe:
        if OLD_SHARE in changes:
            given = changes.get(SHARE)
            changes[SHARE] = renamed_argument(changes, OLD_SHARE, SHARE, given)
        known = inspect.signature(METHODS[method]).parameters
        _check_known(changes, [*SETTINGS, *defaults, *known])
        if steps is not None:
            changes["steps"] = steps
        sources = {
            **dict.fromkeys(["method", *defaults], source),
            **dict.fromkeys(changes, "you"),
        }
        return _recipe(method, sources, {**defaults, **changes})

    name = name or method
    recipe.__name__ = recipe.__qualname__ = name
    recipe.__doc__ = DOCUMENT.format(
        method=METHODS[method].__name__, source=source, name=name
    )
    return recipe


def _recipe(method: str, sources: dict[str, str], values: Config) -> Recipe:
    check_number("steps", values["steps"], 1, integer=True)
    for name, value in values.items():
        if isinstance(value, Share):
            values[name] = round(value * values["steps"])
            sources[name] += f", {100 * value:g} % of the run"
    settings = {name: values.pop(name) for name in SETTINGS if name in values}
    return Recipe(method, constants=values, sources=sources, **settings)


def _check_known(changes: Config, names: list[str]) -> None:
    try:
        for name in changes:
            check_name(name, "constant", names)
    except ValueError as error:
        raise TypeError(str(error)) from None


STRONG: Config = {"strong": "torchssl"}
ONE: Config = {"unlabeled_ratio": 1}
WEAK: Config = {"ramp_up_steps": Share(0.4), "strong": None, **ONE}
MIXED: Config = {"ramp_up_steps": Share(1 / 64), "forward": "split", **ONE}

adamatch = preset(
    "adamatch",
    "Berthelot et al., 2022",
    relative_threshold=0.9,
    prior="labeled",
    momentum=0.999,
    window=128,
    interpolate=True,
    ramp_up_steps=Share(0.5),
    steps=2**17,
    unlabeled_ratio=3,
    decay_to=0.25,
    weight_decay=1e-3,
)
comatch = preset(
    "comatch",
    "Li et al., 2021",
    threshold=0.95,
    temperature=0.2,
    alpha=0.9,
    graph_threshold=0.8,
    contrastive_weight=1.0,
    queue_size=2560,
    prior="uniform",
    steps=2**19,
)
defixmatch = preset(
    "defixmatch", "Schmutz et al., 2023", threshold=0.95, weight=0.5
)
fixmatch = preset("fixmatch", FIXMATCH, threshold=0.95)
flexmatch = preset(
    "flexmatch", TORCHSSL, threshold=0.95, threshold_warmup=True, **STRONG
)
freematch = preset(
    "freematch",
    "Wang et al., 2023",
    momentum=0.999,
    fairness_weight=0.01,
    clip=(0.0, 1.0),
    prior=None,
    **STRONG,
)
mean_teacher = preset("mean_teacher", TORCHSSL, weight=50.0, **WEAK)
mixmatch = preset(
    "mixmatch", FIXMATCH, temperature=0.5, alpha=0.5, weight=100.0, **MIXED
)
pi_model = preset("pi_model", TORCHSSL, weight=10.0, **WEAK)
pseudo_label = preset("pseudo_label", TORCHSSL, threshold=0.95, **WEAK)
remixmatch = preset(
    "remixmatch",
    "Berthelot et al., 2020",
    temperature=0.5,
    alpha=0.75,
    rotation_weight=0.5,
    prior="labeled",
    **MIXED,
)
short = preset(
    "aligned_softmatch",
    OURS,
    name="short",
    n_sigma=2.0,
    momentum=0.99,
    prior="estimated",
    steps=5000,
    batch_size=32,
    unlabeled_ratio=3,
    learning_rate=4e-3,
    decay_to=0.0,
    schedule="cosine",
    warmup_steps=Share(0.01),
    optimizer="adam",
    weight_decay=0.0,
    strong="randaugment",
    forward="split",
)
simmatch = preset(
    "simmatch",
    "Zheng et al., 2022",
    threshold=0.95,
    temperature=0.1,
    alpha=0.9,
    instance_weight=1.0,
    momentum=0.7,
    prior="uniform",
)
softmatch = preset(
    "softmatch",
    "Chen et al., 2023",
    n_sigma=2.0,
    momentum=0.999,
    uniform_start=True,
    prior="uniform",
    **STRONG,
)
uda = preset(
    "uda",
    TORCHSSL,
    temperature=0.4,
    threshold=0.8,
    annealing=None,
    annealing_steps=0,
    **STRONG,
)
