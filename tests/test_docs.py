"""Every public name is documented by an example; pytest runs the examples."""

import importlib.util
import inspect
import pathlib
import re
import shlex
import sys

import pytest

import keras_ssl

PUBLIC = {name: getattr(keras_ssl, name) for name in keras_ssl.__all__}
PARTS = [value for value in PUBLIC.values() if inspect.ismodule(value)]


def is_documentable(value):
    return inspect.isclass(value) or inspect.isfunction(value)


def exports(module):
    """The names in `__all__`; without one, those that the module defines."""
    if hasattr(module, "__all__"):
        return {name: getattr(module, name) for name in module.__all__}
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", None) == module.__name__
    }


def documentable():
    """Every public class and function, once."""
    found = {}
    for module in (keras_ssl, *PARTS):
        for name, value in exports(module).items():
            if is_documentable(value):
                found.setdefault(value, f"{module.__name__}.{name}")
    return [pytest.param(value, id=name) for value, name in found.items()]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_part_says_what_it_is_and_what_it_exports(part):
    assert part.__doc__
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


def commands():
    """The benchmark commands of README and docs, as arguments."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in re.findall(r"^ +python (tests/benchmarks/.*)$", text, re.M):
            yield pytest.param(shlex.split(line), id=f"{page.name} {line[:60]}")


@pytest.mark.parametrize("command", commands())
def test_a_command_has_arguments_that_exist(command, monkeypatch):
    script, *arguments = command
    if not script.endswith("accuracy.py"):
        assert (ROOT / script).exists()
        return
    path = ROOT / script
    specification = importlib.util.spec_from_file_location("accuracy", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    assert module.parse().rows
