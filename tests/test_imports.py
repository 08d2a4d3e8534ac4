"""What importing keras_ssl loads, and which file may import what."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "keras_ssl"
FILES = sorted(p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("*.py"))
OPTIONAL = {"tensorflow", "keras_cv", "matplotlib"}
DOORS = {
    "tensorflow": (
        "data/",
        "augmentation/kerascv.py",
        "augmentation/compiled.py",
    ),
    "keras_cv": ("augmentation/kerascv.py",),
    "matplotlib": ("plots/",),
}


def run(code, backend):
    environment = {**os.environ, "KERAS_BACKEND": backend}
    environment["PYTHONPATH"] = str(PACKAGE.parent)
    command = [sys.executable, "-c", code]
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def imports(nodes):
    """The dotted names that `import` statements among `nodes` load."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_import_loads_no_more_than_keras_does(backend):
    # Keras itself loads Matplotlib where it is installed.
    loaded = run(
        "import sys, keras; before = set(sys.modules); import keras_ssl;"
        "print(*(set(sys.modules) - before))",
        backend,
    ).split()
    assert "keras_ssl" in loaded
    assert not OPTIONAL & {name.partition(".")[0] for name in loaded}


def test_import_under_jax_leaves_tensorflow_out():
    code = "import sys, keras_ssl; print('tensorflow' in sys.modules)"
    assert run(code, "jax").split() == ["False"]


@pytest.mark.parametrize(
    ("backend", "absent"),
    [("tensorflow", OPTIONAL - {"tensorflow"}), ("jax", OPTIONAL)],
)
def test_imports_where_optional_packages_are_absent(backend, absent):
    run(
        f"import sys; sys.modules.update(dict.fromkeys({absent}));"
        "import keras_ssl",
        backend,
    )


@pytest.mark.parametrize("path", FILES)
def test_file_imports_optional_packages_only_where_it_may(path):
    tree = ast.parse((PACKAGE / path).read_text())
    for name in imports(ast.walk(tree)):
        package = name.partition(".")[0]
        assert path.startswith(DOORS.get(package, "")), name


@pytest.mark.parametrize("path", FILES)
def test_file_uses_the_public_keras_only(path):
    text = (PACKAGE / path).read_text()
    assert "keras.src" not in text
    for name in imports(ast.walk(ast.parse(text))):
        assert not (name.startswith("keras.") and "._" in name)
