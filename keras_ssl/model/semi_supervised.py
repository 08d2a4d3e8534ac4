"""`SemiSupervisedModel`: a Keras model that also learns from unlabeled images.

The wrapper owns the only forward pass (views -> logits -> labeled loss + weight
x method) and leaves everything else to Keras' own `fit`.
"""

from typing import Any
from typing import Literal

import keras
from keras import ops

from keras_ssl.data.element import is_paired
from keras_ssl.data.element import labeled_images
from keras_ssl.model.fitted import FittedModel
from keras_ssl.model.loss import labeled_loss
from keras_ssl.model.network_checks import check_network
from keras_ssl.model.network_checks import check_scope
from keras_ssl.model.network_checks import warn_of_own_step
from keras_ssl.model.saving import copy_network
from keras_ssl.model.saving import network_config
from keras_ssl.utils.checks import check_compiled
from keras_ssl.utils.checks import check_keywords
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.console import say
from keras_ssl.utils.deprecation import renamed_argument
from keras_ssl.utils.devices import read_number
from keras_ssl.utils.registry import register
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor
from keras_ssl.utils.typing import ValueRange

KERAS_MODEL = ("name", "dtype", "trainable")


@register
class SemiSupervisedModel(FittedModel):
    """Wraps an image classifier so that `fit` also takes unlabeled images.

    `loss = loss(y, network(weak(x))) + unlabeled_weight * method(views of u)`,
    where `weak(u)` and `strong(weak(u))` are views of the unlabeled images `u`.
    The labeled images' view is `strong(weak(x))` with the probability
    `strong_labeled_share`.
    The network itself is trained; evaluation and prediction are those of the
    plain network with averaged weights.

    Args:
        network: Any `keras.Model` from images `(n, height, width, channels)` to
            logits or probabilities `(n, num_classes)`, Sequential, functional
            or subclassed.
        method: Name, class or instance of a `keras_ssl.methods.Method`.
        weak: Weak augmentation: a name of `keras_ssl.augmentation`, a layer or
            a list of layers; `None` for none.
        strong: Strong augmentation, in the same forms; `None` makes the strong
            view a second weak one.
        strong_labeled_share: Share in `[0, 1]` of the labeled images that are
            strongly augmented too, in both phases; 0 for a method that takes
            views of them itself. `"auto"`: 1 in a `fit` that shows each at
            least 100 times, else 0. `None` leaves it to the method.
        unlabeled_weight: Weight of the unlabeled loss, at least 0; kept in a
            variable, so that a callback may change it.
        ema: Largest decay of the averaged weights in `[0, 1)`, ramped up over
            the first steps; `None` evaluates the last weights.
        forward: `"split"`: views that only serve as targets go through a pass
            of their own without gradient; `"joint"`: one pass over everything.
        batch_norm: Which images update BatchNorm's moving statistics: `"all"`,
            `"labeled"` or `"none"`. `None` is what the method's paper does.
        value_range: `(low, high)` of the pixels, or `"auto"`: read off the
            images, where they are arrays off all of them.
        features: For methods that need features: the name of the layer whose
            output they are; `None` for what the last Dense layer takes.

    Attributes:
        phase: `"supervised"` or `"semi-supervised"` (the default), kept in a
            variable. While it is supervised, only the view of the labeled
            images is computed. A change takes effect at the next epoch.
        plan: What a training step computes; a `Plan`.
        training_data: During `fit`, the data that it trains on.

    Raises:
        ValueError: An argument is not one of those above, or `network` takes
            images with their channels first or has a preprocessor.
        TypeError: `network` is not a `keras.Model`.

    Example:

    >>> network = keras.Sequential(
    ...     [
    ...         keras.Input((8, 8, 1)),
    ...         keras.layers.Flatten(),
    ...         keras.layers.Dense(10),
    ...     ]
    ... )
    >>> model = keras_ssl.SemiSupervisedModel(network, strong="cutout")
    >>> model.compile(
    ...     "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ... )
    >>> (x, y), _ = keras_ssl.data.load_digits()
    >>> history = model.fit(
    ...     x[:50], y[:50], unlabeled_data=x[50:], verbose=0
    ... )
    >>> sorted(history.history)  # doctest: +NORMALIZE_WHITESPACE
    ['confidence', 'labeled_loss', 'loss', 'mask_ratio',
     'mix_distance', 'pseudo_label_entropy', 'unlabeled_loss']
    """

    def __init__(  # noqa: PLR0913  one place for every choice of the step
        self,
        network: keras.Model,
        method: Any = "aligned_softmatch",
        *,
        weak: Any = "crop_and_flip",
        strong: Any = "randaugment",
        strong_labeled_share: float | str | None = None,
        unlabeled_weight: float = 1.0,
        ema: float | None = 0.999,
        forward: str = "split",
        batch_norm: str | None = None,
        value_range: ValueRange | Literal["auto"] = "auto",
        features: str | None = None,
        **kwargs: Any,
    ) -> None:
        check_network(network)
        warn_of_own_step(network)
        strong_labeled_share = renamed_argument(
            kwargs,
            "labeled_strong",
            "strong_labeled_share",
            strong_labeled_share,
        )
        check_keywords(kwargs, SemiSupervisedModel.__init__, KERAS_MODEL)
        weight = check_number("unlabeled_weight", unlabeled_weight, 0)
        super().__init__(
            network,
            method,
            weak=weak,
            strong=strong,
            strong_labeled_share=strong_labeled_share,
            ema=ema,
            forward=forward,
            batch_norm=batch_norm,
            value_range=value_range,
            features=features,
            **kwargs,
        )
        check_scope(network, self)
        self.unlabeled_weight = self.add_state(
            "unlabeled_weight", weight, "float32"
        )
        self._labeled_mean = keras.metrics.Mean(name="labeled_loss")
        self._unlabeled_mean = keras.metrics.Mean(name="unlabeled_loss")
        if network.built:
            self.build()

    # The step

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The outputs for images, or for the views of a training element.

        Args:
            inputs: Images `(n, height, width, channels)`, or
                `{"labeled": images, "unlabeled": images}`.
            training: Whether to augment, and to train the network.

        Returns:
            `(n, num_classes)`; in training on an element, a dictionary of such
            outputs: `"labeled"` and the method's views.
        """
        if not training:
            return self.evaluate_network(labeled_images(inputs))
        if is_paired(inputs):
            return self._forward(inputs)
        view = self._augmenter.labeled(self._augmenter.weak(inputs))
        return self.network(view, training=True)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """`loss(y, labeled) + unlabeled_weight * method(views)`."""
        base = super().compute_loss
        if not is_paired(y_pred):
            loss = base(x, y, y_pred, sample_weight, training)
            # Keras warns of weights that a loss does not depend on.
            unused = self.method.trainable_variables
            return loss + sum(0.0 * ops.sum(weight) for weight in unused)

        def compiled(outputs: Tensor, weight: Any = None) -> Tensor:
            weight = sample_weight if weight is None else weight
            return base(x, y, outputs, weight, training)

        named = self._forward.named(y_pred, sample_weight)
        replicas = self.replicas()
        if self.method.labeled_loss is None:
            labeled = compiled(y_pred["labeled"])
        else:
            labeled = labeled_loss(
                self.method,
                self.plan,
                compiled,
                named,
                as_outputs=self._forward.outputs,
                regularization=sum(self.losses) / replicas,
                replicas=replicas,
            )
        views = self.plan.of("call", named).values()
        unlabeled = self.method(*views, hidden=_classes(x.get("hidden")))
        self._labeled_mean.update_state(labeled * replicas)
        self._unlabeled_mean.update_state(unlabeled)
        return labeled + self.unlabeled_weight * unlabeled / replicas

    @property
    def means(self) -> list[keras.metrics.Metric]:
        """Both parts of the loss, which a semi-supervised step logs."""
        return [self._labeled_mean, self._unlabeled_mean]

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """The compiled metrics of the labeled images, and ours in training."""
        idle = {each.name for each in self.method.metrics}
        if is_paired(y_pred):
            y_pred = y_pred["labeled"]
            idle -= self.method.fed
        else:
            idle |= {mean.name for mean in self.means}
        logs = super().compute_metrics(x, y, y_pred, sample_weight)
        return {name: v for name, v in logs.items() if name not in idle}

    # Saving

    def export_model(self, *, compile: bool = False) -> keras.Model:
        """A plain Keras model that predicts the same, for use without us.

        Args:
            compile: Whether it gets the loss, the metrics and a new optimizer,
                so that it can `evaluate` and train.

        Returns:
            A copy of the network with the weights that evaluation uses.

        Raises:
            ValueError: The network is not built yet.
        """
        if not self.built:
            raise ValueError(
                "Received: a model that is not built. Expected one that has "
                "seen images. Call `fit` or `build((None, h, w, c))` first."
            )
        copy = copy_network(self.network, self.evaluation_weights())
        if compile:
            check_compiled(self)
            copy.compile_from_config(self.get_compile_config())
        return copy

    def export(self, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        """Writes `export_model()` for a server or a device.

        Args:
            filepath: Where.
            *args: Those of `keras.Model.export`: the format, as
                `"tf_saved_model"`, `"onnx"` or `"litert"`.
            **kwargs: Its arguments by name.
        """
        model = self.export_model()
        # ONNX's exporter takes a model only after a call.
        shape = self.network.get_build_config()["input_shape"]
        model(keras.Input(batch_shape=shape))
        return model.export(filepath, *args, **kwargs)

    def summary(self, **kwargs: Any) -> None:
        """Prints the network's summary, and what is kept beside it.

        Args:
            **kwargs: Those of `keras.Model.summary`.
        """
        self.network.summary(**kwargs)
        if self.averaged is not None:
            kwargs.get("print_fn", say)(
                "Beside it: an average of its weights, for evaluation."
            )

    def get_config(self) -> Config:
        """Every argument of `__init__`, as it stands."""
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "network": network_config(self.network),
            "method": serialize(self.method),
            "weak": serialize(self.weak),
            "strong": serialize(self.strong),
            "strong_labeled_share": self.strong_labeled_share,
            "unlabeled_weight": read_number(self.unlabeled_weight),
            "ema": self.ema,
            "forward": self.plan.forward,
            "batch_norm": self.batch_norm,
            "value_range": self.value_range,
            "features": self.features,
        }

    @classmethod
    def from_config(cls, config: Config) -> "SemiSupervisedModel":
        """The model of a config, with a network of its own."""
        layers = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("network", "method", "weak", "strong")
        }
        return cls(**{**config, **layers})


def _classes(hidden: Tensor | None) -> Tensor | None:
    """Classes (n,), of labels (n,), (n, 1) or one-hot (n, num_classes)."""
    if hidden is None or len(hidden.shape) < 2:
        return hidden
    if hidden.shape[-1] == 1:
        return ops.squeeze(hidden, -1)
    return ops.argmax(hidden, -1)
