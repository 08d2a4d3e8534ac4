import pytest

import keras_ssl
from keras_ssl import study

SHORT = {"steps": 4, "batch_size": 4, "unlabeled_ratio": 2, "strong": "cutout"}


def finished(row, seed, ends, seconds=None):
    seconds = ends[-1] if seconds is None else seconds
    return {
        "row": row,
        "seed": seed,
        "seconds": seconds,
        "curve": {"seconds": ends},
    }


@pytest.mark.parametrize(
    ("ends", "seconds", "steps"),
    [
        ([10.0], 30.0, 1200),  # all that is known: 400 steps in 10 s
        ([7.0, 9.0], 29.0, 2400),  # 5 s of the first half were compiling
        ([1.0, 2.0, 3.0, 4.0], 4.0, 400),
        ([1.0, 2.0, 3.0, 4.0], 4.026, 400),  # in four equal parts
        ([1.0, 2.0, 3.0, 4.0], 2.0, 200),  # of a quicker row
    ],
)
def test_steps_fill_the_time_of_the_other_row(ends, seconds, steps):
    rows = {
        "control": keras_ssl.recipes.fixmatch(steps=400).control(),
        "FixMatch": None,
    }
    runs = [
        finished("control", 0, ends),
        finished("FixMatch", 0, [seconds]),
        finished("control", 1, [5.0]),
        finished("FixMatch", 1, [5.0]),
    ]
    row = study.EqualTime("control", to="FixMatch")
    found = row.resolve(rows, runs, 0)
    assert found.steps == steps
    assert found.method is None
    assert row.resolve(rows, runs, 1).steps == 400


def rows():
    recipe = keras_ssl.recipes.fixmatch(**SHORT)
    return {
        "longer": study.EqualTime("control", to="FixMatch"),
        "control": recipe.control(),
        "FixMatch": recipe,
    }


@pytest.mark.eager
def test_a_study_runs_them_last(network, digits8, tmp_path, capsys):
    options = {"labels": 16, "seeds": 2, "epochs": 2, "folder": tmp_path}
    found = study.compare(rows(), network, digits8, digits8, **options)
    printed = capsys.readouterr().out.splitlines()
    assert ["longer" in line for line in printed] == [False] * 4 + [True] * 2
    assert printed[-1].startswith("study: 6 of 6, longer, seed 1: ")
    assert [run["row"] for run in found.runs] == [
        *["longer"] * 2,
        *["control"] * 2,
        *["FixMatch"] * 2,
    ]
    images = {(run["row"], run["seed"]): run["images"] for run in found.runs}
    for seed in (0, 1):
        again = rows()["longer"].resolve(rows(), found.runs, seed)
        assert images["longer", seed] == 4 * again.steps

    # An interrupted study goes on with the seconds that it kept.
    file = tmp_path / "runs.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-1]))
    study.compare(rows(), network, digits8, digits8, **options)
    printed = capsys.readouterr().out
    assert printed.startswith("study: 1 of 1, longer, seed 1: ")
    assert file.read_text().splitlines()[:-1] == [
        line.rstrip() for line in lines[:-1]
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (study.EqualTime("contrl", to="FixMatch"), "Did you mean 'control'"),
        (study.EqualTime("control", to="UDA"), "Unknown to.*'UDA'"),
        (study.EqualTime("longer", to="FixMatch"), "Unknown recipe.*'longer'"),
        (study.EqualTime("mine", to="FixMatch"), "Unknown recipe.*'mine'"),
    ],
)
def test_names_of_rows_are_checked(wrong, message, network, digits8):
    def mine(network, task):
        raise AssertionError("trained before the check")

    with pytest.raises(ValueError, match=message):
        study.compare(
            {"mine": mine, **rows(), "longer": wrong},
            network,
            digits8,
            digits8,
            labels=16,
        )
