"""Every public name is documented by an example; pytest runs the examples."""

import argparse
import inspect
import json
import pathlib
import re
import runpy
import sys

import pytest

import keras_ssl
from benchmarks.everything import commands
from benchmarks.everything import into
from benchmarks.everything import pages
from keras_ssl import study

PUBLIC = {name: getattr(keras_ssl, name) for name in keras_ssl.__all__}
PARTS = [value for value in PUBLIC.values() if inspect.ismodule(value)]


def is_documentable(value):
    return inspect.isclass(value) or inspect.isfunction(value)


def exports(module):
    """What is public, by name."""
    return {name: getattr(module, name) for name in module.__all__}


def documentable():
    """Every public class and function, once."""
    found = {}
    for module in (keras_ssl, *PARTS):
        for name, value in exports(module).items():
            if is_documentable(value):
                found.setdefault(value, f"{module.__name__}.{name}")
    return [pytest.param(value, id=name) for value, name in found.items()]


@pytest.mark.parametrize(
    "part", [keras_ssl, *PARTS], ids=lambda part: part.__name__
)
def test_part_says_what_it_is_and_what_it_exports(part):
    assert all(f"\n- `{name}`: " in part.__doc__ for name in part.__all__)
    assert any(is_documentable(value) for value in exports(part).values())


@pytest.mark.parametrize("value", documentable())
def test_public_name_has_an_example(value):
    assert ">>> " in (value.__doc__ or "")


@pytest.mark.parametrize("value", documentable())
def test_arguments_are_documented(value):
    function = vars(value).get("__init__") if inspect.isclass(value) else value
    if function is None:
        return
    text = f"{value.__doc__}\n{function.__doc__}"
    for name, parameter in inspect.signature(function).parameters.items():
        variadic = parameter.kind in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        )
        if name != "self" and not variadic:
            assert re.search(rf"^ +.*\b{name}\b.*:", text, re.M), name


ROOT = pathlib.Path(__file__).parents[1]


def documented():
    """The benchmark commands of README and docs, as arguments."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for command in commands(page):
            name = f"{page.name} {' '.join(command)[:60]}"
            yield pytest.param(command, id=name)


def test_links_work_where_a_package_is_shown(monkeypatch):
    setuptools = pytest.importorskip("setuptools")
    given = {}
    monkeypatch.setattr(setuptools, "setup", lambda **all_: given.update(all_))
    runpy.run_path(str(ROOT / "setup.py"))
    text = given["long_description"]
    assert "comparisons over seeds" in text
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert all(link.startswith("https://") for link in links)


class Parsed(Exception):
    """A script has read its command line."""


@pytest.mark.parametrize("command", documented())
def test_a_command_has_arguments_that_exist(command, monkeypatch):
    script, *arguments = command
    if script == "-m":
        script, *arguments = arguments
        script = script.replace(".", "/") + ".py"
    if "parse_args" not in (ROOT / script).read_text(encoding="utf-8"):
        assert not arguments
        return
    parse = argparse.ArgumentParser.parse_args

    def parse_and_stop(parser):
        parse(parser)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_and_stop)
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    with pytest.raises(Parsed):
        runpy.run_path(str(ROOT / script), run_name="__main__")


def test_the_pages_with_commands_are_found():
    assert {page.name for page in pages() if commands(page)} >= {
        *("labels.md", "methods.md", "speed.md", "what_matters.md")
    }


def test_all_commands_are_run_again_elsewhere(tmp_path):
    command = ["-m", "benchmarks.worth", "digits", "--folder", "docs/a/b"]
    assert into(tmp_path, command) == [*command[:-1], str(tmp_path / "b")]
    command = ["benchmarks/step.py", "--rounds", "5"]
    assert into(tmp_path, command) == command


@pytest.mark.parametrize(
    ("page", "study_name"),
    [
        ("README.md", "worth_fashion_mnist"),
        ("docs/benchmarks/labels.md", "worth_fashion_mnist"),
        ("docs/benchmarks/labels.md", "worth_digits"),
        ("docs/benchmarks/labeled_strong.md", "labeled_strong"),
        ("docs/benchmarks/weak_network.md", "takeover"),
        ("docs/benchmarks/mismatch.md", "mismatch_long_tail"),
        ("docs/benchmarks/mismatch.md", "mismatch_other_classes"),
        ("docs/benchmarks/tutorial.md", "tutorial_fashion_mnist"),
        ("docs/what_matters.md", "matters"),
    ],
)
def test_a_page_says_what_was_measured(page, study_name):
    text = (ROOT / page).read_text(encoding="utf-8")
    folder = ROOT / "docs" / "benchmarks" / study_name
    files = sorted(folder.rglob("runs.jsonl"))
    assert files
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        found = study.Comparison([*map(json.loads, lines)], [], {})
        for row, summary in found.summaries.items():
            cell = f"{100 * summary.mean:.2f} ± {100 * summary.deviation:.2f}"
            assert cell in text, (row, path)
