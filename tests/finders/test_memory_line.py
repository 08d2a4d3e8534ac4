import numpy as np
import pytest

from keras_ssl.finders.memory_line import MemoryLine
from keras_ssl.finders.memory_line import fit_memory
from keras_ssl.finders.memory_line import gib


def test_a_straight_line_is_found_and_extended():
    line = fit_memory({size: 1000 + 30 * size for size in (8, 16, 32)})
    np.testing.assert_allclose([line.fixed, line.slope], [1000, 30])
    np.testing.assert_allclose(line.at(4096), 1000 + 30 * 4096)
    assert line.largest(1000 + 30 * 100 + 29) == 100


def test_noise_is_averaged():
    line = fit_memory({8: 1240 + 9, 16: 1480 - 9, 32: 1960 + 9})
    np.testing.assert_allclose(line.at(64), 2920, rtol=0.02)


def test_only_the_three_largest_sizes_count():
    peaks = {4: 10**6, 8: 180, 16: 260, 32: 420}
    np.testing.assert_allclose(fit_memory(peaks).fixed, 100)


def test_sizes_may_come_in_any_order():
    peaks = {32: 420, 8: 180, 4: 10**6, 16: 260}
    np.testing.assert_allclose(fit_memory(peaks).fixed, 100)


@pytest.mark.parametrize(
    "peaks", [{}, {8: 5}, {8: None, 16: None}, {8: 1, 16: None}]
)
def test_no_line_through_less_than_two_points(peaks):
    assert fit_memory(peaks) is None


@pytest.mark.parametrize("peaks", [{8: 300, 16: 300}, {8: 300, 16: 200}])
def test_memory_that_does_not_rise_has_no_largest_batch(peaks):
    line = fit_memory(peaks)
    assert line == MemoryLine(fixed=300.0, slope=0.0)
    assert line.largest(10.0) is None


def test_a_limit_below_what_every_step_needs():
    assert MemoryLine(fixed=100.0, slope=2.0).largest(50.0) == 0


def test_bytes_for_readers():
    assert gib(16 * 2**30) == "16 GiB"
    assert gib(1.5 * 2**20) == "1.5 MiB"
