"""The data of a search for the batch size: arrays, and an element of them."""

from typing import Any

import keras
import numpy as np

from keras_ssl import data as datasets
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.snapshot import build_optimizer

ROWS = 32  # labeled images that the batches are made of


class BatchData:
    """Labeled and unlabeled arrays.

    Args:
        labeled: `(x, y)` or `(x, y, sample_weight)`.
        unlabeled: `u` or `(u, y_u)`; `None` without.
        unlabeled_ratio: Unlabeled images for each labeled one in a step.
        include_labeled: Whether the labeled images also serve as unlabeled.

    Attributes:
        labeled_size: Labeled images.
        unlabeled_size: Images that serve as unlabeled ones; `None` without.

    Raises:
        TypeError: They are no arrays.
        ValueError: There are no images.
    """

    def __init__(
        self,
        labeled: Any,
        unlabeled: Any,
        unlabeled_ratio: int,
        include_labeled: bool,
    ) -> None:
        self._labeled = _arrays(labeled, "labeled")
        self._unlabeled = (
            None if unlabeled is None else _arrays(unlabeled, "unlabeled")
        )
        self._ratio = unlabeled_ratio
        self.labeled_size = len(self._labeled[0])
        self.unlabeled_size: int | None = None
        if self._unlabeled is not None:
            included = self.labeled_size if include_labeled else 0
            self.unlabeled_size = len(self._unlabeled[0]) + included

    def prepare(self, model: keras.Model) -> Any:
        """Creates all variables of a model, as `fit` would.

        Args:
            model: A compiled model.

        Returns:
            A training element, as arrays.
        """
        if self._unlabeled is not None and not hasattr(model, "plan"):
            raise TypeError(
                f"Received: unlabeled images, and a {type(model).__name__}. "
                "Expected a SemiSupervisedModel to train on them. Wrap the "
                "model, or leave the unlabeled images out."
            )
        index = model.plan.index if self._unlabeled is not None else []
        element = self._element(index)
        sizes = {
            "index": ("unlabeled", self.unlabeled_size),
            "labeled_index": ("labeled", self.labeled_size),
        }
        if index:
            model.method.set_sizes(dict(sizes[name] for name in index))
        if hasattr(model, "prepare"):
            model.prepare(element)
        elif not model.built:
            model(element[0])
        build_optimizer(model)
        return element

    def _element(self, index: list[str]) -> Any:
        rows = min(ROWS, self.labeled_size)
        labeled = tuple(np.asarray(part[:rows]) for part in self._labeled)
        if self._unlabeled is None:
            return labeled
        unlabeled = tuple(
            part[: self._ratio * rows] for part in self._unlabeled
        )
        paired = datasets.pair(
            labeled,
            unlabeled,
            batch_size=rows,
            unlabeled_ratio=self._ratio,
            include_labeled=False,
            shuffle=False,
            seed=0,
            index=index,
            verbose=0,
        )
        return datasets.peek(paired)


def _arrays(data: Any, role: str) -> tuple[Any, ...]:
    parts = data if isinstance(data, tuple | list) else (data,)
    parts = tuple(part for part in parts if part is not None)
    if not are_arrays(parts):
        raise TypeError(
            f"Received: {role} data in a {type(data).__name__}. Expected "
            "arrays, of which batches of any size can be made. Call "
            "`keras_ssl.finders.find_batch_size` with some hundred images as "
            "arrays and `min_steps=1`, and batch your dataset as it says."
        )
    if not parts or not len(parts[0]):
        raise ValueError(
            f"Received: no {role} images. Expected one at least. Check what "
            "selects them."
        )
    return parts
