"""Values of any kind as strict JSON, and back."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

NOT_FINITE = "not finite"  # JSON has no name for NaN and infinity


def to_plain(value: Any) -> Any:
    """Reduces a value to what JSON knows, so that it can be saved unchanged.

    Arrays, tensors and tuples become lists, NumPy's numbers Python's, keys
    strings; of anything else remains how it prints.

    Example:
    >>> to_plain({"rates": np.array([0.5, 1.0]), 3: (np.int64(1), None)})
    {'rates': [0.5, 1.0], '3': [1, None]}
    """
    if hasattr(value, "__array__"):
        return to_plain(np.asarray(value).tolist())
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): to_plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_plain(each) for each in value]
    return str(value)


def dumps(value: Any) -> str:
    """Writes a plain value as JSON that any program can read.

    Example:
    >>> loads(dumps({"loss": [1.0, float("inf")]}))
    {'loss': [1.0, inf]}
    """
    return json.dumps(_mark(value), indent=1, allow_nan=False) + "\n"


def loads(text: str) -> Any:
    """Reads what `dumps` wrote.

    Example:
    >>> loads("[1, 2]")
    [1, 2]
    """
    return json.loads(text, object_hook=_unmark)


def _mark(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _mark(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_mark(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {NOT_FINITE: str(value)}
    return value


def _unmark(value: dict[str, Any]) -> Any:
    return float(value[NOT_FINITE]) if list(value) == [NOT_FINITE] else value
