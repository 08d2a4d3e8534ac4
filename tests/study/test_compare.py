import dataclasses

import keras
import numpy as np
import pytest

import keras_ssl
from keras_ssl import study
from keras_ssl.augmentation import CropAndFlip

pytestmark = pytest.mark.eager

SHORT = {"steps": 4, "batch_size": 4, "unlabeled_ratio": 2, "strong": "cutout"}


@pytest.fixture
def images(digits8):
    x, y = digits8
    return (x[:96], y[:96]), (x[96:], y[96:])


class Row:
    """A way to train that trains nothing, and notes what it was given."""

    def __init__(self):
        self.tasks = []
        self.weights = []

    def __call__(self, network, task):
        self.tasks.append(task)
        self.weights.append(network.get_weights())
        return network


def test_every_row_has_the_same_splits_weights_and_no_test_image(
    network, images
):
    rows = {"one": Row(), "two": Row()}
    study.compare(
        rows, network, *images, labels=16, validation=4, seeds=[3, 5], verbose=0
    )
    one, two = rows.values()
    for a, b in zip(one.tasks, two.tasks, strict=True):
        for part in ("labeled", "unlabeled", "validation"):
            np.testing.assert_array_equal(
                getattr(a, part)[0], getattr(b, part)[0]
            )
        shown = np.concatenate([a.labeled[0], a.validation[0], a.unlabeled[0]])
        assert (len(a.labeled[0]), len(a.validation[0])) == (12, 4)
        assert len(np.unique(shown, axis=0)) == len(images[0][0]) == len(shown)
        known = {each.tobytes() for each in shown}
        assert not known & {each.tobytes() for each in images[1][0]}
    for a, b in zip(one.weights, two.weights, strict=True):
        for ours, theirs in zip(a, b, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert [task.seed for task in one.tasks] == [3, 5]
    first, second = (task.labeled[1] for task in one.tasks)
    assert not np.array_equal(first, second)


def test_a_recipe_trains_as_it_says(network, images):
    recipe = keras_ssl.recipes.fixmatch(**SHORT)
    rows = {"plain": recipe.plain(), "FixMatch": recipe}
    found = study.compare(
        rows, network, *images, labels=16, seeds=1, epochs=2, verbose=0
    )
    plain, ours = found.runs
    assert plain["images"] == 4 * 4
    assert ours["images"] == 4 * 4 * 3
    assert len(plain["curve"]["loss"]) == len(ours["curve"]["loss"]) == 2
    assert len(plain["curve"]["seconds"]) == 2
    assert "mask_ratio" in ours["curve"]
    assert "mask_ratio" not in plain["curve"]
    for run in found.runs:
        assert run["seconds"] >= run["curve"]["seconds"][-1] > 0
        assert run["versions"]["keras"] == keras.__version__
    assert f"Made with keras_ssl {keras_ssl.__version__}, " in found.words


class Failing(Row):
    def __call__(self, network, task):
        if len(self.tasks) == 1:
            raise KeyboardInterrupt
        return super().__call__(network, task)


def test_an_interrupted_study_continues(network, images, tmp_path, capsys):
    options = {"labels": 16, "seeds": 2, "folder": tmp_path}
    with pytest.raises(KeyboardInterrupt):
        study.compare({"row": Failing()}, network, *images, **options)
    again = Failing()
    found = study.compare({"row": again}, network, *images, **options)
    assert [task.seed for task in again.tasks] == [1]
    assert [run["seed"] for run in found.runs] == [0, 1]
    printed = capsys.readouterr().out
    assert "study: 1 of 1, row, seed 1: " in printed
    # A finished one only reads; more rows and seeds are added.
    rows = {"row": Failing(), "other": Row()}
    found = study.compare(rows, network, *images, **{**options, "seeds": 1})
    assert rows["row"].tasks == []
    assert [(run["row"], run["seed"]) for run in found.runs] == [
        ("row", 0),
        ("other", 0),
    ]


def test_another_study_is_not_continued(network, images, tmp_path):
    options = {"folder": tmp_path, "seeds": 1, "verbose": 0}
    recipe = keras_ssl.recipes.fixmatch(**SHORT).plain()
    study.compare({"row": Row()}, network, *images, labels=16, **options)
    with pytest.raises(ValueError, match="labels=16. Expected labels=20"):
        study.compare({"row": Row()}, network, *images, labels=20, **options)
    with pytest.raises(
        ValueError, match="row='Row'. Expected row=.*batch_size"
    ):
        study.compare({"row": recipe}, network, *images, labels=16, **options)
    study.compare({"mine": recipe}, network, *images, labels=16, **options)
    other = dataclasses.replace(recipe, steps=5)
    with pytest.raises(
        ValueError,
        match=r"mine=\{'steps': 4\}. Expected mine=\{'steps': 5\}.*name",
    ):
        study.compare({"mine": other}, network, *images, labels=16, **options)
    (x, y), test = images
    with pytest.raises(ValueError, match="checksum"):
        study.compare(
            {"row": Row()}, network, (x + 1, y), test, labels=16, **options
        )


def test_a_control_that_is_no_row(network, images):
    rows = {"row": Row()}
    options = {"labels": 16, "control": "roww", "verbose": 0}
    with pytest.raises(ValueError, match="'roww'.*Did you mean 'row'"):
        study.compare(rows, network, *images, **options)
    assert not rows["row"].tasks


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"rows": keras_ssl.recipes.fixmatch()}, TypeError, "type Recipe"),
        ({"rows": {"a": "fixmatch"}}, TypeError, "'fixmatch' as the row 'a'"),
        ({"rows": {"a": lambda net, task: None}}, TypeError, "None from the"),
        ({"rows": {}}, ValueError, "0 rows"),
        ({"seeds": 0}, ValueError, "0 seeds"),
        ({"seeds": 1.5}, ValueError, r"seeds=1\.5. Expected a whole"),
        ({"seeds": ["a"]}, ValueError, "seeds='a'. Expected a whole"),
        ({"labels": 2.5}, ValueError, r"labels=2\.5. Expected a whole"),
        ({"network": keras.Sequential()}, TypeError, "type Sequential"),
    ],
)
def test_wrong_arguments(wrong, error, message, network, images):
    given = {"rows": {"row": Row()}, "network": network, "seeds": 1}
    given |= {"labels": 16, **wrong}
    train, test = images
    with pytest.raises(error, match=message):
        study.compare(**given, train=train, test=test, verbose=0)


def test_numbers_of_numpy_are_numbers(network, images, tmp_path):
    given = {"seeds": np.arange(3, 5), "labels": np.int64(16)}
    row = Row()
    for _ in range(2):  # the second reads what the first has kept
        found = study.compare(
            {"row": row}, network, *images, **given, folder=tmp_path, verbose=0
        )
        assert [run["seed"] for run in found.runs] == [3, 4]
    assert [task.seed for task in row.tasks] == [3, 4]


@pytest.mark.parametrize(
    ("labels", "counts"), [(16, [16]), (np.array([16, 8]), [8, 16])]
)
def test_a_label_curve_has_each_seed_with_each_number(
    labels, counts, network, images
):
    curve = study.label_curve(
        {"row": Row()},
        network,
        *images,
        labels=labels,
        seeds=iter([1, 2]),
        verbose=0,
    )
    assert list(curve.comparisons) == counts
    for found in curve.comparisons.values():
        assert [run["seed"] for run in found.runs] == [1, 2]


def test_recipes_are_known_by_what_they_do(network, images, tmp_path):
    def rows(**changes):
        view = CropAndFlip(**{"flip": False, **changes})
        short = {**SHORT, "steps": 1, "weak": [view]}
        return {"row": keras_ssl.recipes.fixmatch(**short).control()}

    options = {"labels": 16, "seeds": 1, "folder": tmp_path, "verbose": 0}
    study.compare(rows(), network, *images, **options)
    study.compare(rows(), network, *images, **options)
    with pytest.raises(ValueError, match="row="):
        study.compare(rows(flip=True), network, *images, **options)
    with pytest.raises(ValueError, match="network="):
        study.compare(rows(), lambda: network(classes=5), *images, **options)


def test_a_line_that_was_cut_is_forgotten(network, images, tmp_path):
    options = {"labels": 16, "folder": tmp_path, "verbose": 0}
    study.compare({"row": Row()}, network, *images, seeds=2, **options)
    file = tmp_path / "runs.jsonl"
    text = file.read_text()
    file.write_text(text[:-20])
    row = Row()
    study.compare({"row": row}, network, *images, seeds=2, **options)
    assert [task.seed for task in row.tasks] == [1]
    assert len(file.read_text().splitlines()) == 2
