"""What the rows of a study are, so that it does not go on as another one."""

import json

from keras_ssl.recipes.recipe import Recipe
from keras_ssl.study.equal_time import EqualTime
from keras_ssl.study.run import Row
from keras_ssl.utils.jsonable import to_plain
from keras_ssl.utils.registry import config_of


def describe(row: Row | EqualTime) -> str:
    """What a row is: all that a recipe does, or the name of a function.

    Example:

    >>> recipe = keras_ssl.recipes.fixmatch(steps=5)
    >>> describe(recipe) == describe(keras_ssl.recipes.fixmatch(steps=6))
    False
    """
    if isinstance(row, EqualTime):
        return str(row)
    if not isinstance(row, Recipe):
        return str(getattr(row, "__qualname__", type(row).__name__))
    fields = vars(row) | {
        name: config_of(getattr(row, name)) for name in ("weak", "strong")
    }
    del fields["sources"]
    return json.dumps(to_plain(fields), sort_keys=True)
