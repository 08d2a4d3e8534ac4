import numpy as np
import pytest

from keras_ssl.report import record
from keras_ssl.report.record import Finding


def test_keeps_what_can_be_saved_and_compares_without_the_figure():
    finding = Finding("Rate", rows=({"rate": np.float32(0.5)},), figure="a")
    assert finding.rows == [{"rate": 0.5}]
    assert finding == Finding("Rate", rows=[{"rate": 0.5}], figure="b")


def test_a_name_is_three_words_and_always_the_same():
    assert record.run_name(0) == "amber-able-badger"
    assert record.run_name(7) == record.run_name(7)
    for word in record.run_name(-12345).split("-"):
        assert word.isascii()
        assert word.islower()


@pytest.mark.parametrize("words", ["QUALITIES", "MANNERS", "ANIMALS"])
def test_lists_have_64_different_words(words):
    listed = getattr(record, words).split()
    assert len(set(listed)) == len(listed) == 64


def test_seeds_near_each_other_have_different_names():
    found = {record.run_name(seed) for seed in range(-2000, 2000)}
    assert len(found) == 4000
    first, second = (record.run_name(seed).split("-") for seed in (5, 6))
    assert all(a != b for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("kind", ["png", "jpeg", "svg+xml"])
def test_a_sample_carries_its_pixels(kind):
    sample = (f"data:image/{kind};base64,AA+/==", "cat", "dog", 0.5)
    assert record.Record(0, samples=[sample]).samples == [sample]
    elsewhere = (f"http://example.org/a.{kind}", "cat", "dog", 0.5)
    with pytest.raises(ValueError, match="example.org.*its pixels.*Make"):
        record.Record(0, samples=[elsewhere])
