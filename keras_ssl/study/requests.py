"""Checks the arguments of a study before anything is trained."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_ssl.recipes.recipe import Recipe
from keras_ssl.study.equal_time import EqualTime
from keras_ssl.utils.checks import check_number


def list_seeds(seeds: int | Iterable[int]) -> list[int]:
    """The seeds as plain integers.

    Args:
        seeds: How many, or which.

    Raises:
        ValueError: They are no whole numbers, or one is there twice.

    Example:

    >>> list_seeds(2), list_seeds(np.arange(3, 5))
    ([0, 1], [3, 4])
    """
    if isinstance(seeds, np.ndarray):
        seeds = seeds.tolist()  # a number, of an array without dimensions
    if not isinstance(seeds, Iterable) or isinstance(seeds, str):
        return list(range(check_number("seeds", seeds, integer=True)))
    which = [check_number("seeds", each, integer=True) for each in seeds]
    if len(set(which)) < len(which):
        raise ValueError(
            f"Received: seeds={which!r}. Expected each seed once, as a second "
            "run with it would be the same. Pass others, or a number of them."
        )
    return which


def check_arguments(rows: Any, network: Any, seeds: Sequence[int]) -> None:
    """Refuses rows, networks and seeds that cannot be compared.

    Args:
        rows: Should be recipes or functions, by name.
        network: Should be a function that builds a network.
        seeds: Should be one at least.

    Raises:
        TypeError: Rows or network are something else.
        ValueError: There are no rows, or no seeds.

    Example:

    >>> check_arguments({"row": keras_ssl.recipes.fixmatch()}, list, range(3))
    """
    if not isinstance(rows, Mapping):
        raise TypeError(
            f"Received: rows of type {type(rows).__name__}. Expected ways to "
            'train by name. Pass a dictionary such as {"FixMatch": recipe}.'
        )
    for name, row in rows.items():
        if isinstance(row, EqualTime):
            row.check(rows)
        elif not isinstance(row, Recipe) and not callable(row):
            raise TypeError(
                f"Received: {row!r} as the row {name!r}. Expected a recipe, or "
                "a function of a network and a task. Pass for example "
                "`keras_ssl.recipes.fixmatch(steps=1000)`."
            )
    if isinstance(network, keras.Model) or not callable(network):
        raise TypeError(
            f"Received: a network of type {type(network).__name__}. Expected a "
            "function that builds a new one, as every run begins with one. "
            "Pass the function that makes it."
        )
    if not rows or not len(seeds):
        raise ValueError(
            f"Received: {len(rows)} rows and {len(seeds)} seeds. Expected at "
            "least one of each. Pass for example seeds=5."
        )
