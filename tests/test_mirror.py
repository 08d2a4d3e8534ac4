"""The unit tests of a module are where the module is."""

from pathlib import Path

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "keras_ssl"
EXCEPTIONS = {
    # Names for types, and plain records that others fill.
    "inspection/facts.py",
    "utils/typing.py",
    # What only the model as a whole shows.
    "model/augmenter.py",
    "model/phases.py",
}


def test_each_module_has_tests_of_its_own():
    modules = {
        path.relative_to(PACKAGE)
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py"
    }
    untested = {
        module.as_posix()
        for module in modules
        if not (TESTS / module).with_name(f"test_{module.name}").exists()
    }
    assert untested <= EXCEPTIONS
