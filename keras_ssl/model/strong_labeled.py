"""How many labeled images are strongly augmented, where that is left open."""

from collections.abc import Mapping
from typing import Any

from keras_ssl.data.element import labeled_images
from keras_ssl.data.element import unpack
from keras_ssl.model.training_data import TrainingData
from keras_ssl.utils.checks import check_number
from keras_ssl.utils.console import say

AUTO = "auto"
OFTEN = 100


def check_strong_labeled_share(value: float | str) -> float | str:
    """Returns `"auto"`, or a probability as a float.

    Raises:
        ValueError: It is neither.
    """
    if isinstance(value, str) and value == AUTO:
        return value
    share = check_number(
        "strong_labeled_share",
        int(value) if isinstance(value, bool) else value,
        *(0, 1),
        advice="0 is none, 1 is all. Or pass 'auto'.",
    )
    return float(share)


def times_seen(
    training: TrainingData, given: Mapping[str, Any]
) -> float | None:
    """How often `fit` shows each labeled image; `None` if nobody knows.

    Args:
        training: The training data.
        given: The arguments of `fit`.

    Example:

    >>> from keras_ssl.model.training_data import PairedData
    >>> dataset = keras_ssl.data.pair(
    ...     (np.zeros((20, 8, 8, 1)), np.zeros(20)),
    ...     np.ones((300, 8, 8, 1)),
    ...     batch_size=4,
    ...     verbose=0,
    ... )
    >>> times_seen(PairedData(dataset), {"epochs": 3})
    16.2
    """
    images = training.num_labeled
    if images is None:
        return None
    inputs, _, _ = unpack(training.peek()[0])
    steps = given.get("steps_per_epoch") or len(training)
    shown = steps * given.get("epochs", 1) * len(labeled_images(inputs))
    return shown / images


def decide(value: float | str, times: float | None, *, verbose: int) -> float:
    """The probability of a labeled image to be strongly augmented.

    `"auto"` is 1 where each labeled image is seen at least 100 times, as one
    that is seen so often has nothing more to teach as it is, and says so; else,
    and where nobody knows how often, it is 0.

    Args:
        value: What the model was given: `"auto"`, or the probability.
        times: How often each labeled image is seen, or `None`.
        verbose: 0 says nothing.

    Example:

    >>> decide("auto", 99.0, verbose=1)
    0.0
    >>> decide("auto", 102.6, verbose=1)
    Labeled images are strongly augmented too, as each will be seen 103 times.
    1.0
    """
    if isinstance(value, float):
        return value
    if times is None or times < OFTEN:
        return 0.0
    say(
        "Labeled images are strongly augmented too, as each will be seen "
        f"{times:,.0f} times.",
        verbose,
    )
    return 1.0
