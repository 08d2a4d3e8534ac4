"""`Recipe`: all constants of a training run."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any
from typing import Literal

import keras

from keras_ssl.methods import METHODS
from keras_ssl.model import SemiSupervisedModel
from keras_ssl.regularizers import l2_on_kernels
from keras_ssl.schedules import PartialCosineDecay
from keras_ssl.typing import Config
from keras_ssl.typing import ValueRange

FIXMATCH = "Sohn et al., 2020"  # arXiv 2001.07685
RUN = 2**20
EPOCH = 1024
DERIVED = {"steps_per_epoch": "steps / epochs", "epochs": "steps / 1024"}


@dataclasses.dataclass(frozen=True)
class Recipe:
    """All constants of a training run; `print` shows them with their sources.

    The defaults are what FixMatch was trained with on CIFAR-10, and most
    methods since. The network is yours: the papers have a WRN-28-2 whose
    BatchNorm has `momentum=0.999`.

    Args:
        method: Name of a method of `keras_ssl.methods`.
        constants: All of its arguments.
        sources: Where constants come from that are not of FixMatch, by name.
        steps: Steps of the run, at least 1.
        batch_size: Labeled images a step.
        unlabeled_ratio: Unlabeled images per labeled one in a step.
        include_labeled: Whether labeled images also serve as unlabeled.
        learning_rate: That of step 0.
        decay_to: That of the last step, as a fraction of `learning_rate`; see
            `keras_ssl.schedules.PartialCosineDecay`.
        sgd_momentum: That of the optimizer.
        nesterov: Whether it is Nesterov's.
        weight_decay: That of `keras_ssl.regularizers.l2_on_kernels`; twice as
            much for CIFAR-100.
        unlabeled_weight: Weight of the unlabeled loss.
        ema: Largest decay of the averaged weights, which is ramped up.
        weak: Weak augmentation: what `SemiSupervisedModel` takes.
        strong: Strong augmentation, likewise.
        forward: Forward policy of `SemiSupervisedModel`.
        batch_norm: BatchNorm policy of `SemiSupervisedModel`.

    Raises:
        ValueError: `steps` is not positive.

    Example:

    >>> recipe = keras_ssl.recipes.fixmatch(steps=5000, batch_size=32)
    >>> recipe.fit["epochs"], recipe.fit["steps_per_epoch"]
    (5, 1000)
    """

    method: str
    constants: Mapping[str, Any]
    sources: Mapping[str, str]
    steps: int = RUN
    batch_size: int = 64
    unlabeled_ratio: int = 7
    include_labeled: bool = True
    learning_rate: float = 0.03
    decay_to: float = math.cos(7 * math.pi / 16)
    sgd_momentum: float = 0.9
    nesterov: bool = True
    weight_decay: float = 5e-4
    unlabeled_weight: float = 1.0
    ema: float | None = 0.999
    weak: Any = "crop_and_flip"
    strong: Any = "fixmatch"
    forward: str = "joint"
    batch_norm: str = "all"

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(
                f"Received: steps={self.steps}. Expected at least 1. Pass the "
                "number of steps to train, for example steps=10_000."
            )

    def __str__(self) -> str:
        settings = {name: getattr(self, name) for name in SETTINGS}
        rows = {"method": self.method, **self.constants, **settings, **self.fit}
        lines = [f"{'constant':<20}{'value':<15}source"]
        for name, value in rows.items():
            text = f"{value:g}" if isinstance(value, float) else f"{value}"
            source = {**DERIVED, **self.sources}.get(name, FIXMATCH)
            lines.append(f"{name:<19} {text:<14} {source}")
        return "\n".join(lines)

    def compile(
        self,
        network: keras.Model,
        *,
        loss: Any,
        metrics: Any = None,
        features: str | None = None,
        value_range: ValueRange | Literal["auto"] = "auto",
        verbose: int = 1,
        **kwargs: Any,
    ) -> SemiSupervisedModel:
        """Wraps a network and compiles it, as the recipe says.

        Args:
            network: A `keras.Model` from images to logits or probabilities. Its
                kernels get an L2 regularizer, in place.
            loss: Loss of the labeled images, as in `keras.Model.compile`.
            metrics: Metrics of the labeled images, likewise.
            features: That of `SemiSupervisedModel`.
            value_range: That of `SemiSupervisedModel`.
            verbose: 1 prints the recipe, 0 is silent.
            **kwargs: Others of `keras.Model.compile`.

        Returns:
            The compiled model; pass `**recipe.fit` to its `fit`.

        Raises:
            ValueError: A constant is out of its range, or a kernel has a
                regularizer already that is no L2.
        """
        l2_on_kernels(network, self.weight_decay)
        model = SemiSupervisedModel(
            network,
            METHODS[self.method](**self.constants),
            weak=self.weak,
            strong=self.strong,
            unlabeled_weight=self.unlabeled_weight,
            ema=self.ema,
            forward=self.forward,
            batch_norm=self.batch_norm,
            features=features,
            value_range=value_range,
        )
        optimizer = keras.optimizers.SGD(
            PartialCosineDecay(self.learning_rate, self.steps, self.decay_to),
            momentum=self.sgd_momentum,
            nesterov=self.nesterov,
        )
        model.compile(optimizer, loss=loss, metrics=metrics, **kwargs)
        if verbose:
            print(self)
        return model

    @property
    def fit(self) -> Config:
        """Arguments of `fit`: epochs of about 1024 steps, of equal length.

        Where `steps` has no such divisor, the run is longer by less than one
        step an epoch, at the last learning rate.
        """
        epochs = math.ceil(self.steps / EPOCH)
        return {
            "batch_size": self.batch_size,
            "unlabeled_ratio": self.unlabeled_ratio,
            "include_labeled": self.include_labeled,
            "steps_per_epoch": math.ceil(self.steps / epochs),
            "epochs": epochs,
        }


SETTINGS = [field.name for field in dataclasses.fields(Recipe)[3:]]


class Share(float):
    """A share of the run, where a method takes a number of steps.

    Example:

    >>> Share(0.4) * 1000
    400.0
    """
