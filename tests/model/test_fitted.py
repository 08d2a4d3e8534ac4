import inspect

import keras
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import PhaseSwitch

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture
def model(network):
    model = SemiSupervisedModel(network(), strong="cutout")
    model.compile("adam", LOGITS)
    return model


@pytest.mark.parametrize("wrong", [255, "0-255", (255, 0), "atuo"])
def test_a_range_of_pixels_that_is_none(network, wrong):
    with pytest.raises(ValueError, match="Expected \\(low, high\\)"):
        SemiSupervisedModel(network(), value_range=wrong)


def test_unknown_arguments_are_answered_with_the_nearest_one(
    model, network, digits8
):
    with pytest.raises(TypeError, match="Did you mean `strong=`"):
        SemiSupervisedModel(network(), stong="cutout")
    x, y = digits8
    with pytest.raises(TypeError, match="Did you mean `unlabeled_data=`"):
        model.fit(x, y, unlabelled_data=x)


def test_the_arguments_of_fit_are_those_of_keras_and_three_more():
    keras_fit = inspect.signature(keras.Model.fit).parameters
    ours = inspect.signature(SemiSupervisedModel.fit).parameters
    assert [(p.name, p.default) for p in ours.values()][:-3] == [
        (p.name, p.default) for p in keras_fit.values()
    ]


@pytest.mark.parametrize("unlabeled", [False, True])
def test_fit_without_labeled_data(model, digits8, unlabeled):
    data = digits8[0] if unlabeled else None
    with pytest.raises(ValueError, match="no labeled data.*Expected"):
        model.fit(unlabeled_data=data)


def test_preparing_leaves_metrics_and_the_optimizer(model, digits8):
    x, y = digits8
    model.train_on_batch(((x[:8], y[:8]), x[:16]))
    before = [float(keras.ops.sum(v)) for v in model.metrics_variables]
    steps = int(model.optimizer.iterations)
    model.prepare(({"labeled": x[:8], "unlabeled": x}, y[:8]))
    after = [float(keras.ops.sum(v)) for v in model.metrics_variables]
    assert after == pytest.approx(before)
    assert int(model.optimizer.iterations) == steps == 1


@pytest.mark.core
def test_a_generator_may_validate(model, digits8):
    x, y = digits8
    batches = ((x[i : i + 8], y[i : i + 8]) for i in (0, 8))
    history = model.fit(
        *(x[:8], y[:8]),
        unlabeled_data=x[:8],
        validation_data=batches,
        validation_steps=1,
        verbose=0,
    )
    assert len(history.history["val_loss"]) == 1


@pytest.mark.core
def test_a_phase_announces_the_images_that_it_reads(network, digits8, capsys):
    x, y = digits8
    model = SemiSupervisedModel(network(), weak=None, strong="cutout")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss, run_eagerly=True)
    switch = PhaseSwitch(patience=None, epoch=1, monitor="loss", verbose=0)
    model.fit(
        *(x[:8], y[:8]),
        unlabeled_data=x[:24],
        batch_size=8,
        steps_per_epoch=1,
        epochs=3,
        callbacks=[switch],
        verbose=2,
    )
    lines = capsys.readouterr().out.splitlines()
    told = [line for line in lines if "1 epoch =" in line]
    assert told == [
        "keras_ssl: 1 epoch = 1 step of 8 labeled images; every labeled image "
        "is seen once.",
        "keras_ssl: 1 epoch = 1 step of 8 labeled + 24 unlabeled images; every "
        "unlabeled image is seen 0.75 times, every labeled one once. The "
        "labeled images also serve as unlabeled ones.",
    ]
    assert lines.index(told[1]) > lines.index("Epoch 1/3")
