"""`inspect`: what is known about a model and its data, before training."""

from typing import Any
from typing import Literal

import keras

from keras_ssl.data.arrays import describe
from keras_ssl.data.halves import Line
from keras_ssl.data.task import check_task
from keras_ssl.data.task import find_task
from keras_ssl.data.task import loss_name
from keras_ssl.inspection.contradictions import check_forms
from keras_ssl.inspection.contradictions import check_range
from keras_ssl.inspection.contradictions import check_shape
from keras_ssl.inspection.duplicates import find_overlaps
from keras_ssl.inspection.duplicates import import_libraries
from keras_ssl.inspection.facts import ModelFacts
from keras_ssl.inspection.facts import Overlap
from keras_ssl.inspection.inspection import Inspection
from keras_ssl.inspection.network import describe_network
from keras_ssl.inspection.network import input_shape
from keras_ssl.inspection.network import last_activation
from keras_ssl.inspection.network import predict
from keras_ssl.inspection.scan import Look
from keras_ssl.inspection.scan import look
from keras_ssl.inspection.splits import speaking_of
from keras_ssl.inspection.suspicions import find_suspicions
from keras_ssl.inspection.task import check_targets
from keras_ssl.inspection.task import find_outputs
from keras_ssl.model.network_checks import check_network
from keras_ssl.utils.snapshot import preserved_random_state
from keras_ssl.utils.typing import ValueRange


def inspect(  # noqa: PLR0913 - the parts of the data, and what to look for
    model: keras.Model,
    labeled: Any,
    unlabeled: Any = None,
    validation: Any = None,
    *,
    test: Any = None,
    near_duplicates: bool = True,
    max_images: int = 100_000,
    value_range: ValueRange | Literal["auto"] = "auto",
    verbose: int = 1,
) -> Inspection:
    """Looks at a model and its data, and raises if they contradict each other.

    Each part of the data is read once, in bounded memory. What is wrong is an
    error that says how to correct it; what only looks wrong is a warning in the
    table that is printed.

    Args:
        model: A classifier of images, or a `SemiSupervisedModel` that holds
            one; compiled or not. It is built if it is not yet.
        labeled: `(x, y)` as arrays; or a `tf.data.Dataset` (of batches or of
            single images), a `keras.utils.PyDataset`, or a function that
            returns a generator of them, also as `(function, signature)`.
        unlabeled: Images `u`, or `(u, y_u)` with hidden labels, in any of these
            containers, as are the other parts.
        validation: `(x, y)`.
        test: `(x, y)`, only to see whether training knows them.
        near_duplicates: Whether to look also for images that are nearly the
            same: of another brightness, shifted by a pixel or compressed. The
            time that it takes grows with the square of their number.
        max_images: How many images of each part to look at, at most: rows at
            even distances of an array, else the first ones. By default as many
            as can be compared in a minute or two, in 300 MB of memory.
        value_range: `(low, high)` of the pixels, or "auto".
        verbose: 0 is silent; 1 prints a line while images are compared.

    Returns:
        What was found; print it.

    Raises:
        TypeError: Data cannot be read, or only once, as a generator.
        ValueError: Model, labels, loss and images do not fit together.
        ImportError: Near duplicates need a library that is not installed.

    Example:
    >>> model = keras.Sequential([keras.Input((8, 8, 1))])
    >>> model.add(keras.layers.Flatten())
    >>> model.add(keras.layers.Dense(10))
    >>> train, test = keras_ssl.data.load_digits()
    >>> found = inspect(model, train, test=test, verbose=0)
    >>> len(found.overlap("labeled", "test").exact)
    0
    >>> str(found).splitlines()[2]
    '  parameters                650, all trainable'
    """
    if near_duplicates:
        import_libraries()
    network, loss, known_range = _open(model)
    if labeled is None:
        raise TypeError(
            "Received: labeled=None. Expected images and labels. Pass "
            "`(x, y)`, or a data set of both."
        )
    given = {
        "labeled": labeled,
        "unlabeled": unlabeled,
        "validation": validation,
        "test": test,
    }
    with preserved_random_state():
        looks = [
            look(data, role, max_images, near_duplicates)
            for role, data in given.items()
            if data is not None
        ]
    splits = {each.role: each.facts for each in looks}
    for role, facts in splits.items():
        check_shape(facts, role, input_shape(network))
    check_forms(splits)
    found_range = check_range(
        splits, known_range if value_range == "auto" else value_range
    )
    task, described = _check_model(network, looks, loss)
    overlaps = _compare(looks, near_duplicates, Line(verbose))
    return Inspection(
        task=task,
        loss=loss_name(loss),
        value_range=found_range,
        class_names=tuple(getattr(labeled, "class_names", ())),
        model=described,
        splits=splits,
        overlaps=overlaps,
        near_duplicates=near_duplicates,
        warnings=find_suspicions(
            described, splits, overlaps, task, found_range
        ),
    )


def _open(model: Any) -> tuple[keras.Model, Any, Any]:
    """Returns the classifier itself, its loss, and the range that it knows."""
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"Received: model={describe(model)}. Expected a `keras.Model`. "
            "Pass the model that you would train, then the labeled data."
        )
    network = getattr(model, "network", model)
    check_network(network)
    # Of a model that was not compiled, Keras has no loss to ask for.
    loss = model.loss if model.compiled else None
    return network, loss, getattr(model, "value_range", "auto")


def _compare(looks: list[Look], near: bool, line: Line) -> tuple[Overlap, ...]:
    count = sum(each.facts.images for each in looks)
    line.write(f"comparing {count:,} images with one another ...", end=" ")
    overlaps = find_overlaps(looks, near=near)
    line.write("done.")
    return overlaps


def _check_model(
    network: keras.Model, looks: list[Look], loss: Any
) -> tuple[str, ModelFacts]:
    """Tells the task and describes the model, if all parts fit it."""
    outputs = predict(network, looks[0].few)
    width, labels = outputs.shape[-1], str(looks[0].facts.labels)
    task = find_task(width, labels, loss)
    if task == "regression":  # the others are described, with a warning
        check_task(task)
    kind = find_outputs(outputs, last_activation(network), task, loss)
    for each in looks:
        if each.facts.labels and each.role != "unlabeled":
            with speaking_of(each.role, instead_of="labeled"):
                check_targets(each.facts, width, task, loss)
    return task, describe_network(network, outputs, kind)
