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

Public names:

- `adamatch`: The recipe of AdaMatch as in Berthelot et al., 2022.
- `comatch`: The recipe of CoMatch as in Li et al., 2021.
- `defixmatch`: The recipe of DeFixMatch as in Schmutz et al., 2023.
- `fixmatch`: The recipe of FixMatch as in Sohn et al., 2020.
- `flexmatch`: The recipe of FlexMatch as in Zhang et al., 2021.
- `freematch`: The recipe of FreeMatch as in Wang et al., 2023.
- `mean_teacher`: The recipe of MeanTeacher as in Zhang et al., 2021.
- `mixmatch`: The recipe of MixMatch as in Sohn et al., 2020.
- `pi_model`: The recipe of PiModel as in Zhang et al., 2021.
- `preset`: A function that gives a recipe, and takes changes to it as keywords.
- `pseudo_label`: The recipe of PseudoLabel as in Zhang et al., 2021.
- `Recipe`: All constants of a training run; `print` shows them with their
  sources.
- `remixmatch`: The recipe of ReMixMatch as in Berthelot et al., 2020.
- `Share`: A share of the run, where a method takes a number of steps.
- `short`: The recipe of AlignedSoftMatch as in keras_ssl.
- `simmatch`: The recipe of SimMatch as in Zheng et al., 2022.
- `softmatch`: The recipe of SoftMatch as in Chen et al., 2023.
- `uda`: The recipe of UDA as in Zhang et al., 2021.
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
