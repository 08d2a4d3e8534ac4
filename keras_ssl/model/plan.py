"""`Plan`: what one training step computes, settled when the model is made."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from keras_ssl.methods import Method
from keras_ssl.methods.method import parameters
from keras_ssl.model.views import ALONE
from keras_ssl.model.views import FEATURES
from keras_ssl.model.views import TEACHER
from keras_ssl.model.views import VIEWS
from keras_ssl.model.views import image_name
from keras_ssl.utils.registry import check_name

FORWARDS = ("split", "joint")
BATCH_NORMS = ("all", "labeled", "none")

DATA = ("labels", "sample_weight", "index", "labeled_index")


class Plan:
    """Reads off a method's functions what the model has to compute, and how.

    Args:
        method: The method.
        forward: The forward policy, `"split"` or `"joint"`.
        batch_norm: Whose images update BatchNorm's moving statistics: `"all"`,
            `"labeled"` or `"none"`.
        averages: Whether the model keeps averaged weights.
        strong_labeled: Whether labeled images may be strongly augmented.

    Attributes:
        forward: The forward policy.
        views: Views whose outputs are needed, `"labeled"` first.
        images: Views whose images are drawn.
        data: What has to come with the images.
        index: Which of them are indices of images.
        features: Whether features are needed beside logits.
        passes: The forward passes, in order.
        statistics_passes: How many of them update BatchNorm's statistics.

    Raises:
        ValueError: The method names what nobody gives, or what the other
            arguments rule out.

    Example:

    >>> plan = Plan(keras_ssl.methods.FixMatch())
    >>> plan.views, plan.data
    (('labeled', 'weak', 'strong'), ())
    """

    def __init__(
        self,
        method: Method,
        *,
        forward: str = "split",
        batch_norm: str = "all",
        averages: bool = True,
        strong_labeled: bool = False,
    ) -> None:
        check_name(forward, "forward policy", dict.fromkeys(FORWARDS))
        check_name(batch_norm, "BatchNorm policy", dict.fromkeys(BATCH_NORMS))
        self.forward = forward
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
        self.index = [name for name in self.data if name.endswith("index")]
        _check_names(method, named)
        if TEACHER in self.views and not averages:
            raise ValueError(
                "Received: ema=None with a method that has a teacher. Expected "
                "averaged weights, which are the teacher. Pass `ema=0.999`."
            )
        if "logits" in self._functions["mix"] and forward == "joint":
            raise ValueError(
                'Received: forward="joint" with a method that mixes by what it '
                'guessed before. Expected `forward="split"`. Leave `forward` '
                "out."
            )
        if strong_labeled:
            looks = {"labeled"} if method.labeled_loss is None else set()
            own = [name for name in named if name not in looks]
            _check_labeled(method, [*own, *method.uses])
        self.passes = plan_passes(
            self.views, method.targets, forward=forward, batch_norm=batch_norm
        )
        self.statistics_passes = sum(p.statistics for p in self.passes)

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
                "Received: a strong_labeled_share above 0 with "
                f"{type(method).__name__}, which takes {name!r}. Expected a "
                "method that leaves the views of labeled images to the model. "
                "Pass `strong_labeled_share=0`."
            )


class Pass(NamedTuple):
    """One forward pass in training mode.

    Attributes:
        views: The views that go through together, as one batch.
        gradient: Whether the loss flows back through it.
        statistics: Whether it updates BatchNorm's moving statistics.
        averaged: Whether it uses the averaged weights.
    """

    views: tuple[str, ...]
    gradient: bool
    statistics: bool
    averaged: bool = False


def plan_passes(
    views: Sequence[str],
    targets: Sequence[str],
    *,
    forward: str,
    batch_norm: str,
) -> list[Pass]:
    """The forward passes of one semi-supervised step.

    Args:
        views: The views whose outputs are needed, `"labeled"` among them.
            `"teacher"` has a pass with the averaged weights; those that end in
            `"_alone"` have one together that leaves the statistics.
        targets: Those that need no gradient.
        forward: `"joint"`: one pass over everything else. `"split"`: the
            targets have a pass of their own, without gradient.
        batch_norm: Whose images update BatchNorm's moving statistics: `"all"`,
            `"labeled"` (these then have a pass of their own) or `"none"`.

    Returns:
        The passes, those of targets first; each view is in exactly one.

    Example:

    >>> for each in plan_passes(
    ...     ["labeled", "weak", "strong"],
    ...     ["weak"],
    ...     forward="split",
    ...     batch_norm="all",
    ... ):
    ...     print(each.views, each.gradient, each.statistics)
    ('weak',) False True
    ('labeled', 'strong') True True
    """
    everything = batch_norm == "all"

    def kind(view: str) -> tuple[bool, bool, bool]:
        if view == TEACHER:
            return False, False, True
        if view.endswith(ALONE):
            return True, False, False
        if view in targets and forward == "split":
            return False, everything, False
        labeled = batch_norm == "labeled" and view.startswith("labeled")
        return True, everything or labeled, False

    # Passes of targets come first, as mixing needs what they say.
    kinds = sorted(set(map(kind, views)), key=lambda k: (k[0], not k[1]))
    return [
        Pass(tuple(v for v in views if kind(v) == each), *each)
        for each in kinds
    ]
