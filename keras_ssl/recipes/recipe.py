"""`Recipe`: all constants of a training run."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any
from typing import Literal

import keras

from keras_ssl.methods import METHODS
from keras_ssl.model.phases import SUPERVISED
from keras_ssl.model.semi_supervised import SemiSupervisedModel
from keras_ssl.model.strong_labeled import AUTO
from keras_ssl.model.strong_labeled import check_strong_labeled_share
from keras_ssl.optimizers import Muon
from keras_ssl.regularizers import l2_on_kernels
from keras_ssl.schedules import PartialCosineDecay
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.console import say
from keras_ssl.utils.typing import Config
from keras_ssl.utils.typing import ValueRange

FIXMATCH = "Sohn et al., 2020"  # arXiv 2001.07685
RUN = 2**20
EPOCH = 1024
SCHEDULES = "partial_cosine", "cosine"
OPTIMIZERS = "sgd", "adam", "muon"
SGD_ONLY = "sgd_momentum", "nesterov"
CONTROL = "of the control"
HALF = 0.5  # the best control on Fashion-MNIST with 100 labels
DERIVED = {"steps_per_epoch": "steps / epochs", "epochs": "steps / 1024"}


@dataclasses.dataclass(frozen=True)
class Recipe:
    """All constants of a training run; `print` shows them with their sources.

    The defaults are what FixMatch was trained with on CIFAR-10, and most
    methods since. The network is yours: the papers have a WRN-28-2 whose
    BatchNorm has `momentum=0.999`.

    Args:
        method: Name of a method of `keras_ssl.methods`; `None` trains on the
            labels alone.
        constants: All of its arguments.
        sources: Where constants come from that are not of FixMatch, by name;
            recipes that differ in nothing else are equal.
        steps: Steps of the run, at least 1.
        batch_size: Labeled images a step.
        unlabeled_ratio: Unlabeled images per labeled one in a step.
        include_labeled: Whether labeled images also serve as unlabeled.
        learning_rate: The largest one.
        decay_to: Learning rate of the last step, as a fraction of
            `learning_rate`.
        schedule: `"partial_cosine"`, `keras_ssl.schedules.PartialCosineDecay`,
            or `"cosine"`, half a period.
        warmup_steps: Steps in which the rate rises from 0, of `"cosine"`.
        optimizer: `"sgd"`, `"adam"`, or `"muon"`, `keras_ssl.optimizers.Muon`.
        sgd_momentum: Momentum of SGD.
        nesterov: Whether it is Nesterov's.
        weight_decay: Strength of `keras_ssl.regularizers.l2_on_kernels`; twice
            as much for CIFAR-100.
        unlabeled_weight: Weight of the unlabeled loss.
        ema: Largest decay of the averaged weights, which is ramped up.
        weak: Weak augmentation: what `SemiSupervisedModel` takes.
        strong: Strong augmentation, in the same forms.
        strong_labeled_share: Share of labeled images that get it too, or
            `"auto"`, as in `SemiSupervisedModel`.
        forward: Forward policy of `SemiSupervisedModel`.
        batch_norm: BatchNorm policy of `SemiSupervisedModel`.

    Raises:
        ValueError: `steps` is not positive, `strong_labeled_share` is no
            probability or `"auto"`, or an optimizer or a schedule is unknown.

    Example:

    >>> recipe = keras_ssl.recipes.fixmatch(steps=5000, batch_size=32)
    >>> recipe.fit["epochs"], recipe.fit["steps_per_epoch"]
    (5, 1000)
    """

    method: str | None
    constants: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    sources: Mapping[str, str] = dataclasses.field(
        default_factory=dict, compare=False
    )
    steps: int = RUN
    batch_size: int = 64
    unlabeled_ratio: int = 7
    include_labeled: bool = True
    learning_rate: float = 0.03
    decay_to: float = math.cos(7 * math.pi / 16)
    schedule: str = "partial_cosine"
    warmup_steps: int = 0
    optimizer: str = "sgd"
    sgd_momentum: float = 0.9
    nesterov: bool = True
    weight_decay: float = 5e-4
    unlabeled_weight: float = 1.0
    ema: float | None = 0.999
    weak: Any = "crop_and_flip"
    strong: Any = "fixmatch"
    strong_labeled_share: float | str = 0.0
    forward: str = "joint"
    batch_norm: str = "all"

    def __post_init__(self) -> None:
        checked = check_strong_labeled_share(self.strong_labeled_share)
        object.__setattr__(self, "strong_labeled_share", checked)
        for name in ("steps", "batch_size"):
            check_number(name, getattr(self, name), 1, integer=True)
        check_number("unlabeled_ratio", self.unlabeled_ratio, 0, integer=True)
        for name in ("learning_rate", "weight_decay", "unlabeled_weight"):
            check_number(name, getattr(self, name), 0)
        check_name(self.schedule, "schedule", SCHEDULES)
        check_name(self.optimizer, "optimizer", OPTIMIZERS)

    def __str__(self) -> str:
        unused = SGD_ONLY if self.optimizer != "sgd" else ()
        settings = {
            name: getattr(self, name) for name in SETTINGS if name not in unused
        }
        rows = {"method": self.method, **self.constants, **settings, **self.fit}
        known = {**DERIVED, **self.sources}
        papers = {each.name: each.default for each in dataclasses.fields(self)}
        lines = [f"{'constant':<20}{'value':<15}source"]
        for name, value in rows.items():
            text = f"{value:g}" if isinstance(value, float) else f"{value}"
            unknown = FIXMATCH if value == papers.get(name) else "you"
            source = known.get(name, unknown)
            lines.append(f"{name:<19} {text:<14} {source}")
        return "\n".join(lines)

    def control(self, *, strong: bool = True) -> "Recipe":
        """The same without unlabeled images: what a method must surpass.

        Args:
            strong: Whether labeled images are strongly augmented, with the
                recipe's probability, or one half if that is 0 or `"auto"`, so
                that the augmentation is not lost with the unlabeled images; or
                weakly alone, which may be the better control where labels are
                many and steps few.

        Example:

        >>> recipe = keras_ssl.recipes.fixmatch(steps=1000).control()
        >>> recipe.method is None, recipe.strong
        (True, 'fixmatch')
        """
        given = self.strong_labeled_share
        share = HALF if given in (0.0, AUTO) else given
        return dataclasses.replace(
            self,
            method=None,
            constants={},
            strong_labeled_share=share if strong else 0.0,
            sources={**self.sources, "strong_labeled_share": CONTROL},
        )

    def plain(self) -> "Recipe":
        """The same steps of plain Keras: no augmentation, no averaged weights.

        Example:

        >>> recipe = keras_ssl.recipes.fixmatch(steps=1000).plain()
        >>> recipe.method is recipe.weak is recipe.strong is recipe.ema is None
        True
        """
        own: Config = {
            "weak": None,
            "strong": None,
            "strong_labeled_share": 0.0,
            "ema": None,
        }
        sources = {**self.sources, **dict.fromkeys(own, CONTROL)}
        return dataclasses.replace(self.control(), **own, sources=sources)

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
            metrics: Metrics of the labeled images, as
                `keras.Model.compile` takes them.
            features: Name of the layer whose output are the features, where the
                method needs them.
            value_range: `(low, high)` of the pixels, or `"auto"`.
            verbose: 1 prints the recipe, 0 is silent.
            **kwargs: Others of `keras.Model.compile`.

        Returns:
            The compiled model; pass `**recipe.fit` to its `fit`.

        Raises:
            ValueError: A constant is out of its range, or a kernel has a
                regularizer already that is no L2.
        """
        l2_on_kernels(network, self.weight_decay)
        supervised = self.method is None
        model = SemiSupervisedModel(
            network,
            METHODS[self.method or "fixmatch"](**self.constants),
            weak=self.weak,
            strong=self.strong,
            strong_labeled_share=self.strong_labeled_share,
            unlabeled_weight=self.unlabeled_weight,
            ema=self.ema,
            forward=self.forward,
            batch_norm=self.batch_norm,
            features=features,
            value_range=value_range,
        )
        if supervised:
            model.phase = SUPERVISED
        model.compile(self._optimizer(), loss=loss, metrics=metrics, **kwargs)
        say(str(self), verbose)
        return model

    def _optimizer(self) -> keras.optimizers.Optimizer:
        rate: Any = PartialCosineDecay(
            self.learning_rate, self.steps, self.decay_to
        )
        if self.schedule == "cosine":
            rate = keras.optimizers.schedules.CosineDecay(
                0.0,
                self.steps - self.warmup_steps,
                alpha=self.decay_to,
                warmup_target=self.learning_rate,
                warmup_steps=self.warmup_steps,
            )
        if self.optimizer == "adam":
            return keras.optimizers.Adam(rate)
        if self.optimizer == "muon":
            return Muon(rate)
        return keras.optimizers.SGD(
            rate, momentum=self.sgd_momentum, nesterov=self.nesterov
        )

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
