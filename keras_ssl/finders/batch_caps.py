"""The largest batch size that the data allow."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Cap:
    """The largest batch size that may be tried.

    Args:
        size: A power of two, at least 1.
        reason: What sets it, in a few words.
    """

    size: int
    reason: str


def cap_batch_size(
    labeled: int,
    unlabeled: int | None = None,
    *,
    unlabeled_ratio: int = 3,
    max_batch_size: int = 1024,
    min_steps: int = 16,
) -> Cap:
    """The largest power of two that the data and the user allow.

    An epoch is one pass over the unlabeled images, or over the labeled ones if
    there are no others. It has to have a number of steps; and a batch holds no
    labeled image twice.

    Args:
        labeled: Labeled images.
        unlabeled: Unlabeled images; `None` without.
        unlabeled_ratio: Unlabeled images for each labeled one in a step.
        max_batch_size: What the user allows, at least 1.
        min_steps: Steps of an epoch, at the least, greater than 0.

    Example:

    >>> cap_batch_size(250, 60000)
    Cap(size=128, reason='250 labeled images')
    """
    size, images = labeled, "labeled"
    if unlabeled is not None:
        size, images = unlabeled // unlabeled_ratio, "unlabeled"
    caps = {
        f"max_batch_size={max_batch_size}": max_batch_size,
        f"{labeled:,} labeled images": labeled,
        f"{min_steps} steps an epoch over the {images} images": size
        // min_steps,
    }
    reason = min(caps, key=lambda each: caps[each])
    return Cap(1 << max(caps[reason], 1).bit_length() - 1, reason)
