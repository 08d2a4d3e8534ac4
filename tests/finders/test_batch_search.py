import dataclasses
import itertools

import pytest

from keras_ssl.finders import batch_search
from keras_ssl.finders.batch_search import Cap
from keras_ssl.finders.batch_search import Search
from keras_ssl.finders.batch_search import cap_batch_size
from keras_ssl.finders.batch_search import is_out_of_memory
from keras_ssl.finders.batch_search import smallest_fast
from keras_ssl.finders.batch_search import still_rises
from keras_ssl.finders.batch_size_result import explain

MIB = 2**20


class Numbers:
    """A probe that knows every speed and memory beforehand."""

    def __init__(self, rates, memory=lambda size: size * MIB, fails=()):
        self.rates = rates
        self.of = memory
        self.fails = dict(fails)
        self.asked = []

    def memory(self, size):
        return self._ask("memory", size)

    def validate(self, size):
        return self._ask("validate", size)

    def rate(self, size):
        rate = self.rates(size)
        return rate.pop(0) if isinstance(rate, list) else rate

    def _ask(self, name, size):
        self.asked.append((name, size))
        error = self.fails.get((name, size))
        if error:
            raise error
        return self.of(size)


def search(probe, cap=1024, budget=None, tolerance=0.05, rounds=3):
    return Search(probe, Cap(cap, "a cap"), budget, tolerance, rounds)


def saturates(size):
    """Images per second that rise ever more slowly, to 1000."""
    return 1000 * size / (size + 4)


def test_the_smallest_fast_size_is_chosen_and_confirmed():
    probe = Numbers(saturates)
    found = search(probe, tolerance=0.1)
    assert found.run() == 32
    assert list(found.rates) == [8, 16, 32, 64, 128]
    assert probe.asked[-1] == ("validate", 32)
    assert found.stopped == "larger ones would gain nothing"


def test_a_wrong_quick_look_is_corrected():
    slow = [1.0, 1.0]
    rates = {
        8: [500.0, 500.0, *[500.0] * 2],
        16: [*slow, *[800.0] * 2],
        32: [*slow, *[1500.0] * 2],
        64: [*[1500.0] * 3],
        128: [*[1500.0] * 3],
    }
    found = search(Numbers(rates.get), rounds=1)
    assert found.run() == 32
    assert list(found.rates) == [8, 16, 32, 64, 128]


def test_a_cap_is_not_passed():
    probe = Numbers(saturates)
    found = search(probe, cap=32)
    assert found.run() == 32
    assert found.stopped == "more is not allowed by a cap"
    assert max(size for _, size in probe.asked) == 32


def test_a_cap_below_the_first_size():
    found = search(Numbers(saturates), cap=2)
    assert found.run() == 2
    assert list(found.rates) == [2]


def test_the_median_of_the_rounds_counts():
    quick = [100.0, 100.0]
    rates = {
        8: [*quick, 100.0, 100.0, 999.0],
        16: [200.0, 200.0, 200.0, 1.0, 200.0],
    }
    found = search(Numbers(rates.get), cap=16)
    assert found.run() == 16
    assert found.rates == {8: 100.0, 16: 200.0}


def test_what_the_line_forbids_is_never_tried():
    probe = Numbers(saturates, lambda size: (10 + size) * MIB)
    found = search(probe, budget=70 * MIB, tolerance=0.0)
    assert found.run() == 32
    assert max(size for _, size in probe.asked) == 32
    assert found.stopped == "64 would take 74 MiB of memory"


def test_a_size_that_takes_more_than_the_line_says():
    def memory(size):
        return (10 + size + 1000 * (size >= 32)) * MIB

    found = search(Numbers(saturates, memory), budget=500 * MIB, tolerance=0.0)
    assert found.run() == 16
    assert found.stopped == "32 takes 1.02 GiB of memory"


def test_without_known_memory_only_speed_decides():
    found = search(Numbers(saturates, lambda size: None), budget=1.0)
    assert found.run() == 64
    assert found.line is None


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("RESOURCE_EXHAUSTED: out")]
)
def test_the_last_fence(error):
    probe = Numbers(saturates, fails={("memory", 32): error})
    found = search(probe, tolerance=0.0)
    assert found.run() == 16
    assert found.stopped == "32 ran out of memory"
    assert list(found.peaks) == [8, 16]


def test_a_validation_step_that_fails_halves():
    fails = {("validate", size): MemoryError() for size in (64, 32)}
    found = search(Numbers(saturates, fails=fails), cap=64, tolerance=0.0)
    assert found.run() == 16
    assert found.stopped == "32 ran out of memory"
    assert list(found.rates) == [8, 16]


def test_begins_lower_where_it_must():
    fails = {("memory", size): MemoryError() for size in (8, 4)}
    found = search(Numbers(saturates, fails=fails))
    assert found.run() == 2
    assert found.stopped == "4 ran out of memory"


def test_no_size_at_all():
    with pytest.raises(MemoryError, match="a batch of 1 needs more than 0.5 M"):
        search(Numbers(saturates), budget=MIB / 2).run()
    fails = {("memory", size): MemoryError() for size in (8, 4, 2, 1)}
    with pytest.raises(MemoryError, match="needs more than the memory"):
        search(Numbers(saturates, fails=fails)).run()


def test_other_errors_are_raised():
    probe = Numbers(saturates, fails={("memory", 16): ValueError("shapes")})
    with pytest.raises(ValueError, match="shapes"):
        search(probe).run()


RATES = {8: 500.0, 16: 800.0, 32: 940.0, 64: 1000.0, 128: 960.0}


@pytest.mark.parametrize(
    ("tolerance", "size"), [(0.0, 64), (0.05, 64), (0.06, 32), (0.3, 16)]
)
def test_the_smallest_within_the_tolerance(tolerance, size):
    assert smallest_fast(RATES, tolerance) == size


def test_the_smallest_of_equals():
    assert smallest_fast({64: 10.0, 8: 10.0}, 0.0) == 8


@pytest.mark.parametrize(
    ("rates", "rises"),
    [
        ([100], True),
        ([100, 50], True),
        ([100, 104, 104], False),
        ([100, 104, 108], True),
        ([100, 104, 110, 111], True),
        ([100, 200, 190, 205], False),
    ],
)
def test_growth_ends_after_two_sizes_without_gain(rates, rises):
    assert still_rises(rates, 0.05) is rises


@pytest.mark.parametrize(
    ("labeled", "unlabeled", "arguments", "size", "reason"),
    [
        (5000, None, {}, 256, "16 steps an epoch over the labeled"),
        (5000, None, {"min_steps": 10}, 256, "10 steps"),
        (5000, None, {"min_steps": 1}, 1024, "max_batch_size=1024"),
        (5000, 20000, {}, 256, "16 steps an epoch over the unlabeled"),
        (5000, 20000, {"unlabeled_ratio": 1}, 1024, "max_batch_size=1024"),
        (5000, 20000, {"max_batch_size": 100}, 64, "max_batch_size=100"),
        (40, 60000, {}, 32, "40 labeled images"),
        (64, 60000, {}, 64, "64 labeled images"),
        (10, 12, {}, 1, "16 steps an epoch over the unlabeled"),
    ],
)
def test_the_least_cap_rounded_down(
    labeled, unlabeled, arguments, size, reason
):
    cap = cap_batch_size(labeled, unlabeled, **arguments)
    assert cap.size == size
    assert reason in cap.reason


def error(name, base):
    return type(name, (base,), {})


@pytest.mark.parametrize(
    "raised",
    [
        MemoryError("Unable to allocate 3 TiB"),
        error("ResourceExhaustedError", Exception)("OOM when allocating"),
        error("InternalError", Exception)("RESOURCE_EXHAUSTED: no space"),
        error("JaxRuntimeError", RuntimeError)("RESOURCE_EXHAUSTED: Out of"),
        RuntimeError("CUDA out of memory."),
    ],
)
def test_a_lack_of_memory(raised):
    assert is_out_of_memory(raised)


@pytest.mark.parametrize(
    "raised",
    [
        ValueError("out of memory"),
        RuntimeError("shapes differ"),
        error("InternalError", Exception)("cuDNN failed"),
        KeyboardInterrupt(),
    ],
)
def test_other_errors(raised):
    assert not is_out_of_memory(raised)


def ticking(**limits):
    """A search each of whose sizes takes 2 seconds, by its own clock."""
    probe = Numbers(saturates, lambda size: None)
    found = search(probe, cap=64)
    ticks = itertools.count(step=2.0)
    return dataclasses.replace(found, clock=lambda: next(ticks), **limits)


def test_a_search_ends_where_the_next_size_would_take_too_long():
    told = []

    def limit(size, rate):
        told.append((size, rate))
        return 10.0

    late = ticking(limit=limit)
    assert late.run() == 16
    assert told == [(8, saturates(8))]
    assert late.stopped == batch_search.LATE
    assert late.shortened == "stopped after 2 of 4 sizes"
    assert not ticking().shortened
    begun = ticking(limit=limit, first=32)
    begun.run()
    assert list(begun.rates) == [32, 64]


def test_one_size_is_too_little_to_choose_by():
    late = ticking(limit=lambda size, rate: 1.0)
    assert late.run() == 32  # that of `fit`
    assert "as only 8 was tried" in explain(late, 32)
    assert late.shortened == "stopped after 1 of 4 sizes"
