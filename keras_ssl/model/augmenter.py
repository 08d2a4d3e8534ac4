"""`Augmenter`: a model's weak and strong augmentation."""

from typing import Any

import keras
from keras import ops

from keras_ssl import augmentation
from keras_ssl.augmentation.compiled import compiles
from keras_ssl.utils.random import SeedGenerator
from keras_ssl.utils.registry import check_name
from keras_ssl.utils.typing import Tensor
from keras_ssl.utils.typing import ValueRange


class Augmenter(keras.layers.Layer):
    """Draws weak and strong views, with layers that may be replaced.

    Args:
        weak: What `keras_ssl.augmentation.get` takes, or `None`.
        strong: The strong augmentation, in the same forms.

    Attributes:
        labeled_share: Share of labeled images that get the strong view.

    Example:

    >>> augmenter = Augmenter(None, "cutout")
    >>> images = np.ones((2, 8, 8, 1))
    >>> augmenter.settle(value_range=(0, 1))
    >>> float(ops.min(augmenter.strong(images)))
    0.5
    >>> float(ops.min(augmenter.labeled(images)))
    1.0
    """

    def __init__(self, weak: Any, strong: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._places = {
            "weak": Replaceable(augmentation.get(weak)),
            "strong": Replaceable(augmentation.get(strong)),
        }
        self._draws = SeedGenerator()
        self.labeled_share = 0.0

    def __getitem__(self, name: str) -> Any:
        """The layer of a view, `"weak"` or `"strong"`, or `None`."""
        return self._places[name].layer

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """The layers that there are."""
        layers = [self[name] for name in self._places]
        return [layer for layer in layers if layer is not None]

    def replace(self, **views: Any) -> None:
        """Puts others in the place of `weak` or `strong`.

        Raises:
            ValueError: A name is unknown.
        """
        for name, view in views.items():
            check_name(name, "view", self._places)
            self._places[name].replace(augmentation.get(view))

    def settle(self, value_range: ValueRange) -> None:
        """Tells layers the range of pixels that they were not given."""
        for layer in self.layers:
            if layer.value_range is None:
                layer.value_range = value_range

    def compiles(self, shape: tuple[int, ...]) -> bool:
        """Whether XLA compiles the layers, for images `(h, w, c)`."""
        return all(compiles(layer, shape) for layer in self.layers)

    def weak(self, images: Tensor) -> Tensor:
        """The weak view of `(n, height, width, channels)` images."""
        return self._augment("weak", images)

    def strong(self, images: Tensor) -> Tensor:
        """The strong view of images; the images where there is no layer."""
        return self._augment("strong", images)

    def labeled(self, view: Tensor) -> Tensor:
        """The view of labeled images: of a share, the strong one."""
        if not self.labeled_share:
            return view
        strong = self.strong(view)
        if self.labeled_share == 1:
            return strong
        shape = (ops.shape(view)[0], 1, 1, 1)
        draw = keras.random.uniform(shape, seed=self._draws)
        return ops.where(draw < self.labeled_share, strong, view)

    def _augment(self, name: str, images: Tensor) -> Tensor:
        if self[name] is None:
            return ops.cast(images, "float32")
        return self[name](images, training=True)


class Replaceable(keras.layers.Layer):
    """Holds a layer, or `None`, that may be replaced at any time.

    Keras lets nobody add layers to a model that is built. This one is never
    built itself.

    Args:
        layer: The layer.

    Example:

    >>> place = Replaceable(keras.layers.RandomFlip(seed=0))
    >>> len(place.variables)
    1
    >>> place.replace(None)
    >>> len(place.variables)
    0
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._held = [layer]

    @property
    def layer(self) -> Any:
        """The layer, or `None`."""
        return self._held[0]

    def replace(self, layer: Any) -> None:
        """Puts another layer in its place."""
        self._held.clear()  # forgets the variables too, as `=` would not
        self._held.append(layer)
