import pytest
from matplotlib import pyplot


@pytest.fixture
def ax():
    return pyplot.subplots()[1]
