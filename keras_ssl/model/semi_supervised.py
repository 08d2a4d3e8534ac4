"""`SemiSupervisedModel`: a Keras model that also learns from unlabeled images.

The wrapper owns the only forward pass (views -> logits -> labeled loss + weight
x method) and leaves everything else to Keras' own `fit`.
"""

import contextlib
import inspect
from typing import Any
from typing import Literal

import keras
import numpy as np
from keras import ops

from keras_ssl import data
from keras_ssl import methods
from keras_ssl.augmentation.checks import check_range
from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.data.element import is_paired
from keras_ssl.data.element import labeled_images
from keras_ssl.data.element import unpack
from keras_ssl.data.targets import check_sample_weight
from keras_ssl.model.augmented import AugmentedModel
from keras_ssl.model.fit_data import ordered
from keras_ssl.model.fit_data import read_fit_data
from keras_ssl.model.forward import Forward
from keras_ssl.model.logs import ALL
from keras_ssl.model.logs import with_logs
from keras_ssl.model.loss import labeled_loss
from keras_ssl.model.network_checks import check_network
from keras_ssl.model.network_checks import warn_of_own_step
from keras_ssl.model.phases import SEMI_SUPERVISED
from keras_ssl.model.plan import Plan
from keras_ssl.model.saving import copy_network
from keras_ssl.model.saving import network_config
from keras_ssl.model.strong_labeled import times_seen
from keras_ssl.utils import onednn
from keras_ssl.utils.checks import check_compiled
from keras_ssl.utils.checks import check_keywords
from keras_ssl.utils.checks import suggest_keywords
from keras_ssl.utils.console import say
from keras_ssl.utils.deprecation import renamed_argument
from keras_ssl.utils.registry import register
from keras_ssl.utils.snapshot import build_optimizer
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import Tensor
from keras_ssl.utils.typing import ValueRange

KERAS_FIT = list(inspect.signature(keras.Model.fit).parameters)[1:]
KERAS_MODEL = ("name", "dtype", "trainable")


@register
class SemiSupervisedModel(AugmentedModel):
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
        method = methods.get(method)
        if strong_labeled_share is None:
            strong_labeled_share = method.strong_labeled_share
        kwargs.setdefault("dtype", network.dtype_policy)
        super().__init__(
            network,
            weak=weak,
            strong=strong,
            strong_labeled_share=strong_labeled_share,
            ema=ema,
            autocast=False,
            **kwargs,
        )
        self.method = method
        self.forward = forward
        self.batch_norm = batch_norm or method.batch_norm
        self.features = features
        if value_range != "auto":
            value_range = check_range(value_range)
        self.value_range = value_range
        self.plan = Plan(
            method,
            forward=forward,
            batch_norm=self.batch_norm,
            averages=ema is not None,
            strong_labeled=bool(self.strong_labeled_share),
        )
        self.statistics_passes = self.plan.statistics_passes
        self._forward = Forward(
            network,
            method,
            self.plan,
            self._augmenter,
            self.evaluation_weights,
        )
        self.unlabeled_weight = self.add_state(
            "unlabeled_weight", unlabeled_weight, "float32"
        )
        self._labeled_mean = keras.metrics.Mean(name="labeled_loss")
        self._unlabeled_mean = keras.metrics.Mean(name="unlabeled_loss")
        self.training_data: Any = None
        self._check = BatchCheck()
        if network.built:
            self.build()

    def build(self, input_shape: Any = None) -> None:
        """Builds the network, the averaged weights and the method."""
        super().build(input_shape)
        self._build_method(getattr(self.network, "output_shape", None))

    def _build_method(self, output_shape: Any) -> None:
        if output_shape is None or not isinstance(output_shape[-1], int):
            return
        self._forward.expect(output_shape[-1], self.features)
        strategy = getattr(self, "distribute_strategy", None)
        with strategy.scope() if strategy else contextlib.nullcontext():
            self._forward.build_method()

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
        unlabeled = self.method(*views, hidden=x.get("hidden"))
        self._labeled_mean.update_state(labeled * replicas)
        self._unlabeled_mean.update_state(unlabeled)
        return labeled + self.unlabeled_weight * unlabeled / replicas

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """The compiled metrics of the labeled images, and ours in training."""
        idle = {each.name for each in self.method.metrics}
        if is_paired(y_pred):
            y_pred = y_pred["labeled"]
            idle -= self.method.fed
        else:
            idle |= {self._labeled_mean.name, self._unlabeled_mean.name}
        logs = super().compute_metrics(x, y, y_pred, sample_weight)
        return {name: v for name, v in logs.items() if name not in idle}

    # Fitting

    @suggest_keywords
    def fit(  # noqa: PLR0913, PLR0917, D417  Keras' arguments, and ours
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
        *,
        unlabeled_data: Any = None,
        unlabeled_ratio: int = 3,
        include_labeled: bool = True,
    ) -> keras.callbacks.History:
        """Trains as `keras.Model.fit`, on unlabeled images beside labeled ones.

        Keras' arguments are its own, and described there.

        Every epoch logs the same names; what a supervised epoch does not
        measure is NaN. The progress bar shows at most six numbers, unless you
        ask for more; all are in the history.

        Args:
            verbose: As in Keras, or `"all"` for all numbers in the progress
                bar.
            unlabeled_data: Unlabeled images: an array, a `tf.data.Dataset`, a
                `PyDataset` or a generator. Labels attached to them only feed
                `pseudo_label_accuracy`. Not needed for a dataset of zipped
                batches `((x, y), u)`, nor in the supervised phase.
            unlabeled_ratio: Unlabeled images per labeled one in a batch.
            include_labeled: Whether labeled images also serve as unlabeled.

        Returns:
            The `keras.callbacks.History`.

        Raises:
            ValueError: The data, the model's outputs and the loss do not fit
                together; says which, and what to do.
        """
        given = {n: v for n, v in locals().items() if n in KERAS_FIT}
        halves: dict[str, Any] = {
            "unlabeled_ratio": unlabeled_ratio,
            "include_labeled": include_labeled,
        }
        check_compiled(self)
        with self.following(verbose=int(verbose != 0)):
            given["callbacks"] = ordered(callbacks, self._begin_epoch)
            for callback in given["callbacks"]:
                if hasattr(callback, "before_fit"):
                    given = callback.before_fit(
                        self, given, unlabeled_data, **halves
                    )
            with self._check.watching(self.replicas()):
                self.training_data, rest = read_fit_data(
                    given,
                    unlabeled_data,
                    needs_unlabeled=self.phase == SEMI_SUPERVISED,
                    index=self.plan.index,
                    check=self._check,
                    **halves,
                )
                return self._fit(rest)

    def _fit(self, arguments: dict[str, Any]) -> keras.callbacks.History:
        if arguments["verbose"]:
            onednn.tell()
        try:
            self.method.set_sizes(self.training_data.sizes)
            self.training_data.check_sizes(self.replicas())
            self.prepare(self.training_data.whole())
            self.settle_strong_labeled(
                times_seen(self.training_data, arguments),
                verbose=int(arguments["verbose"] != 0),
            )
            arguments["callbacks"] = with_logs(
                arguments["callbacks"], self._logged(), arguments["verbose"]
            )
            if arguments["verbose"] == ALL:
                arguments["verbose"] = 1
            return super().fit(**arguments)
        finally:
            self.training_data = None
            # What `BackupAndRestore` has set would shorten the next `fit` too.
            self._initial_epoch = None

    def _logged(self) -> set[str]:
        """What semi-supervised epochs log beside the compiled metrics."""
        inputs, _, _ = unpack(self.training_data.peek()[0])
        if not is_paired(inputs):
            return set()
        ours = [self._labeled_mean, self._unlabeled_mean, *self.method.metrics]
        names = {metric.name for metric in ours}
        return (
            names if "hidden" in inputs else names - {"pseudo_label_accuracy"}
        )

    def _begin_epoch(self) -> None:
        self.read_phase()
        self.training_data.paused = self.phase != SEMI_SUPERVISED

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, **kwargs: Any
    ) -> Any:
        """Trains as `keras.Model.train_on_batch`, also on `((x, y), u)`."""
        self.follow_network()
        batch = unpack((x, y, sample_weight))
        if self._check.settled_for(self.loss):
            self._check(keras.utils.pack_x_y_sample_weight(*batch))
        else:
            self.prepare(batch)
        x, y, sample_weight = batch
        return super().train_on_batch(x, y, sample_weight, **kwargs)

    def prepare(self, batch: Any) -> None:
        """Checks the data before training, and settles what is read off them.

        Args:
            batch: An element, as arrays: a batch, or all images there are.

        Raises:
            ValueError: Images, labels, outputs and loss do not fit together.
        """
        x, y, sample_weight = unpack(batch)
        x = x if isinstance(x, dict) else {"labeled": x}
        images = x["labeled"]
        self.value_range = data.check_images(
            images, x.get("unlabeled"), value_range=self.value_range
        )
        self._augmenter.settle(self.value_range)
        outputs = self.network(ops.convert_to_tensor(images[:8]))
        self.build(np.shape(images))
        kind = data.check_outputs(ops.convert_to_numpy(outputs), self.loss)
        self._build_method(outputs.shape)
        data.check_labels(y, outputs.shape[-1], self.loss)
        check_sample_weight(sample_weight)
        self._forward.probabilities = kind == "probabilities"
        self._check.settle(self.value_range, outputs.shape[-1], self.loss)
        if self.replicas() == 1:  # else Keras does it
            self._build_compiled(ops.convert_to_tensor(y[:8]), outputs)

    def _build_compiled(self, y: Tensor, outputs: Tensor) -> None:
        """Creates variables that a first step would, to trace it only once."""
        build_optimizer(self)
        kept = [(v, ops.copy(v.value)) for v in self.metrics_variables]
        super().compute_loss(None, y, outputs, None)
        self.compute_metrics(None, y, outputs)
        self.reset_metrics()
        for variable, value in kept:
            variable.assign(value)

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
        return self.export_model().export(filepath, *args, **kwargs)

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
            "unlabeled_weight": float(
                ops.convert_to_numpy(self.unlabeled_weight)
            ),
            "ema": self.ema,
            "forward": self.forward,
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
