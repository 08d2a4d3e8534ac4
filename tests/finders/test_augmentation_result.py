import json

import pytest

from keras_ssl.finders.augmentation_result import AugmentationResult
from keras_ssl.finders.augmentation_result import Trial

TRIALS = [
    Trial("mirror", {"mirror": True}, 0.82, 0.02, 0.01, kept=True),
    Trial("rotate", {"rotate": 31.0}, 0.80, -0.02, 0.01, kept=False),
    Trial("color", {"color_level": 2}, 0.85, 0.03, 0.01, kept=True),
]
SETTINGS = {"mirror": True, "color_level": 2}


@pytest.fixture
def found():
    return AugmentationResult(SETTINGS, 0.8, TRIALS, {}, 1000, 60, 1.5)


def test_trials_have_names_in_words(found):
    assert [trial.name for trial in TRIALS] == [
        "mirror",
        "rotate 31",
        "color 2",
    ]
    assert found.kept == ["mirror", "color 2"]


def test_it_says_what_was_gained(found):
    assert "mirror, color 2. " in found.reason
    assert "80.0 % without, 85.0 % with, of 1,000 images" in found.reason
    nothing = AugmentationResult({}, 0.8, TRIALS[1:2], {}, 1000, 60, 1.5)
    assert "no augmentation. " in nothing.reason
    assert "80.0 % without, 80.0 % with" in nothing.reason
    assert str(found).endswith("60 steps in 1.5 s.")
    assert found.rows[1]["gain"] == "-2.00 ± 1.00"
    assert [row[""] for row in found.rows] == ["kept", "", "kept"]


def test_the_policy_has_its_settings_and_yours(found):
    policy = found.policy(color_level=0, seed=1)
    assert (policy.mirror, policy.color_level, policy.seed) == (True, 0, 1)


def test_it_can_be_saved_and_drawn(found):
    saved = json.loads(json.dumps(found.to_dict()))
    assert saved["trials"][0]["change"] == {"mirror": True}
    assert saved["settings"] == SETTINGS
    assert len(found.plot().get_xticklabels()) == 4
