import pytest

from keras_ssl.report import names


def test_a_name_is_three_words_and_always_the_same():
    assert names.run_name(0) == "amber-able-badger"
    assert names.run_name(7) == names.run_name(7)
    for word in names.run_name(-12345).split("-"):
        assert word.isascii()
        assert word.islower()


@pytest.mark.parametrize("words", ["QUALITIES", "MANNERS", "ANIMALS"])
def test_lists_have_64_different_words(words):
    listed = getattr(names, words).split()
    assert len(set(listed)) == len(listed) == 64


def test_seeds_near_each_other_have_different_names():
    found = {names.run_name(seed) for seed in range(-2000, 2000)}
    assert len(found) == 4000
    first, second = (names.run_name(seed).split("-") for seed in (5, 6))
    assert all(a != b for a, b in zip(first, second, strict=True))
