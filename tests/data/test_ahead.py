import pytest

from keras_ssl.data.ahead import Ahead

pytestmark = pytest.mark.core


def test_what_was_looked_at_comes_in_its_turn():
    numbers = Ahead(range(6))
    assert numbers.peek(3) == [0, 1, 2]
    assert next(numbers) == 0
    assert numbers.peek(1) == [1]
    assert numbers.peek(4) == [1, 2, 3, 4]
    assert list(numbers) == [1, 2, 3, 4, 5]


def test_nothing_is_read_before_it_is_asked_for():
    source = iter(range(6))
    numbers = Ahead(source)
    numbers.peek(0)
    numbers.peek(2)
    assert next(source) == 2


def test_a_look_beyond_the_end():
    numbers = Ahead("ab")
    assert numbers.peek(9) == ["a", "b"]
    assert list(numbers) == ["a", "b"]
    assert numbers.peek(1) == []
    with pytest.raises(StopIteration):
        next(numbers)


def test_an_error_is_raised_in_its_turn():
    def broken():
        yield 1
        raise ValueError("no more")

    numbers = Ahead(broken())
    assert numbers.peek(5) == [1]
    assert next(numbers) == 1
    with pytest.raises(ValueError, match="no more"):
        next(numbers)
    with pytest.raises(ValueError, match="no more"):
        numbers.peek(1)
