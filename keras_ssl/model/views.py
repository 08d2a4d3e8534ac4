"""Views of the images: how each is made, by the name that methods use."""

from collections.abc import Callable
from collections.abc import Iterable
from typing import NamedTuple

from keras_ssl.utils.typing import Tensor

FEATURES = "_features"
ALONE = "_alone"
TEACHER = "teacher"


class View(NamedTuple):
    """How a view is made.

    Attributes:
        source: `"labeled"` or `"unlabeled"`: whose images they are.
        strong: Whether the strong augmentation follows the weak one.
    """

    source: str
    strong: bool = False


VIEWS = {
    "labeled": View("labeled"),
    "labeled_strong": View("labeled", strong=True),
    "weak": View("unlabeled"),
    "weak_2": View("unlabeled"),
    "teacher": View("unlabeled"),
    "strong": View("unlabeled", strong=True),
    "strong_2": View("unlabeled", strong=True),
}


def image_name(name: str) -> str:
    """The view whose images a name speaks of.

    Example:

    >>> image_name("strong_features"), image_name("labeled_alone")
    ('strong', 'labeled')
    """
    return name.removesuffix(FEATURES).removesuffix(ALONE)


def make_views(
    names: Iterable[str],
    images: dict[str, Tensor],
    weak: Callable[[Tensor], Tensor],
    strong: Callable[[Tensor], Tensor],
) -> dict[str, Tensor]:
    """Draws each view that is asked for, with random numbers of its own.

    Args:
        names: Names of views; those that are not in `VIEWS` are left out.
        images: `"labeled"` and `"unlabeled"` images `(n, height, width,
            channels)`.
        weak: The weak augmentation.
        strong: The strong augmentation, which follows the weak one.

    Returns:
        Images by the view's name.

    Example:

    >>> images = {"labeled": 1, "unlabeled": 2}
    >>> views = make_views(
    ...     ["labeled", "strong_features"], images, abs, lambda x: 10 * x
    ... )
    >>> views
    {'labeled': 1, 'strong': 20}
    """
    views = {}
    for name in dict.fromkeys(map(image_name, names)):
        if name in VIEWS:
            view = weak(images[VIEWS[name].source])
            views[name] = strong(view) if VIEWS[name].strong else view
    return views
