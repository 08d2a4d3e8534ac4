"""`FittedModel`: `fit` on labeled and unlabeled data, checked before."""

import inspect
from typing import Any
from typing import Literal

import keras
import numpy as np
from keras import ops

from keras_ssl import data
from keras_ssl.augmentation.checks import check_range
from keras_ssl.data.arrays import to_numpy
from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.data.element import is_paired
from keras_ssl.data.element import labeled_images
from keras_ssl.data.element import unpack
from keras_ssl.data.targets import check_sample_weight
from keras_ssl.data.targets import ignored_class
from keras_ssl.model.augmented import AugmentedModel
from keras_ssl.model.fit_checks import check_arguments
from keras_ssl.model.fit_checks import check_lengths
from keras_ssl.model.fit_checks import check_validation
from keras_ssl.model.fit_checks import share_validation
from keras_ssl.model.fit_data import ordered
from keras_ssl.model.fit_data import read_fit_data
from keras_ssl.model.forward import Forward
from keras_ssl.model.logs import ALL
from keras_ssl.model.logs import with_logs
from keras_ssl.model.network_checks import check_floatx
from keras_ssl.model.phases import SEMI_SUPERVISED
from keras_ssl.model.plan import Plan
from keras_ssl.model.strong_labeled import times_seen
from keras_ssl.utils import onednn
from keras_ssl.utils.checks import check_compiled
from keras_ssl.utils.checks import suggest_keywords
from keras_ssl.utils.devices import count_devices
from keras_ssl.utils.devices import explaining
from keras_ssl.utils.devices import strategy_scope
from keras_ssl.utils.snapshot import build_optimizer
from keras_ssl.utils.typing import Tensor
from keras_ssl.utils.typing import ValueRange

KERAS_FIT = list(inspect.signature(keras.Model.fit).parameters)[1:]


class FittedModel(AugmentedModel):
    """Plans the step, and checks data before `fit` and `train_on_batch`.

    Args:
        network: A `keras.Model`.
        method: Name, class or instance of a `keras_ssl.methods.Method`.
        weak: Weak augmentation, or `None`.
        strong: Strong augmentation, or `None`.
        strong_labeled_share: Share of labeled images that get it too, `"auto"`,
            or `None` for what the method says.
        ema: Largest decay of the averaged weights, or `None`.
        forward: The forward policy.
        batch_norm: The BatchNorm policy, or `None` for what the method says.
        value_range: `(low, high)` of the pixels, or `"auto"`.
        features: Name of the layer whose output features are, or `None`.
        **kwargs: Those of `keras.Model`.
    """

    def __init__(  # noqa: PLR0913  those of `SemiSupervisedModel`
        self,
        network: keras.Model,
        method: Any,
        *,
        weak: Any,
        strong: Any,
        strong_labeled_share: float | str | None,
        ema: float | None,
        forward: str,
        batch_norm: str | None,
        value_range: ValueRange | Literal["auto"],
        features: str | None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("dtype", network.dtype_policy)
        super().__init__(
            network,
            method,
            weak=weak,
            strong=strong,
            strong_labeled_share=strong_labeled_share,
            ema=ema,
            autocast=False,
            **kwargs,
        )
        self.batch_norm = batch_norm or self.method.batch_norm
        self.features = features
        if value_range != "auto":
            value_range = check_range(value_range)
        self.value_range = value_range
        self.plan = Plan(
            self.method,
            forward=forward,
            batch_norm=self.batch_norm,
            averages=ema is not None,
            strong_labeled=bool(self.strong_labeled_share),
        )
        self.statistics_passes = self.plan.statistics_passes
        self._forward = Forward(
            network,
            self.method,
            self.plan,
            self._augmenter,
            self.evaluation_weights,
        )
        self.training_data: Any = None
        self._check = BatchCheck()

    def build(self, input_shape: Any = None) -> None:
        """Builds the network, the averaged weights and the method."""
        super().build(input_shape)
        self._build_method(getattr(self.network, "output_shape", None))

    def _build_method(self, output_shape: Any) -> None:
        if output_shape is None or not isinstance(output_shape[-1], int):
            return
        self._forward.expect(output_shape[-1], self.features)
        with strategy_scope(self):
            self._forward.build_method()

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
                `PyDataset`, a PyTorch `DataLoader` or a generator. Labels
                attached to them only feed `pseudo_label_accuracy`. Not needed
                for zipped batches `((x, y), u)`, nor in the supervised phase.
            unlabeled_ratio: Unlabeled images per labeled one in a batch.
            include_labeled: Whether labeled images also serve as unlabeled.

        Returns:
            The `keras.callbacks.History`.

        Raises:
            ValueError: The data, the model's outputs and the loss do not fit
                together; says which, and what to do.
        """
        # Nothing but the arguments is local yet.
        given = {n: v for n, v in locals().items() if n in KERAS_FIT}
        halves: dict[str, Any] = {
            "unlabeled_ratio": unlabeled_ratio,
            "include_labeled": include_labeled,
        }
        check_compiled(self)
        told = int(verbose != 0)
        with self.following(verbose=told), self.compiling.telling(told):
            given["callbacks"] = ordered(callbacks, self._begin_epoch)
            check_arguments(given, self._forward.num_classes)
            for callback in given["callbacks"]:
                if hasattr(callback, "before_fit"):
                    given = callback.before_fit(
                        self, given, unlabeled_data, **halves
                    )
            with explaining(self), self._check.watching(count_devices(self)):
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
            devices = count_devices(self)
            self.training_data.check_sizes(devices)
            self.prepare(self.training_data.whole())
            check_validation(
                arguments.get("validation_data"),
                labeled_images(unpack(self.training_data.peek()[0])[0]),
                self._forward.num_classes,
                self.loss,
            )
            share_validation(
                arguments, self.training_data.check_batch[0], devices
            )
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

    @property
    def means(self) -> list[keras.metrics.Metric]:
        """What is logged of a semi-supervised step beside the method's own."""
        return []

    def _logged(self) -> set[str]:
        """What semi-supervised epochs log beside the compiled metrics."""
        inputs, _, _ = unpack(self.training_data.peek()[0])
        if not is_paired(inputs):
            return set()
        ours = [*self.means, *self.method.metrics]
        names = {metric.name for metric in ours}
        return (
            names if "hidden" in inputs else names - {"pseudo_label_accuracy"}
        )

    def _begin_epoch(self) -> None:
        self.read_phase()
        self.training_data.paused = self.phase != SEMI_SUPERVISED
        self.training_data.announce(self.compiling.verbose)

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
        with explaining(self):
            return super().train_on_batch(x, y, sample_weight, **kwargs)

    def prepare(self, batch: Any) -> None:
        """Checks the data before training, and settles what is read off them.

        Args:
            batch: An element, as arrays: a batch, or all images there are.

        Raises:
            ValueError: Images, labels, outputs and loss do not fit together.
        """
        check_floatx()
        x, y, sample_weight = unpack(batch)
        x = x if isinstance(x, dict) else {"labeled": x}
        images = x["labeled"]
        check_lengths(images, y, sample_weight)
        self.value_range = data.check_images(
            images, x.get("unlabeled"), value_range=self.value_range
        )
        self._augmenter.settle(self.value_range)
        outputs = self.network(ops.convert_to_tensor(to_numpy(images[:8])))
        self.build(np.shape(images))
        kind = data.check_outputs(ops.convert_to_numpy(outputs), self.loss)
        self._build_method(outputs.shape)
        data.check_labels(y, outputs.shape[-1], self.loss)
        self._check_ignored()
        check_sample_weight(sample_weight)
        self._forward.probabilities = kind == "probabilities"
        self._check.settle(self.value_range, outputs.shape[-1], self.loss)
        if self.replicas() == 1:  # else Keras does it
            self._build_compiled(ops.convert_to_tensor(y[:8]), outputs)

    def _check_ignored(self) -> None:
        ignored = ignored_class(self.loss)
        if ignored is not None and "labels" in self.plan.data:
            raise ValueError(
                f"Received: a loss with ignore_class={ignored}, and "
                f"{type(self.method).__name__}, which itself learns from "
                "labels. Expected one class of each labeled image. Pass the "
                "images without a class as unlabeled ones, or use another "
                'method, for example `method="fixmatch"`.'
            )

    def _build_compiled(self, y: Tensor, outputs: Tensor) -> None:
        """Creates variables that a first step would, to trace it only once."""
        build_optimizer(self)
        kept = [(v, ops.copy(v.value)) for v in self.metrics_variables]
        super().compute_loss(None, y, outputs, None)
        self.compute_metrics(None, y, outputs)
        self.reset_metrics()
        for variable, value in kept:
            variable.assign(value)
