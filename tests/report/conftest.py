import pytest
from matplotlib import pyplot


@pytest.fixture(autouse=True)
def close_figures():
    """Matplotlib warns when figures stay open."""
    yield
    pyplot.close("all")


@pytest.fixture
def ax():
    return pyplot.subplots()[1]
