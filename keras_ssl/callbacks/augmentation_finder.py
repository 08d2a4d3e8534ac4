"""`AugmentationFinder`: searches before `fit`, and sets a view."""

from typing import Any

from keras_ssl.callbacks.finder import Finder
from keras_ssl.callbacks.own_model import OwnModel
from keras_ssl.finders.augmentation import SEARCH
from keras_ssl.finders.augmentation import find_augmentation
from keras_ssl.utils.checks import are_arrays
from keras_ssl.utils.checks import check_name

VIEWS = ("strong", "weak")
NEED_LABELS = ("mixup", "cutmix")  # and views have none
UNMIXED = tuple(name for name in SEARCH if name not in NEED_LABELS)


class AugmentationFinder(Finder, OwnModel):
    """Finds an augmentation on labeled images, and lets `fit` go on with it.

    The search takes place before `fit` of a `SemiSupervisedModel` makes its
    batches, on the labeled arrays and the validation arrays that `fit` was
    given; see `keras_ssl.finders.find_augmentation`. Then the `Policy` that was
    found becomes a view of the model; where nothing gained, the view stays as
    it was. List it before other finders, so that these measure the step as it
    will be.

    Args:
        view: `"strong"` or `"weak"`: which view of the model to set.
        search: What to try: those of `find_augmentation`, without `"mixup"` and
            `"cutmix"`, which a view cannot be.
        verbose: 1 prints a line a trial, 0 nothing.
        **options: Other arguments of `find_augmentation`.

    Attributes:
        result: The `AugmentationResult` of the last search, or `None`.

    Raises:
        ValueError: An argument is not one of those above; in `fit`, there are
            no arrays to search on.

    Example:

    >>> finder = keras_ssl.callbacks.AugmentationFinder(steps=100, repeats=1)
    >>> finder.view
    'strong'
    """

    def __init__(
        self,
        view: str = "strong",
        *,
        search: tuple[str, ...] = UNMIXED,
        verbose: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(verbose)
        self.view = check_name(view, "view", VIEWS)
        for name in search:
            check_name(name, "search", UNMIXED)
        self.options = {"search": search, **options}

    def before_fit(
        self,
        model: Any,
        arguments: dict[str, Any],
        unlabeled_data: Any = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Searches, and sets the view.

        Args:
            model: The compiled model.
            arguments: The arguments of `keras.Model.fit`, by name.
            unlabeled_data: Not used.
            **options: Not used.

        Returns:
            The same arguments.
        """
        labeled = arguments.get("x"), arguments.get("y")
        validation: Any = arguments.get("validation_data")
        few = not isinstance(validation, tuple | list) or len(validation) < 2
        if few or not are_arrays([*labeled, *validation]):
            raise ValueError(
                "Received: training or validation data that are no arrays. "
                "Expected images and labels to search on. Pass arrays as `x`, "
                "`y` and `validation_data`, or call "
                "`keras_ssl.finders.find_augmentation` before `fit`."
            )
        self.result = find_augmentation(
            model,
            labeled,
            validation=validation[:2],
            verbose=self.verbose,
            **self.options,
        )
        if self.result.kept:
            model.set_augmentation(**{self.view: self.result.policy()})
        self.say(self.result.reason)
        return arguments
