"""`BatchNormWarmup`: moving statistics that describe the present weights."""

import itertools
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_ssl.callbacks.own_model import OwnModel
from keras_ssl.callbacks.phase_switch import has_schedule
from keras_ssl.data.element import unpack
from keras_ssl.model.batch_norm import StatisticsEstimator
from keras_ssl.utils.checks import check_name
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.console import say
from keras_ssl.utils.devices import read_number
from keras_ssl.utils.gradients import without_gradient
from keras_ssl.utils.typing import Array


class BatchNormWarmup(OwnModel):
    """Warms BatchNorm up before each phase, and checks the result.

    BatchNorm's moving statistics lag behind fast-moving weights: a new network
    can train well and predict at chance for epochs. Before each phase this
    callback (1) re-estimates the statistics by forward passes with frozen
    weights, (2) runs `steps` training steps while the learning rate rises
    linearly to the user's, (3) re-estimates again, and (4) compares the loss of
    validation images in training mode and in inference mode; if they are not
    close, it re-estimates on more images, and says so.

    Args:
        steps: Warm-up steps; 0 for none. They count as training steps of the
            optimizer, but belong to no epoch.
        when: `"phase"`: before each phase; `"evaluate"`: only re-estimate,
            for the weights that evaluation uses, before every evaluation.
        num_images: Unlabeled training images to estimate from; labeled ones if
            there are no others. They are not augmented.
        images: Images `(n, height, width, channels)` to estimate from instead;
            needed for `evaluate` outside of `fit`.
        verbose: 1 prints a line for each phase, 0 nothing.

    Raises:
        ValueError: An argument is not one of those above.

    Example:

    >>> warmup = keras_ssl.callbacks.BatchNormWarmup(steps=100)
    >>> warmup.when
    'phase'

    Reference:
        [Wu and Johnson, 2021](https://arxiv.org/abs/2105.07576), section 3, on
        estimating the statistics of a population.
    """

    acts_before_others = True

    def __init__(
        self,
        steps: int = 500,
        *,
        when: str = "phase",
        num_images: int = 4096,
        images: Array | None = None,
        verbose: int = 1,
    ) -> None:
        super().__init__()
        check_name(when, "when", ("phase", "evaluate"))
        check_number("steps", steps, 0)
        check_number("num_images", num_images, 1)
        self.steps = steps
        self.when = when
        self.num_images = num_images
        self.images = images
        self.verbose = verbose
        self.findings: list[str] = []
        self._estimate: StatisticsEstimator | None = None

    def set_model(self, model: keras.Model) -> None:
        """Forgets what was measured on another model."""
        super().set_model(model)
        self._estimate = None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Warms up if a phase begins with this epoch."""
        model = self.model
        if self.when != "phase" or read_number(model.step):
            return
        count = self._refresh(self.num_images)
        losses = self._warm_up() if self.steps else []
        if losses:
            self._refresh(self.num_images)
        text = f"{model.phase} phase: "
        if count:
            text += f"statistics of {count} variables re-estimated; "
        if losses:
            text += (
                f"{self.steps} warm-up steps, loss {losses[0]:.3f} -> "
                f"{np.mean(losses[-10:]):.3f}; "
            )
        self.findings.append(text + self._check())
        self._say(self.findings[-1])
        model.reset_metrics()

    def on_test_begin(self, logs: Any = None) -> None:
        """Re-estimates before an evaluation, if asked to."""
        if self.when == "evaluate":
            self.model.assign_evaluation_weights(self._measure(self.num_images))

    # The parts

    def _refresh(self, num_images: int) -> int:
        """Gives the network the statistics of its present weights."""
        self.model.restart_average()
        statistics = self._measure(num_images)
        for variable, value in statistics:
            variable.assign(value)
        self.model.restart_average()
        return len(statistics)

    def _measure(self, num_images: int) -> list[tuple[keras.Variable, Array]]:
        if self._estimate is None:
            model = self.model
            self._estimate = StatisticsEstimator(
                model.network, model.evaluation_weights, model
            )
        return self._estimate(self._clean(num_images))

    def _clean(self, num_images: int) -> Iterator[Array]:
        """Batches of images as they are, `num_images` in all."""
        if self.images is not None:
            yield from np.array_split(
                self.images, max(1, len(self.images) // 256)
            )
            return
        left = num_images
        for inputs, _, _ in self._elements():
            batch = inputs.get("unlabeled", inputs["labeled"])
            yield ops.convert_to_numpy(batch)[:left]
            left -= len(batch)
            if left <= 0:
                return

    def _elements(self) -> Iterator[Any]:
        source = self.model.training_data
        if source is None:
            raise ValueError(
                "Received: an evaluation outside of `fit`. Expected images to "
                "estimate the statistics from. Pass `images=` to "
                "`BatchNormWarmup`."
            )
        with source.reading(unlabeled=True):
            for batch in source:
                inputs, y, weight = unpack(batch)
                if not isinstance(inputs, dict):
                    inputs = {"labeled": inputs}
                yield inputs, y, weight

    def _warm_up(self) -> list[float]:
        """Trains with a rising learning rate; returns the losses."""
        optimizer = self.model.optimizer
        rate = read_number(optimizer.learning_rate)
        rises = not has_schedule(optimizer)
        losses = []
        endless = itertools.chain.from_iterable(
            self._elements() for _ in itertools.count()
        )
        try:
            for step, (x, y, weight) in zip(
                range(self.steps), endless, strict=False
            ):
                if rises:
                    optimizer.learning_rate = rate * (step + 1) / self.steps
                logs = self.model.train_on_batch(
                    x, y, sample_weight=weight, return_dict=True
                )
                losses.append(float(logs["loss"]))
        finally:
            if hasattr(self.model, "jax_state_sync"):
                # A step that was interrupted left this to do; after this it
                # would overwrite the rate.
                self.model.jax_state_sync()
            if rises:
                optimizer.learning_rate = rate
        return losses

    def _check(self) -> str:
        """Compares both modes on validation images, and repairs."""
        training, inference = self._losses()
        text = (
            f"loss {training:.3f} in training mode, {inference:.3f} in "
            "inference mode"
        )
        if _close(training, inference):
            return text + ", as it should be."
        self._refresh(4 * self.num_images)
        training, inference = self._losses()
        verdict = (
            "repaired"
            if _close(training, inference)
            else "still far apart; "
            "a lower learning rate or a larger batch may help"
        )
        return (
            f"{text}: too far apart. Re-estimated on up to "
            f"{4 * self.num_images} images: {inference:.3f}, {verdict}."
        )

    def _losses(self) -> tuple[float, float]:
        """The loss of the check images, in training and in inference mode."""
        x, y, weight = self.model.training_data.check_batch

        def loss(training: bool) -> float:
            outputs = self.model.network(x, training=training)
            return float(self.model.compute_loss(x, y, outputs, weight, False))

        weights = self.model.evaluation_weights()
        with without_gradient(), keras.StatelessScope(weights):
            return loss(True), loss(False)

    def _say(self, text: str) -> None:
        say(f"BatchNormWarmup: {text}", self.verbose)


def _close(training: float, inference: float) -> bool:
    return bool(np.isfinite(inference)) and inference <= 1.25 * training + 0.1
