"""`Ahead`: an iterator that can be looked into without using it up."""

import collections
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any


class Ahead(Iterator[Any]):
    """Reads items before their turn, and gives them again when it comes.

    An error that is met on the way is raised in its turn too, so that a look
    ahead never fails where reading would not.

    Args:
        items: What to read, once.

    Example:

    >>> letters = Ahead("abcd")
    >>> next(letters), letters.peek(2), list(letters)
    ('a', ['b', 'c'], ['b', 'c', 'd'])
    """

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = iter(items)
        self._read: collections.deque[Any] = collections.deque()
        self._error: Exception | None = None

    def peek(self, count: int) -> list[Any]:
        """The next items, which stay in place.

        Args:
            count: How many, at least 0.

        Returns:
            As many, or fewer if there are no more.
        """
        while len(self._read) < count and self._error is None:
            try:
                self._read.append(next(self._items))
            except Exception as error:  # noqa: BLE001 - raised in its turn
                self._error = error
        if count and not self._read:
            self._raise_unless_ended()
        return list(self._read)[:count]

    def __next__(self) -> Any:
        if self._read:
            return self._read.popleft()
        self._raise_unless_ended()
        return next(self._items)

    def _raise_unless_ended(self) -> None:
        if self._error and not isinstance(self._error, StopIteration):
            raise self._error
