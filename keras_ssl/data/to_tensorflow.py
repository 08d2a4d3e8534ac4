"""Gives Keras the training data as `tf.data`; imports TensorFlow."""

import weakref
from typing import Any

import keras
import tensorflow as tf

from keras_ssl.data.batch_check import BatchCheck
from keras_ssl.data.element import HALVES
from keras_ssl.data.element import is_paired
from keras_ssl.data.element import pack
from keras_ssl.data.element import unpack
from keras_ssl.data.reader import PairedDataset
from keras_ssl.data.tuning import read_ahead
from keras_ssl.data.tuning import without_tuning
from keras_ssl.utils.typing import Tensor


def to_dataset(paired: PairedDataset) -> Any:
    """The epochs of a paired dataset as a `tf.data.Dataset`.

    It reads through Python, where no cancelled step can break a stream, and
    shapes are as static as they can be. TensorFlow never frees the function
    that reads, so this holds no more than a weak reference to the data.

    Args:
        paired: The data, which somebody else must keep for as long as the
            dataset is read.

    Returns:
        One epoch; each pass is the next one.
    """
    (first,) = paired.peek()
    types = [part.dtype for part in keras.tree.flatten(first)]
    shapes = keras.tree.flatten(
        keras.tree.map_structure_up_to(
            first, lambda _, shape: tf.TensorShape(shape), first, paired.shapes
        )
    )
    steps, data = len(paired), weakref.ref(paired)

    def read(step: int) -> list[Any]:
        source: Any = data()
        try:
            element = source[int(step)]
        except Exception as error:  # TensorFlow makes another one of it
            source.check.note(error)
            raise
        # Keras does not tell a `tf.data.Dataset` that an epoch ends.
        if step == steps - 1:
            source.on_epoch_end()
        return keras.tree.flatten(element)

    @tf.autograph.experimental.do_not_convert
    def to_tensors(step: Tensor) -> Any:
        tensors = tf.numpy_function(read, [step], types)
        shaped = list(map(tf.ensure_shape, tensors, shapes))
        return keras.tree.pack_sequence_as(first, shaped)

    dataset = tf.data.Dataset.range(steps).map(to_tensors)
    return dataset.with_options(without_tuning())


def checked(dataset: Any, check: BatchCheck) -> Any:
    """The elements of a `tf.data.Dataset`, each of which is checked.

    Args:
        dataset: Of batches in any form that `unpack` reads.
        check: Gets them as arrays.

    Returns:
        The dataset, with elements where it holds zipped batches.
    """

    @tf.autograph.experimental.do_not_convert
    def look(*batch: Any) -> Any:
        element = pack(batch)
        inputs, y, sample_weight = unpack(element)
        if is_paired(inputs):
            inputs = {n: x for n, x in inputs.items() if n in HALVES}
        seen = keras.utils.pack_x_y_sample_weight(inputs, y, sample_weight)

        def run(*arrays: Any) -> bool:
            check(keras.tree.pack_sequence_as(seen, arrays))
            return True

        tensors = keras.tree.flatten(seen)
        # The batch waits for its check.
        with tf.control_dependencies([tf.numpy_function(run, tensors, "bool")]):
            return keras.tree.map_structure(tf.identity, element)

    return read_ahead(dataset.map(look))
