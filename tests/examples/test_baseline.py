import difflib
import pathlib
import runpy

import keras
import numpy as np
import pytest

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"


def test_the_scripts_differ_in_at_most_four_lines():
    plain, ssl = (
        (EXAMPLES / name).read_text().splitlines()
        for name in ("baseline.py", "baseline_ssl.py")
    )
    changed = [
        line
        for line in difflib.ndiff(plain, ssl)
        if line.startswith(("+ ", "- "))
    ]
    added = [line for line in changed if line.startswith("+ ")]
    assert len(added) <= 4
    assert len(changed) - len(added) <= 1
    assert any(
        "SemiSupervisedModel(model, weak=weak)" in line for line in added
    )
    assert any("unlabeled_data=" in line for line in added)


@pytest.mark.parametrize("name", ["baseline", "baseline_ssl"])
def test_both_scripts_run_and_save_a_plain_model(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    script = (EXAMPLES / f"{name}.py").read_text()
    short = tmp_path / "short.py"
    short.write_text(script.replace("epochs=30", "epochs=2"))
    ran = runpy.run_path(str(short))
    assert len(ran["model"].history.epoch) == 2
    loaded = keras.saving.load_model("digits.keras")
    assert type(loaded) is keras.Sequential
    images = ran["x_test"][:5]
    np.testing.assert_allclose(
        loaded.predict(images, verbose=0),
        ran["model"].predict(images, verbose=0),
        rtol=1e-4,
        atol=1e-6,
    )
