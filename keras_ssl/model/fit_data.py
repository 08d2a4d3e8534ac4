"""Turns what `fit` was given into the data that it trains on."""

import itertools
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_ssl import data
from keras_ssl.data.arrays import as_arrays
from keras_ssl.data.arrays import as_numpy
from keras_ssl.data.arrays import describe
from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.data.element import PARTS
from keras_ssl.data.element import is_paired
from keras_ssl.data.element import labeled_images
from keras_ssl.data.element import unpack
from keras_ssl.data.generators import again_and_again
from keras_ssl.data.generators import count_batches
from keras_ssl.data.halves import EARLY
from keras_ssl.data.halves import is_tf_dataset
from keras_ssl.data.halves import is_torch_loader
from keras_ssl.data.reader import PairedDataset
from keras_ssl.model.training_data import Arguments
from keras_ssl.model.training_data import GeneratedData
from keras_ssl.model.training_data import LabeledArrays
from keras_ssl.model.training_data import PairedData
from keras_ssl.model.training_data import TrainingData
from keras_ssl.model.training_data import as_elements


def ordered(callbacks: Any, begin_epoch: Callable[[], None]) -> list[Any]:
    """The callbacks of `fit`: ours first, so that a backup holds what they did.

    Args:
        callbacks: What `fit` was given.
        begin_epoch: Called after all of them, when an epoch begins.
    """
    callbacks = getattr(callbacks, "callbacks", callbacks) or []
    if not isinstance(callbacks, list | tuple):
        callbacks = [callbacks]
    first = [c for c in callbacks if hasattr(c, "acts_before_others")]
    others = [c for c in callbacks if not hasattr(c, "acts_before_others")]
    last = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs=None: begin_epoch()
    )
    return [*first, *others, last]


def read_fit_data(
    arguments: Arguments,
    unlabeled: Any,
    *,
    needs_unlabeled: bool,
    check: BatchCheck,
    **options: Any,
) -> tuple[TrainingData, Arguments]:
    """The training data, and the arguments for `keras.Model.fit`.

    Args:
        arguments: What `fit` was given, by name.
        unlabeled: `unlabeled_data`, or `None`.
        needs_unlabeled: Whether it is an error to have none.
        check: Checks each batch that is read, of data that are no arrays.
        **options: `unlabeled_ratio`, `include_labeled` and `index` of `pair`.

    Returns:
        The data, and arguments that train on the same data.

    Raises:
        ValueError: There are no unlabeled images, or the validation split
            cannot be cut.
    """
    if arguments.get("x") is None:
        raise ValueError(
            "Received: no labeled data. Expected images and labels. Pass "
            "`fit(x, y, unlabeled_data=images)`."
        )
    rest = _with_validation(dict(arguments))
    if unlabeled is None:
        training = _read(rest, check)
    else:
        paired = _pair(rest, unlabeled, **options)
        training = PairedData(paired, check, tells=True)
    first = unpack(training.peek()[0])[0]
    if needs_unlabeled and not is_paired(first):
        raise ValueError(
            "Received: only labeled data. Expected unlabeled images too. Pass "
            "`unlabeled_data=images` to `fit`, or zipped batches "
            '`((x, y), u)`; or set `model.phase = "supervised"` to train '
            "without."
        )
    training.check_batch = _check_batch(_read_validation(rest), training)
    if not isinstance(training, LabeledArrays):
        rest |= {"x": training.batches, "shuffle": False}
    return training, rest


def _read_validation(rest: Arguments) -> Any:
    """The validation data to look at, before Keras reads them from `rest`."""
    validation: Any = rest.get("validation_data")
    if hasattr(validation, "__next__"):
        validation, rest["validation_data"] = _first_kept(validation)
    elif is_tf_dataset(validation):
        from keras_ssl.data.tuning import read_ahead  # imports TensorFlow

        rest["validation_data"] = read_ahead(validation)
    return validation


def _first_kept(batches: Iterator[Any]) -> tuple[Any, Iterator[Any]]:
    """The first batch of a generator, and one that still begins with it."""
    first = next(batches, None)
    if first is None:
        raise ValueError(
            "Received: a validation_data generator without a batch. Expected "
            "one at least. Make a new generator for each `fit`."
        )
    return first, (each for each in itertools.chain([first], batches))


def _check_batch(
    validation: Any, training: TrainingData
) -> tuple[Any, Any, Any]:
    if validation is None:
        inputs, y, weight = unpack(training.peek()[0])
        return labeled_images(inputs), y, weight
    if not isinstance(validation, tuple | list):
        validation = data.peek(validation)
        shape = np.shape(validation[0])
        if len(shape) == 3:
            raise ValueError(
                f"Received: validation data of single images of shape {shape}. "
                "Expected batches (n, height, width, channels). Call "
                "`.batch(32)` on the dataset."
            )
    parts = [part[:256] for part in validation if part is not None]
    return keras.utils.unpack_x_y_sample_weight(tuple(parts))


def _pair(rest: Arguments, unlabeled: Any, **options: Any) -> PairedDataset:
    given = [rest.pop(name, None) for name in PARTS]
    parts = tuple(part for part in given if part is not None)
    batch_size = rest.pop("batch_size", None) or 32
    rest["validation_batch_size"] = (
        rest.get("validation_batch_size") or batch_size
    )
    return data.pair(
        parts if len(parts) > 1 else parts[0],
        unlabeled,
        batch_size=batch_size,
        shuffle=rest.pop("shuffle", True),
        steps=rest.pop("steps_per_epoch", None),
        class_weight=rest.pop("class_weight", None),
        # What an epoch holds is said once its phase is known.
        verbose=EARLY * int(rest.get("verbose", "auto") != 0),
        **options,
    )


def _read(arguments: Arguments, check: BatchCheck) -> TrainingData:
    """Data that hold all there is: plain or zipped batches, or arrays."""
    given = arguments["x"]
    if hasattr(given, "shape"):
        return LabeledArrays(arguments)
    if isinstance(given, PairedDataset):
        return PairedData(given, check)
    if is_tf_dataset(given) or isinstance(given, keras.utils.PyDataset):
        if arguments.get("steps_per_epoch") is None:
            _refuse_endless(given)
        return TrainingData(as_elements(given, check))
    if not hasattr(given, "__next__"):
        arguments["steps_per_epoch"] = _count_steps(given, arguments)
        loader = is_torch_loader(given)
        given = again_and_again(given, "labeled")
        given = map(as_arrays, given) if loader else given
    return GeneratedData(given, check)


def _count_steps(batches: Any, arguments: Arguments) -> int:
    steps = arguments.get("steps_per_epoch")
    is_batches = hasattr(batches, "__iter__") and not isinstance(batches, str)
    if arguments.get("y") is not None or not is_batches:
        raise TypeError(
            f"Received: {describe(batches)} as labeled data. Expected arrays, "
            "or batches of images and labels. Convert lists with "
            "`numpy.asarray`; read files with "
            "`keras.utils.image_dataset_from_directory`."
        )
    steps = steps or count_batches(batches)
    if steps is None:
        raise ValueError(
            f"Received: batches from {describe(batches)} without a length, and "
            "no `steps_per_epoch`. Expected to know how long an epoch is. Pass "
            "`steps_per_epoch=` to `fit`."
        )
    return steps


def _refuse_endless(dataset: Any) -> None:
    # A `tf.data.Dataset` says -1 of itself if it never ends.
    cardinality = getattr(dataset, "cardinality", None)
    if cardinality is not None and int(cardinality()) == -1:
        raise ValueError(
            "Received: a dataset without end and no `steps_per_epoch`. "
            "Expected to know how long an epoch is. Pass `steps_per_epoch=` "
            "to `fit`, or leave out `.repeat()`."
        )


def _with_validation(rest: Arguments) -> Arguments:
    """Cuts `validation_split` off the end of the arrays, as Keras does."""
    share = rest.pop("validation_split", 0.0)
    if not share or rest.get("validation_data") is not None:
        return rest
    if not hasattr(rest.get("x"), "shape"):
        raise ValueError(
            f"Received: validation_split={share} with data that is not an "
            "array. Expected arrays. Pass `validation_data=` instead."
        )
    keep = int(len(rest["x"]) * (1 - share))
    names = [name for name in PARTS if rest.get(name) is not None]
    whole = {name: as_numpy(rest[name]) for name in names}
    rest["validation_data"] = tuple(whole[name][keep:] for name in names)
    return {**rest, **{name: whole[name][:keep] for name in names}}
