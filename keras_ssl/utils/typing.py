"""The few words that annotations need and Keras does not export."""

from typing import Any
from typing import TypeAlias

Tensor: TypeAlias = Any  # a tensor of whichever backend Keras runs on
Array: TypeAlias = Any  # a NumPy array, or what `numpy.asarray` accepts
Batch: TypeAlias = tuple[Any, ...]  # arrays with one row an image
Config: TypeAlias = dict[str, Any]
ValueRange: TypeAlias = tuple[float, float]
