import pytest

import keras_ssl
from tests.autotrain.runs import FIXED
from tests.autotrain.runs import QUIET
from tests.autotrain.runs import Interruption

pytestmark = [pytest.mark.eager, QUIET]


def test_a_folder_goes_on_with_the_same_arguments(model, parts, tmp_path):
    options = {**parts, **FIXED, "resume": tmp_path, "inspect": False}

    def train(**changes):
        return keras_ssl.train(
            model, **{**options, **changes}, callbacks=[Interruption()]
        )

    # What was refused leaves nothing behind.
    for wrong in ({"schedule": "cosin"}, {"epochs": 1}):
        with pytest.raises(ValueError, match="Did you mean|2 or more"):
            train(**wrong)
    with pytest.raises(ValueError, match="strong='cutout' and search"):
        train(strong="cutout", search_augmentation=True)
    erasing = keras_ssl.augmentation.RandomErasing
    with pytest.raises(KeyboardInterrupt):
        train(strong=erasing(seed=1))
    with pytest.raises(KeyboardInterrupt):
        train(strong=erasing(seed=1), baseline=False, verbose=0)
    for name, (value, message) in {
        "seed": (1, "the folder .* a run with seed=0. Expected seed=1"),
        "patience": (4, "Expected patience=4"),
        "schedule": ("plateau", "Expected schedule='plateau'"),
        "strong": (
            erasing(rate=0.25, seed=1),
            "a run with strong=.* Expected strong=.*0.25",
        ),
    }.items():
        with pytest.raises(ValueError, match=message):
            train(**{"strong": erasing(seed=1), name: value})
    x, y = parts["labeled"]
    with pytest.raises(
        ValueError, match="labeled='40 images, .* labeled='39 im"
    ):
        train(strong=erasing(seed=1), labeled=(x[1:], y[1:]))
    with pytest.raises(ValueError, match="Expected strong='cutout'"):
        train()
