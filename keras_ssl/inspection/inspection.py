"""`Inspection`: what is known about a model and its data."""

import dataclasses
from typing import Any

from keras_ssl.inspection.facts import Facts
from keras_ssl.inspection.facts import Overlap
from keras_ssl.inspection.table import format_inspection
from keras_ssl.utils.checks import check_name


@dataclasses.dataclass(frozen=True)
class Inspection(Facts):
    """Facts about a model and its data; `print` shows them as a table.

    Args:
        task: "classification", "binary" or "multi-label".
        loss: Name of the compiled loss, None without one.
        value_range: `(low, high)` of the pixels.
        class_names: By class; empty if nobody knows them.
        model: The facts of the model.
        splits: What is known of each part of the data: "labeled", and
            "unlabeled", "validation" and "test" where they were given.
        overlaps: The images that are there twice, for each part of the data
            and each two of them.
        near_duplicates: Whether near duplicates were looked for.
        warnings: Sentences about what looks like a mistake, the worst first.

    Example:
    >>> model = keras.Sequential([keras.Input((8, 8, 1))])
    >>> model.add(keras.layers.Flatten())
    >>> model.add(keras.layers.Dense(10))
    >>> (x, y), _ = keras_ssl.data.load_digits()
    >>> found = keras_ssl.inspect(
    ...     model, (x, y), near_duplicates=False, verbose=0
    ... )
    >>> found.task, found.value_range, found.model.outputs
    ('classification', (0, 1), 'logits')
    >>> found.splits["labeled"].class_counts[3]
    153
    """

    def overlap(self, first: str, second: str) -> Overlap:
        """Returns the images that two parts of the data share.

        Args:
            first: "labeled", "unlabeled", "validation" or "test".
            second: The same part, for those that it holds twice, or one that
                comes after it in this order.

        Raises:
            ValueError: The parts were not inspected, or are in another order.
        """
        table = {f"{x.first}, {x.second}": x for x in self.overlaps}
        return table[check_name(f"{first}, {second}", "overlap", table)]

    def to_dict(self) -> dict[str, Any]:
        """Returns all of it as dictionaries and lists, for `json.dump`."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        return format_inspection(self)
