"""`ablate`: a recipe, and the same without each of its ingredients."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_ssl.recipes.recipe import Recipe
from keras_ssl.study.compare import compare
from keras_ssl.study.comparison import Comparison
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.typing import Config

WHOLE = "all of it"
# What a recipe is without an ingredient.
INGREDIENTS: dict[str, Config] = {
    "unlabeled images": {"method": None},
    "strong": {"strong": None},
    "strong labeled": {"strong_labeled_share": 0.0},
    "weak": {"weak": None},
    "ema": {"ema": None},
    "decay": {"decay_to": 1.0},
    "warmup": {"warmup_steps": 0},
    "weight decay": {"weight_decay": 0.0},
    "labeled among unlabeled": {"include_labeled": False},
}


def ablate(
    recipe: Recipe,
    *args: Any,
    without: str | Sequence[str] | Mapping[str, Mapping[str, Any]],
    **kwargs: Any,
) -> Comparison:
    """Compares a recipe with itself less one ingredient at a time.

    Args:
        recipe: The recipe; it is the control.
        *args: Network, training and test data, as `compare` takes them.
        without: Names of `INGREDIENTS`: `"unlabeled images"`, `"strong"`,
            `"strong labeled"` (that of the labeled images), `"weak"`, `"ema"`,
            `"decay"`, `"warmup"`, `"weight decay"` or `"labeled among
            unlabeled"`. Or a dictionary from the name of a row to the fields of
            `Recipe` that it changes. Without `"strong"`, no image is strongly
            augmented, labeled ones neither; without unlabeled images it is
            `Recipe.control`.
        **kwargs: Other arguments of `compare`.

    Returns:
        The `Comparison`. A negative gain is what the ingredient was worth.

    Raises:
        ValueError: An ingredient is unknown, or the recipe is without it.

    Example:

    >>> (x, y), test = keras_ssl.data.load_digits()
    >>> def network():
    ...     layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    ...     return keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> recipe = keras_ssl.recipes.fixmatch(
    ...     steps=5, batch_size=8, strong="cutout"
    ... )
    >>> found = ablate(
    ...     recipe,
    ...     network,
    ...     (x, y),
    ...     test,
    ...     without=["ema"],
    ...     labels=50,
    ...     seeds=2,
    ...     verbose=0,
    ... )
    >>> [row["row"] for row in found.rows]
    ['all of it', 'without ema']
    """
    if isinstance(without, str):
        without = [without]
    if not isinstance(without, Mapping):
        for name in without:
            check_name(name, "ingredient", INGREDIENTS)
        without = {f"without {name}": INGREDIENTS[name] for name in without}
    rows = {WHOLE: recipe}
    for name, changes in without.items():
        removed = recipe.method and changes.get("method", "") is None
        base = recipe.control() if removed else recipe
        rows[name] = dataclasses.replace(base, **changes)
        if rows[name] == recipe:
            raise ValueError(
                f"Received: {name!r}, and a recipe that has no such "
                f"ingredient. Expected a change: it has {dict(changes)} "
                "already. Leave it out."
            )
    return compare(rows, *args, **{"control": WHOLE, **kwargs})
