"""The data of a search for the batch size, and an element of them."""

import math
from typing import Any

import keras
import numpy as np

from keras_ssl import data as datasets
from keras_ssl.data.halves import check_index
from keras_ssl.data.halves import read_half
from keras_ssl.finders.batches import check_takes_unlabeled
from keras_ssl.finders.gather import count_images
from keras_ssl.finders.gather import gather
from keras_ssl.utils.snapshot import build_optimizer

ROWS = 32  # labeled images that the batches are made of


class BatchData:
    """Labeled and unlabeled images.

    Args:
        labeled: `(x, y)` or `(x, y, sample_weight)`, or a dataset of them.
        unlabeled: `u` or `(u, y_u)`, or a dataset of them; `None` without.
        unlabeled_ratio: Unlabeled images for each labeled one in a step.
        include_labeled: Whether the labeled images also serve as unlabeled.

    Attributes:
        labeled_size: Labeled images.
        unlabeled_size: Images that serve as unlabeled ones; `None` without.
        image_size: The numbers of an image: height times width times channels.

    Raises:
        TypeError: They can be read only once, or not at all.
        ValueError: There are no images.
    """

    def __init__(
        self,
        labeled: Any,
        unlabeled: Any,
        unlabeled_ratio: int,
        include_labeled: bool,
    ) -> None:
        self._given = {"labeled": labeled, "unlabeled": unlabeled}
        self._labeled = gather(labeled, "labeled", ROWS)
        self._unlabeled: tuple[Any, ...] | None = None
        self._ratio = unlabeled_ratio
        self.labeled_size = count_images(labeled, self._labeled)
        self.unlabeled_size: int | None = None
        self.image_size = math.prod(np.shape(self._labeled[0])[1:])
        if unlabeled is not None:
            most = unlabeled_ratio * ROWS
            self._unlabeled = gather(unlabeled, "unlabeled", most)
            included = self.labeled_size if include_labeled else 0
            size = count_images(unlabeled, self._unlabeled)
            self.unlabeled_size = size + included

    def prepare(self, model: keras.Model) -> Any:
        """Creates all variables of a model, as `fit` would.

        Args:
            model: A compiled model.

        Returns:
            A training element, as arrays.
        """
        if self._unlabeled is not None:
            check_takes_unlabeled(model)
        index = model.plan.index if self._unlabeled is not None else []
        element = self._element(index)
        sizes = {
            "index": ("unlabeled", self.unlabeled_size),
            "labeled_index": ("labeled", self.labeled_size),
        }
        for name in index:  # of datasets nobody knows which image is which
            role = sizes[name][0]
            check_index(read_half(self._given[role], role, None))
        if index:
            model.method.set_sizes(dict(sizes[name] for name in index))
        if hasattr(model, "prepare"):
            model.prepare(element)
        elif not model.built:
            model(element[0])
        build_optimizer(model)
        return element

    def _element(self, index: list[str]) -> Any:
        rows = min(ROWS, len(self._labeled[0]))
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
