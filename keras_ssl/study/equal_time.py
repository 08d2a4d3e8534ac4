"""`EqualTime`: a row that trains as long as another one took."""

import dataclasses
import json
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_ssl.recipes.recipe import Recipe
from keras_ssl.utils.checks import check_name


@dataclasses.dataclass(frozen=True)
class EqualTime:
    """A row with more steps: as many as fit into the seconds of another row.

    A step with unlabeled images takes several times as long as one without.
    Equal steps ask what a step is worth; this asks what an hour is worth. The
    schedule spans all of its steps, however many; other constants that count
    steps stay as they are.

    Args:
        recipe: The name of a row that is a recipe.
        to: The name of the row to be as long as.

    Example:

    >>> recipe = keras_ssl.recipes.fixmatch(steps=1000)
    >>> rows = {
    ...     "control": recipe.control(),
    ...     "FixMatch": recipe,
    ...     "control, equal time": EqualTime("control", to="FixMatch"),
    ... }
    """

    recipe: str
    to: str

    def check(self, rows: Mapping[str, Any]) -> None:
        """Refuses names that a study does not have.

        Args:
            rows: The rows of the study.

        Raises:
            ValueError: A name is no row, or not of the right kind.
        """
        others = {
            name: row
            for name, row in rows.items()
            if not isinstance(row, EqualTime)
        }
        recipes = {n: row for n, row in others.items() if type(row) is Recipe}
        check_name(self.recipe, "recipe", recipes)
        check_name(self.to, "to", others)

    def resolve(
        self,
        rows: Mapping[str, Any],
        runs: Iterable[Mapping[str, Any]],
        seed: int,
    ) -> Recipe:
        """The recipe with as many steps as fit, by the runs of the same seed.

        Args:
            rows: The rows of the study.
            runs: The finished ones.
            seed: The seed of the run to come.

        Example:

        >>> rows = {"control": keras_ssl.recipes.fixmatch(100).control()}
        >>> runs = [
        ...     {
        ...         "row": "control",
        ...         "seed": 0,
        ...         "seconds": 14.0,
        ...         "curve": {"seconds": [5.0, 14.0]},
        ...     },
        ...     {"row": "FixMatch", "seed": 0, "seconds": 50.0},
        ... ]
        >>> EqualTime("control", to="FixMatch").resolve(rows, runs, 0).steps
        300
        """
        found = {run["row"]: run for run in runs if run["seed"] == seed}
        ours, theirs = found[self.recipe], found[self.to]["seconds"]
        recipe: Recipe = rows[self.recipe]
        ends = ours["curve"]["seconds"]
        parts = len(ends)
        # The first part also compiled the step, any may have been held up.
        each = np.median(np.diff(ends)) if parts > 1 else ends[-1]
        rate = recipe.steps / parts / each
        steps = recipe.steps + round((theirs - ours["seconds"]) * rate)
        return dataclasses.replace(
            recipe, steps=max(parts, steps - steps % parts)
        )

    def __str__(self) -> str:
        return json.dumps(dataclasses.asdict(self))
