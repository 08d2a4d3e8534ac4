"""Every finder, called in one way on data in any container."""

import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl import finders
from tests.data.conftest import Batches

pytestmark = [
    pytest.mark.eager,
    pytest.mark.usefixtures("timed_briefly"),
]
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
FINDERS = {
    "find_learning_rate": {"steps": 10, "trial_steps": 0, "batch_size": 8},
    "find_batch_size": {"max_batch_size": 8, "min_steps": 1, "rounds": 1},
    "find_augmentation": {
        **{"search": ["mirror"], "warmup_steps": 1, "steps": 1},
        **{"repeats": 1, "verbose": 0},
    },
}


def slices(arrays):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(
        arrays if len(arrays) > 1 else arrays[0]
    )


FORMS = {
    "arrays": lambda *arrays: arrays if len(arrays) > 1 else arrays[0],
    "PyDataset": lambda *arrays: Batches(arrays, 8),
    "tf.data of batches": lambda *arrays: slices(arrays).batch(8),
    "tf.data of images": lambda *arrays: slices(arrays),
    "generator": lambda *arrays: iter([arrays] * 99),
}


def search(name, model, form, digits8):
    x, y = digits8
    data = {"labeled": form(x[:24], y[:24])}
    if name == "find_augmentation":
        data["validation"] = form(x[24:], y[24:])
    else:
        data["unlabeled"] = form(x)
    return getattr(finders, name)(model, **data, **FINDERS[name])


@pytest.fixture
def model(network):
    model = SemiSupervisedModel(network(), "fixmatch", weak=None, strong=None)
    model.compile("sgd", LOGITS, run_eagerly=True)
    return model


@pytest.mark.parametrize(
    "form", [each for each in FORMS if each != "generator"]
)
@pytest.mark.parametrize("name", FINDERS)
def test_every_finder_takes_every_container(name, form, model, digits8):
    before = model.get_weights()
    result = search(name, model, FORMS[form], digits8)
    assert result.to_dict()
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", FINDERS)
def test_every_finder_refuses_a_generator(name, model, digits8):
    with pytest.raises(TypeError, match="in a generator, which.*Pass arrays"):
        search(name, model, FORMS["generator"], digits8)


@pytest.mark.parametrize("name", ["find_learning_rate", "find_batch_size"])
@pytest.mark.parametrize("form", ["arrays", "PyDataset", "tf.data of batches"])
def test_labeled_data_alone(name, form, network, digits8):
    x, y = digits8
    model = network()
    model.compile("sgd", LOGITS, run_eagerly=True)
    data = FORMS[form](x[:24], y[:24])
    assert getattr(finders, name)(model, data, **FINDERS[name]).to_dict()


def test_old_forms_go_on_and_warn(model, network, digits8):
    x, y = digits8
    plain = network()
    plain.compile("sgd", LOGITS, run_eagerly=True)
    with pytest.warns(FutureWarning, match="`data=` is now `labeled=`"):
        finders.find_learning_rate(
            plain, data=[(x[:8], y[:8])], **FINDERS["find_learning_rate"]
        )
    with pytest.warns(FutureWarning, match="is now `validation=`"):
        result = finders.find_augmentation(
            model,
            (x[:24], y[:24]),
            (x[24:], y[24:]),
            **FINDERS["find_augmentation"],
        )
    assert result.images == 104
