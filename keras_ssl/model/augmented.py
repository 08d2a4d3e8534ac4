"""`AugmentedModel`: a phased model with a weak and a strong augmentation."""

from typing import Any

import keras

from keras_ssl import methods
from keras_ssl.model.augmenter import Augmenter
from keras_ssl.model.phases import PhasedModel
from keras_ssl.model.strong_labeled import check_strong_labeled_share
from keras_ssl.model.strong_labeled import decide
from keras_ssl.model.xla import can_compile
from keras_ssl.utils.deprecation import renamed_attribute

OLD_NAMES = {
    "labeled_strong": "strong_labeled_share",
    "strength": "strong_labeled_share_used",
}


class AugmentedModel(PhasedModel):
    """Augments images, labeled ones strongly in a share of them.

    Args:
        network: A `keras.Model`.
        method: Name, class or instance of a `keras_ssl.methods.Method`.
        weak: Weak augmentation, or `None`.
        strong: Strong augmentation, or `None`.
        strong_labeled_share: A share in `[0, 1]`, or `"auto"`: then `fit`
            decides. `None` is what the method says.
        **kwargs: Those of `PhasedModel`.
    """

    def __init__(
        self,
        network: keras.Model,
        method: Any,
        *,
        weak: Any,
        strong: Any,
        strong_labeled_share: float | str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(network, **kwargs)
        self.method = methods.get(method)
        if strong_labeled_share is None:
            strong_labeled_share = self.method.strong_labeled_share
        self.strong_labeled_share = check_strong_labeled_share(
            strong_labeled_share
        )
        self._augmenter = Augmenter(weak, strong)
        if self.strong_labeled_share != "auto":
            self._augmenter.labeled_share = float(self.strong_labeled_share)

    def __getattr__(self, name: str) -> Any:
        """Finds what has a new name; PyTorch's modules find the rest here."""
        if name in OLD_NAMES:
            return renamed_attribute(self, name, OLD_NAMES[name])
        found = getattr(super(), "__getattr__", None)
        if found is None:
            kind = type(self).__name__
            raise AttributeError(f"{kind!r} object has no attribute {name!r}")
        return found(name)

    @property
    def weak(self) -> Any:
        """The weak augmentation, or `None`."""
        return self._augmenter["weak"]

    @property
    def strong(self) -> Any:
        """The strong augmentation, or `None`."""
        return self._augmenter["strong"]

    def set_augmentation(self, **views: Any) -> None:
        """Replaces augmentations, between two calls of `fit`.

        Whether XLA compiles the step is decided anew.

        Args:
            **views: `weak` or `strong`, as in `__init__`.

        Raises:
            ValueError: A name is unknown.
        """
        self._augmenter.replace(**views)
        if self.compiled:
            self.decide_xla()
            self.train_function = None

    @property
    def strong_labeled_share_used(self) -> float:
        """The share that is used: what `"auto"` came to in the last `fit`."""
        return self._augmenter.labeled_share

    def settle_strong_labeled(
        self, times: float | None, *, verbose: int = 0
    ) -> None:
        """Decides what `strong_labeled_share="auto"` is, as `fit` does.

        Args:
            times: How often each labeled image will be seen; `None` if nobody
                knows.
            verbose: 1 says so if they are strongly augmented.
        """
        share = 0.0
        if self.strong is not None:
            share = decide(self.strong_labeled_share, times, verbose=verbose)
        if share != self._augmenter.labeled_share:
            # The compiled step has the share as a constant.
            self._augmenter.labeled_share = share
            self.train_function = None

    def compiles(self) -> bool:
        """Whether XLA can compile both augmentations."""
        return can_compile(self.network, self._augmenter)
