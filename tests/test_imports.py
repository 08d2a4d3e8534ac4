"""What importing keras_ssl loads; which file may import what is linted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OPTIONAL = {"tensorflow", "keras_cv", "matplotlib"}


def run(code, backend):
    environment = {**os.environ, "KERAS_BACKEND": backend}
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-c", code, backend]
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_import_loads_no_more_than_keras_does(backend):
    # Keras itself loads Matplotlib where it is installed.
    loaded = run(
        "import sys, keras; before = set(sys.modules); import keras_ssl;"
        "print(*(set(sys.modules) - before));"
        "assert ('tensorflow' in sys.modules) == (sys.argv[1] != 'jax')",
        backend,
    ).split()
    assert "keras_ssl" in loaded
    assert not OPTIONAL & {name.partition(".")[0] for name in loaded}


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
