import json
import pathlib
import runpy
import sys

QUICKSTART = pathlib.Path(__file__).parents[2] / "examples" / "quickstart.py"


def test_it_shows_three_models_at_equal_steps(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "results"
    monkeypatch.setattr(
        sys, "argv", ["quickstart.py", "--tiny", "--output", str(folder)]
    )
    runpy.run_path(str(QUICKSTART), run_name="__main__")
    rows = json.loads((folder / "results.json").read_text())
    assert [row["steps"] for row in rows] == [6, 6, 6]
    assert [row["unlabeled images"] > 0 for row in rows] == [0, 0, 1]
    printed = capsys.readouterr().out
    for row in rows:
        assert 0 <= row["test accuracy %"] <= 100
        assert f"| {row['model']} " in printed
    for name in ("accuracy.png", "learning_curves.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
