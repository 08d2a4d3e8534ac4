"""`Forward`: from a training element's images to all that the loss needs."""

import contextlib
import functools
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_ssl.functional import one_hot
from keras_ssl.functional import to_logits
from keras_ssl.methods import Method
from keras_ssl.model.augmenter import Augmenter
from keras_ssl.model.batch_norm import Values
from keras_ssl.model.batch_norm import keep_statistics
from keras_ssl.model.features import FeatureReader
from keras_ssl.model.plan import Pass
from keras_ssl.model.plan import Plan
from keras_ssl.model.views import image_name
from keras_ssl.model.views import make_views
from keras_ssl.utils.gradients import without_gradient
from keras_ssl.utils.typing import Tensor

Outputs = dict[str, Tensor]


class Forward:
    """Augments images, and calls the network on each view.

    Args:
        network: The network.
        method: What the views are for; it may mix them.
        plan: Which views there are, and which of them go together.
        augmenter: The weak and the strong augmentation.
        averaged: Gives the network's variables with the values of a teacher.

    Attributes:
        num_classes: Width of the outputs; 0 before it is known.
        probabilities: Whether the outputs are probabilities; `None` before it
            is known.
        reader: Calls the network for its features too, where they are needed.
    """

    def __init__(
        self,
        network: keras.Model,
        method: Method,
        plan: Plan,
        augmenter: Augmenter,
        averaged: Callable[[], Values],
    ) -> None:
        self.num_classes = 0
        self.probabilities: bool | None = None
        self.reader: FeatureReader | None = None
        self._network = network
        self._method = method
        self._plan = plan
        self._augment = augmenter
        self._averaged = averaged

    def __call__(self, inputs: dict[str, Tensor]) -> Outputs:
        """The outputs for each view, and what came with the images, by name.

        Args:
            inputs: Those of an element, with the `"labels"` of the labeled
                images.
        """
        given = self._given(inputs)
        weak, strong = self._augment.weak, self._augment.strong
        views = make_views(self._plan.images, inputs, weak, strong)
        views["labeled"] = self._augment.labeled(views["labeled"])
        # Targets first: a method that mixes makes its images from them.
        targets = [each for each in self._plan.passes if not each.gradient]
        others = [each for each in self._plan.passes if each.gradient]
        outputs = self._run(targets, views)
        if self._method.mix is not None:
            logits = {name: self.logits(x) for name, x in outputs.items()}
            named = {"images": views, "logits": logits, **given}
            changed, tensors = self._method.mix(**self._plan.of("mix", named))
            views, given = {**views, **changed}, {**given, **tensors}
        return {**given, **outputs, **self._run(others, views)}

    def expect(self, num_classes: int, features: str | None) -> None:
        """Takes over how wide the outputs are.

        Args:
            num_classes: Their width.
            features: Name of the layer whose output the features are, where
                the method needs them; `None` for what the last Dense layer
                takes.
        """
        self.num_classes = num_classes
        if self._plan.features and self.reader is None:
            self.reader = FeatureReader(self._network, features)

    def build_method(self) -> None:
        """Creates the method's variables, unless they are there."""
        # A method that was loaded is built, and what it logs is not.
        self._method.pseudo_label_entropy.build(self.num_classes)
        if not self._method.built:
            size = self.reader.size if self.reader else None
            self._method.build_for(self.num_classes, size)

    def named(self, outputs: Outputs, sample_weight: Any) -> Outputs:
        """What the method may take: logits for outputs, and all the rest.

        Args:
            outputs: What a call returned.
            sample_weight: Of the labeled images; `None` is a weight of 1.
        """
        named = {
            name: self.logits(value) if name in self._plan.views else value
            for name, value in outputs.items()
        }
        if sample_weight is None:
            named["sample_weight"] = ops.ones_like(named["labeled"][:, 0])
        else:
            flat = ops.reshape(sample_weight, (-1,))
            named["sample_weight"] = ops.cast(flat, "float32")
        return named

    def outputs(self, logits: Tensor) -> Tensor:
        """What the network would put out for logits."""
        return ops.softmax(logits) if self.probabilities else logits

    def logits(self, outputs: Tensor) -> Tensor:
        """The logits `(n, num_classes)` of the network's outputs, float32."""
        return to_logits(outputs, probabilities=bool(self.probabilities))

    def _given(self, inputs: dict[str, Tensor]) -> Outputs:
        """What comes with the images: `labels` and indices."""
        given = {n: inputs[n] for n in self._plan.data if n in inputs}
        if "labels" in given:
            given["labels"] = one_hot(given["labels"], self.num_classes)
        return given

    def _run(self, passes: Sequence[Pass], views: Outputs) -> Outputs:
        averaged = any(each.averaged for each in passes)
        return run_passes(
            self._network,
            passes,
            views,
            forward=self.reader,
            averaged=self._averaged() if averaged else None,
        )


def run_passes(
    network: keras.Model,
    passes: Sequence[Pass],
    views: dict[str, Tensor],
    *,
    forward: Callable[[Tensor], Outputs] | None = None,
    averaged: Any = None,
) -> dict[str, Tensor]:
    """The network's outputs for each view.

    Args:
        network: A built model.
        passes: What `plan_passes` gave.
        views: Images `(n, height, width, channels)` by the view's name.
        forward: From images to outputs by what they add to the view's name;
            `None` for `{"": network(images, training=True)}`.
        averaged: `(variable, value)` for each of the network's variables: the
            averaged weights.

    Returns:
        Outputs `(n, num_classes)` by the view's name.
    """
    forward = forward or (lambda x: {"": network(x, training=True)})
    outputs: dict[str, Tensor] = {}
    for group in passes:
        names = [n if n in views else image_name(n) for n in group.views]
        parts = [ops.cast(views[name], "float32") for name in names]
        # One batch: BatchNorm normalises by all images of a pass together.
        images = ops.concatenate(parts)
        run = forward
        if not group.statistics:
            weights = averaged if group.averaged else None
            run = functools.partial(
                keep_statistics, network, forward=forward, weights=weights
            )
        with contextlib.nullcontext() if group.gradient else without_gradient():
            together = run(images)
        start = 0
        for name, part in zip(group.views, parts, strict=True):
            end = start + ops.shape(part)[0]
            for suffix, whole in together.items():
                rows = whole[start:end]
                outputs[name + suffix] = (
                    rows if group.gradient else ops.stop_gradient(rows)
                )
            start = end
    return outputs
