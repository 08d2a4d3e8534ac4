"""`Policy`: an augmentation that a few numbers describe."""

import json
import pathlib
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Self

from keras import ops

from keras_ssl.augmentation import affine
from keras_ssl.augmentation import mixup
from keras_ssl.augmentation.augmentation import Augmentation
from keras_ssl.augmentation.checks import check_fill
from keras_ssl.augmentation.checks import check_interpolation
from keras_ssl.augmentation.checks import check_share
from keras_ssl.augmentation.checks import derive_seed
from keras_ssl.augmentation.cutmix import CutMix
from keras_ssl.augmentation.mixup import MixUp
from keras_ssl.augmentation.random_rotation90 import RandomRotation90
from keras_ssl.augmentation.transforms import COLOR_GROUPS
from keras_ssl.augmentation.transforms import SPATIAL_GROUP
from keras_ssl.augmentation.transforms import build_decks
from keras_ssl.augmentation.transforms import check_table
from keras_ssl.utils.folder import reading
from keras_ssl.utils.folder import write_text
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Tensor


@register
class Policy(Augmentation):
    """Samples from nineteen transforms up to a level, and mixes images.

    At a colour level from 1 to 5 every image gets one transform of each of
    three groups: color (raise and lower colour and brightness, jitter hue),
    contrast (autocontrast, solarize, posterize, equalize, raise and lower
    contrast) and sharpness (raise and lower it). At a spatial level it gets one
    of shear, translation (in x or y) and zoom (in or out). All geometry becomes
    one warp. With `mixup`, `cutmix` or `label_smoothing` call it with a
    dictionary of images and labels.

    Args:
        mirror: Whether every other image swaps left and right.
        rotate90: Whether images turn by 0, 90, 180 or 270 degrees; by 0 or 180
            if they are not square.
        rotate: Largest angle in degrees by which an image is turned, from 0 to
            180, to either side.
        color_level: From 0 (none) to 5.
        spatial_level: From 0 (none) to 5.
        mixup: Share of the images, in `[0, 1]`, that are blended with another.
        cutmix: Share of the images that get a rectangle of another.
        label_smoothing: Share of each label that is spread over all classes.
        magnitudes: By transform, five sequences of magnitudes in `[0, 1]`: what
            to draw from at levels 1 to 5, each equally likely. A transform that
            is not in it has the magnitudes 0, 0.1, ... to 0.2 times the level.
        interpolation: "nearest" or "bilinear".
        fill: Colour of what comes into the image, as a fraction of the value
            range: one number, or one per channel.
        **kwargs: `seed` and `value_range`, as in `Augmentation`.

    Example:

    >>> from keras_ssl.augmentation import CIFAR10_SMALL
    >>> images = np.random.rand(4, 32, 32, 3)
    >>> Policy(**CIFAR10_SMALL, value_range=(0, 1))(images).shape
    TensorShape([4, 32, 32, 3])
    """

    xla = True

    def __init__(  # noqa: PLR0913  the search space, one argument each
        self,
        mirror: bool = False,
        rotate90: bool = False,
        rotate: float = 0.0,
        color_level: int = 0,
        spatial_level: int = 0,
        *,
        mixup: float = 0.0,
        cutmix: float = 0.0,
        label_smoothing: float = 0.0,
        magnitudes: Mapping[str, Sequence[Sequence[float]]] | None = None,
        interpolation: str = "bilinear",
        fill: Any = 0.5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.mirror = mirror
        self.rotate90 = rotate90
        self.rotate = _check_angle(rotate)
        self.color_level = color_level
        self.spatial_level = spatial_level
        self.mixup = check_share("mixup", mixup)
        self.cutmix = check_share("cutmix", cutmix)
        self.label_smoothing = check_share("label_smoothing", label_smoothing)
        self.magnitudes = check_table(magnitudes or {})
        self.interpolation = check_interpolation(interpolation)
        self.fill = check_fill(fill)
        self._colors = build_decks(COLOR_GROUPS, color_level, self.magnitudes)
        self._spatial = build_decks(
            [SPATIAL_GROUP], spatial_level, self.magnitudes
        )
        self._moves = bool(mirror or rotate90 or rotate or spatial_level)
        seeds = [derive_seed(self.seed, part) for part in range(3)]
        self._quarters = RandomRotation90(float(rotate90), seed=seeds[0])
        mixers = (
            MixUp(rate=mixup, seed=seeds[1]),
            CutMix(rate=cutmix, seed=seeds[2]),
        )
        self._mixers = [mixer for mixer in mixers if mixer.rate]
        self.needs_labels = bool(self._mixers or label_smoothing)

    def save(self, path: str | pathlib.Path) -> None:
        """Writes its arguments into a JSON file, for `load`.

        Args:
            path: Of the file, which is replaced at once.

        Raises:
            OSError: The disk is full, or may not be written to.
        """
        write_text(pathlib.Path(path), json.dumps(self.get_config(), indent=2))

    @classmethod
    def load(cls, path: str | pathlib.Path) -> Self:
        """Reads what `save` wrote.

        Args:
            path: Of the file.

        Raises:
            ValueError: There is no such file, or it holds no policy.
        """
        with reading(path, "a policy that `Policy.save` wrote") as text:
            return cls.from_config(json.loads(text))

    def sample(self, shape: Sequence[Any]) -> dict[str, Any]:
        """Draws every transform, every turn and every partner."""
        size = (shape[0],)
        return {
            "flip": ops.cast(self.uniform(size) < 0.5 * self.mirror, "float32"),
            "quarters": self._quarters.sample(shape),
            "degrees": self.uniform(size, -self.rotate, self.rotate),
            "colors": [d.deal(shape[0], self.uniform) for d in self._colors],
            "spatial": [d.deal(shape[0], self.uniform) for d in self._spatial],
            "mixing": [mixer.sample(shape) for mixer in self._mixers],
        }

    def transform(self, images: Tensor, parameters: Any) -> Tensor:
        """Changes colours, moves, then mixes."""
        for deck, hand in zip(self._colors, parameters["colors"], strict=True):
            images = deck.color(images, hand, self.low, self.high)
        if self._moves:
            images = affine.warp(
                images,
                self.matrix(parameters, ops.shape(images)),
                interpolation=self.interpolation,
                fill=self.fill_value(self.fill, images.shape[-1]),
            )
        for mixer, drawn in self._mix(parameters):
            images = mixer.transform(images, drawn)
        return images

    def transform_labels(self, labels: Tensor, parameters: Any) -> Tensor:
        """Mixes labels like the images, then smooths them."""
        for mixer, drawn in self._mix(parameters):
            labels = mixer.transform_labels(labels, drawn)
        if not self.needs_labels:
            return labels
        labels = mixup.as_probabilities("Policy", labels)
        uniform = 1 / labels.shape[-1]
        return labels + self.label_smoothing * (uniform - labels)

    def transform_masks(self, masks: Tensor, parameters: Any) -> Tensor:
        """Moves masks, then mixes them like the images."""
        masks = super().transform_masks(masks, parameters)
        for mixer, drawn in self._mix(parameters):
            masks = mixer.transform_masks(masks, drawn)
        return masks

    def transform_boxes(
        self, boxes: Tensor, parameters: Any, height: int, width: int
    ) -> Tensor:
        """Moves boxes; mixing refuses them."""
        boxes = super().transform_boxes(boxes, parameters, height, width)
        for mixer, drawn in self._mix(parameters):
            boxes = mixer.transform_boxes(boxes, drawn, height, width)
        return boxes

    def matrix(self, parameters: Any, shape: Sequence[Any]) -> Tensor:
        """The spatial transform, the rotations and the mirror as one map."""
        batch, height, width, _ = shape
        matrix = affine.identity(batch)
        for deck, hand in zip(
            self._spatial, parameters["spatial"], strict=True
        ):
            matrix = deck.geometry(matrix, hand, height, width)
        turn = affine.rotation(parameters["degrees"])
        for step in (
            affine.about_middle(turn, height, width),
            self._quarters.matrix(parameters["quarters"], shape),
            affine.mirror(parameters["flip"], width),
        ):
            matrix = affine.chain(matrix, step)
        return matrix

    def _mix(self, parameters: Any) -> Any:
        return zip(self._mixers, parameters["mixing"], strict=True)


def _check_angle(rotate: float) -> float:
    if 0 <= rotate <= 180:
        return rotate
    raise ValueError(
        f"Received: rotate={rotate!r}. Expected the largest angle in degrees, "
        "from 0 to 180; images turn by up to it to either side."
    )
