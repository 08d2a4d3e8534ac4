"""What a method takes, sorted by where it comes from."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any
from typing import NamedTuple

from keras_ssl.methods import Method
from keras_ssl.methods.method import parameters
from keras_ssl.utils.registry import check_name
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


DATA = ("labels", "sample_weight", "index", "labeled_index")


class Needs:
    """Reads off a method's functions what the model has to compute.

    Args:
        method: The method.
        forward: The forward policy.
        averages: Whether the model keeps averaged weights.
        labeled_strong: Whether labeled images may be strongly augmented.

    Attributes:
        views: Views whose outputs are needed, `"labeled"` first.
        images: Views whose images are drawn.
        data: What has to come with the images.
        features: Whether features are needed beside logits.

    Raises:
        ValueError: The method names what nobody gives, or what the other
            arguments rule out.

    Example:

    >>> needs = Needs(keras_ssl.methods.FixMatch())
    >>> needs.views, needs.data
    (('labeled', 'weak', 'strong'), ())
    """

    def __init__(
        self,
        method: Method,
        *,
        forward: str = "split",
        averages: bool = True,
        labeled_strong: bool = False,
    ) -> None:
        self._functions = {
            "call": method.inputs,
            "labeled_loss": parameters(method.labeled_loss),
            "mix": parameters(method.mix),
        }
        named = [
            name
            for function in ("call", "labeled_loss")
            for name in self._functions[function]
        ]
        self.features = any(name.endswith(FEATURES) for name in named)
        self.views = _unique(
            name.removesuffix(FEATURES)
            for name in ["labeled", *named, *method.targets]
            if image_name(name) in {*VIEWS, *method.mixed}
        )
        self.images = _unique(map(image_name, [*self.views, *method.uses]))
        everything = {*named, *self._functions["mix"]}
        self.data = tuple(name for name in DATA if name in everything)
        _check_names(method, named)
        _check_choices(self, forward, averages)
        if labeled_strong:
            looks = {"labeled"} if method.labeled_loss is None else set()
            own = [name for name in named if name not in looks]
            _check_labeled(method, [*own, *method.uses])

    def of(self, function: str, named: Mapping[str, Any]) -> dict[str, Any]:
        """The tensors that one of the method's functions takes.

        Args:
            function: `"call"`, `"labeled_loss"` or `"mix"`.
            named: All there are, by name.

        Raises:
            ValueError: One is missing.
        """
        names = self._functions[function]
        for name in names:
            if name not in named:
                raise ValueError(
                    f"Received: {sorted(named)}. Expected {name!r} too, as the "
                    f"method's `{function}` takes it. {_remedy(name)}"
                )
        return {name: named[name] for name in names}


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _remedy(name: str) -> str:
    if name.endswith("index"):
        return (
            "Pass arrays to `fit`, or elements with it: "
            f'`({{"labeled": x, "unlabeled": u, {name!r}: i}}, y)`.'
        )
    return "Give it with the batch, or return it from the method's `mix`."


def _check_names(method: Method, named: Iterable[str]) -> None:
    known = {*VIEWS, *DATA, *method.mixed, "loss"}
    if method.mix is None:
        for name in named:
            check_name(
                image_name(name),
                f"input of {type(method).__name__}",
                dict.fromkeys(known),
            )


def _check_labeled(method: Method, named: Iterable[str]) -> None:
    for name in named:
        view = image_name(name)
        if view in VIEWS and VIEWS[view].source == "labeled":
            raise ValueError(
                "Received: a labeled_strong above 0 with "
                f"{type(method).__name__}, which takes {name!r}. Expected a "
                "method that leaves the views of labeled images to the model. "
                "Pass `labeled_strong=0`."
            )


def _check_choices(needs: Needs, forward: str, averages: bool) -> None:
    if TEACHER in needs.views and not averages:
        raise ValueError(
            "Received: ema=None with a method that has a teacher. Expected "
            "averaged weights, which are the teacher. Pass `ema=0.999`."
        )
    if "logits" in needs._functions["mix"] and forward == "joint":
        raise ValueError(
            'Received: forward="joint" with a method that mixes by what it '
            'guessed before. Expected `forward="split"`. Leave `forward` out.'
        )
