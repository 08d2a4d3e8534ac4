"""The plain fields of a report; whoever shows a report needs no more."""

import re
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import KW_ONLY
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Any
from typing import NamedTuple

import keras

from keras_ssl.plots.curves import Phases
from keras_ssl.plots.svg import Drawing
from keras_ssl.report.classification import Classification
from keras_ssl.report.samples import Sample
from keras_ssl.utils.jsonable import to_plain


@dataclass
class Finding:
    """The result of a finder: words, numbers and a figure.

    Args:
        title: What was searched, for example "Learning rate".
        text: What was found, and how, in a sentence.
        rows: A table, one dictionary a row.
        figure: SVG text; Matplotlib axes or a figure; or a function without
            arguments that returns one, called when the report is written.

    Example:
    >>> finding = Finding("Learning rate", rows=[{"rate": np.float64(0.01)}])
    >>> finding.rows
    [{'rate': 0.01}]
    """

    title: str
    text: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    figure: "Drawing | None" = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Reduces the rows to what JSON can hold."""
        self.rows = to_plain(self.rows)


QUALITIES = (
    "amber apricot autumn azure bronze cedar cherry citrus clover cobalt "
    "copper coral crimson crystal dawn ebony emerald ginger golden hazel "
    "honey indigo ivory jade jasmine khaki lavender lemon lilac lime linen "
    "lunar magenta mango maple marble maroon meadow mint misty olive onyx "
    "opal orchid pearl pewter plum quartz rosy ruby russet saffron sage "
    "sapphire scarlet silver snowy solar summer teal topaz velvet violet "
    "winter"
)
MANNERS = (
    "able agile alert amiable apt bold brave bright brisk calm careful "
    "cheerful civil clear clever cosy curious dapper daring eager early "
    "earnest fair faithful fancy fleet fond frank free gentle glad graceful "
    "grand happy hardy hearty humble jolly jovial keen kind lively loyal "
    "lucky mellow merry mild modest neat nimble noble patient playful polite "
    "proud quick quiet ready serene sincere steady sunny swift wise"
)
ANIMALS = (
    "badger beaver bison bobcat bunting camel chamois cheetah condor cormorant "
    "crane curlew deer dolphin dormouse dove eagle egret elk falcon ferret "
    "finch fox gazelle gecko gibbon giraffe heron hoopoe ibex jaguar kestrel "
    "kingfisher koala koi lark lemur linnet lynx magpie marmot marten narwhal "
    "newt nuthatch ocelot orca oriole osprey otter owl panda panther pelican "
    "penguin puffin raven robin salmon seal sparrow starling swan wren"
)
STRIDE = 0x9E3779B1  # odd, so that no two of `64 ** 3` seeds share a name


def run_name(seed: int) -> str:
    """Names a run after its seed, to be said aloud and found again.

    Args:
        seed: Any integer. Seeds that differ by less than 262,144 have
            different names.

    Returns:
        Three words with hyphens between them: letters of ASCII, lower case.

    Example:
    >>> run_name(0), run_name(1)
    ('amber-able-badger', 'ruby-jovial-puffin')
    """
    number, chosen = seed * STRIDE, []
    for words in (QUALITIES.split(), MANNERS.split(), ANIMALS.split()):
        number, index = divmod(number, len(words))
        chosen.append(words[index])
    return "-".join(chosen)


PLAIN = (
    "accuracy",
    "history",
    "analysis",
    "batch_norm",
    "seconds",
    "machine",
)


class Setting(NamedTuple):
    """A setting of a training, and where it is from.

    Args:
        name: Name of the argument.
        value: Its value.
        why: "given", "default", or "found: " and how.

    Example:

    >>> Setting("batch_size", 32).why
    'given'
    """

    name: str
    value: Any
    why: str = "given"


# An image that is part of the page, so that the page loads nothing.
IMAGE = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+")


def _check(sample: Sample) -> Sample:
    if IMAGE.fullmatch(str(sample.image)):
        return sample
    raise ValueError(
        f"Received: a sample with the image {str(sample.image)[:60]!r}. "
        "Expected its pixels, as a `data:` address in base64. Make samples "
        "with `keras_ssl.report.make_samples`, and open only reports that you "
        "trust."
    )


def _now() -> str:
    return datetime.now().astimezone().isoformat(" ", "seconds")


@dataclass(repr=False)
class Record:
    """The fields of a `TrainingReport`, which documents them."""

    seed: int
    _: KW_ONLY
    name: str = ""
    date: str = field(default_factory=_now)
    accuracy: Mapping[str, float] = field(default_factory=dict)
    decision: str = ""
    measured_on: str = ""
    measured_images: int = 0
    settings: Sequence[Setting] = ()
    history: Phases = field(default_factory=dict)
    classification: Classification | None = None
    findings: Sequence[Finding] = ()
    samples: Sequence[Sample] = ()
    analysis: Mapping[str, Any] = field(default_factory=dict)
    analysis_text: str = ""
    batch_norm: Sequence[str] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)
    model: keras.Model | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Reduces the fields to what JSON can hold, and completes the name."""
        self.name = self.name or run_name(self.seed)
        for each in PLAIN:
            setattr(self, each, to_plain(getattr(self, each)))
        settings = (Setting(*each) for each in self.settings)
        self.settings = [
            each._replace(value=to_plain(each.value)) for each in settings
        ]
        self.samples = [_check(Sample(*each)) for each in self.samples]
        self.findings = list(self.findings)
        for stage, value in self.accuracy.items():
            if not 0 <= value <= 1:
                raise ValueError(
                    f"Received: accuracy {value!r} of {stage!r}. Expected a "
                    "number from 0 to 1, as `model.evaluate` returns it. "
                    "Divide percentages by 100."
                )

    @property
    def gains(self) -> dict[str, float]:
        """What the last stage gained over each earlier one, in points."""
        *earlier, last = [100 * value for value in self.accuracy.values()] or [
            0
        ]
        names = list(self.accuracy)
        return {
            name: last - value
            for name, value in zip(names, earlier, strict=False)
        }
