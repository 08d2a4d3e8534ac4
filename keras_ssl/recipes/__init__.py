"""The papers' recipes, and ours for short runs, every constant in the open.

A recipe is data: print it, or hand it a network.

>>> recipe = keras_ssl.recipes.softmatch(steps=5000, n_sigma=3.0)
>>> for row in str(recipe).splitlines()[:5]:
...     print(row)
constant            value          source
method              softmatch      Chen et al., 2023
n_sigma             3              you
momentum            0.999          Chen et al., 2023
uniform_start       True           Chen et al., 2023
"""

from keras_ssl.recipes.papers import adamatch
from keras_ssl.recipes.papers import comatch
from keras_ssl.recipes.papers import defixmatch
from keras_ssl.recipes.papers import fixmatch
from keras_ssl.recipes.papers import flexmatch
from keras_ssl.recipes.papers import freematch
from keras_ssl.recipes.papers import mean_teacher
from keras_ssl.recipes.papers import mixmatch
from keras_ssl.recipes.papers import pi_model
from keras_ssl.recipes.papers import preset
from keras_ssl.recipes.papers import pseudo_label
from keras_ssl.recipes.papers import remixmatch
from keras_ssl.recipes.papers import short
from keras_ssl.recipes.papers import simmatch
from keras_ssl.recipes.papers import softmatch
from keras_ssl.recipes.papers import uda
from keras_ssl.recipes.recipe import Recipe
from keras_ssl.recipes.recipe import Share

__all__ = [
    "Recipe",
    "Share",
    "adamatch",
    "comatch",
    "defixmatch",
    "fixmatch",
    "flexmatch",
    "freematch",
    "mean_teacher",
    "mixmatch",
    "pi_model",
    "preset",
    "pseudo_label",
    "remixmatch",
    "short",
    "simmatch",
    "softmatch",
    "uda",
]
