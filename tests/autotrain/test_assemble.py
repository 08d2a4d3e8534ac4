import pytest
from keras import ops

import keras_ssl
from tests.autotrain.runs import FIXED
from tests.autotrain.runs import LOGITS
from tests.autotrain.runs import OPEN
from tests.autotrain.runs import QUIET
from tests.autotrain.runs import SHORT
from tests.autotrain.runs import settings

pytestmark = [pytest.mark.eager, QUIET]


@pytest.mark.core
def test_a_compiled_model_keeps_what_it_was_compiled_with(model, parts):
    report = keras_ssl.train(model, **parts, **FIXED, baseline=False)
    found = settings(report)
    why = "of the compiled model"
    assert found["optimizer"] == ("SGD", why)
    assert found["learning_rate"] == (pytest.approx(0.05), why)
    assert found["loss"] == ("SparseCategoricalCrossentropy", why)
    assert found["batch_size"] == (4, "given")
    assert report.model.run_eagerly
    assert report.model.optimizer.momentum == 0.9
    assert set(report.accuracy) == {"phase 1", "phase 2"}
    assert report.history["phase 2"]["pseudo_label_accuracy"]
    assert report.history["phase 1"]["val_accuracy"]
    assert report.analysis["splits"]["test"]["images"] == 28
    assert report.measured_on == "test images"
    assert report.measured_images == 28
    assert report.classification.accuracy == report.accuracy["phase 2"]
    assert len(report.batch_norm) == 2


def test_a_wrapped_model_decides_itself(network, parts):
    model = keras_ssl.SemiSupervisedModel(network(), "adamatch", strong=None)
    model.compile("sgd", LOGITS, run_eagerly=True)
    options = {**SHORT, "batch_size": 4, "baseline": False}
    report = keras_ssl.train(model, **parts, **options)
    assert report.model is model
    assert settings(report)["strong"] == (None, "given")
    with pytest.raises(ValueError, match="method, ema beside a"):
        keras_ssl.train(model, **parts, **OPEN, ema=None)


def test_what_does_not_fit_is_refused(network, parts):
    x, y = parts["labeled"]
    with pytest.raises(ValueError, match="kind 'binary'"):
        keras_ssl.train(network(classes=1), (x, y % 2), x)
    with pytest.raises(TypeError, match="stong=.*mean `strong=`") as raised:
        keras_ssl.train(network(), **parts, stong="cutout")
    for real in ("'batch_size'", "'strong'", "'unlabeled_weight'"):
        assert real in str(raised.value)
    for not_one in ("network", "kwargs", "options", "self"):
        assert repr(not_one) not in str(raised.value)

    def loss(y, outputs):
        return ops.mean(outputs)

    model = network()
    model.compile("sgd", loss)
    with pytest.raises(ValueError, match="cannot be compiled anew"):
        keras_ssl.train(model, **parts)
