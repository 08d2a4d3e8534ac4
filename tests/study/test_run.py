import keras
import numpy as np
import pytest

import keras_ssl
from keras_ssl import study
from keras_ssl.augmentation import CropAndFlip
from keras_ssl.study.run import train_recipe
from keras_ssl.study.task import make_task

pytestmark = pytest.mark.eager

SHORT = {"steps": 4, "batch_size": 4, "unlabeled_ratio": 2, "strong": "cutout"}


@pytest.fixture
def images(digits8):
    x, y = digits8
    return (x[:96], y[:96]), (x[96:], y[96:])


@pytest.mark.core
def test_plain_recipes_are_plain_keras(network, images):
    recipe = keras_ssl.recipes.fixmatch(steps=4, batch_size=8, weight_decay=0.0)
    # A batch has all labeled images, so that their order does not matter.
    task = make_task(images[0], 8, seed=2)
    ours, theirs = network(), network()
    theirs.set_weights(ours.get_weights())
    train_recipe(recipe.plain(), ours, task)
    optimizer = keras.optimizers.SGD(
        keras_ssl.schedules.PartialCosineDecay(0.03, 4),
        momentum=0.9,
        nesterov=True,
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    theirs.compile(optimizer, loss)
    theirs.fit(*task.labeled, batch_size=8, epochs=4, verbose=0)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_a_network_of_one_output_is_refused(network, images):
    def binary(net, task):
        return network(classes=1)

    with pytest.raises(ValueError, match=r"outputs of shape \(32, 1\)"):
        study.compare(
            {"row": binary}, network, *images, labels=16, seeds=1, verbose=0
        )


def test_outputs_that_are_no_numbers_are_wrong(network, images):
    def diverged(net, task):
        net.set_weights([w * np.nan for w in net.get_weights()])
        return net

    (run,) = study.compare(
        {"row": diverged}, network, *images, labels=16, seeds=1, verbose=0
    ).runs
    assert run["accuracy"] == 0


@pytest.mark.eager(False)  # as other processes are not
def test_a_run_does_not_depend_on_the_others(network, images):
    recipe = keras_ssl.recipes.fixmatch(
        **{**SHORT, "weak": CropAndFlip(flip=False), "steps": 2}
    )
    rows = {"plain": recipe.plain(), "ours": recipe}
    options = {"labels": 16, "epochs": 1, "verbose": 0}

    def curves(chosen, **others):
        found = study.compare(chosen, network, *images, **options, **others)
        runs = {(run["row"], run["seed"]): run for run in found.runs}
        return [runs["ours", seed] for seed in (0, 1)]

    first = curves(rows, seeds=2)
    for again in (
        curves({"ours": recipe}, seeds=[1, 0]),
        curves(rows, seeds=2, workers=2),
    ):
        for a, b in zip(first, again, strict=True):
            assert a["accuracy"] == b["accuracy"]
            assert a["curve"]["loss"] == pytest.approx(b["curve"]["loss"], 1e-5)
    losses = [run["curve"]["loss"] for run in first]
    assert losses[0] != losses[1]


@pytest.mark.parametrize(("epochs", "expected"), [(10, 6), (4, 3), (1, 1)])
def test_a_run_has_no_step_more(epochs, expected, network, images):
    recipe = keras_ssl.recipes.fixmatch(**{**SHORT, "steps": 6}).plain()
    task = make_task(images[0], 16, seed=0, epochs=epochs)
    model = train_recipe(recipe, network(), task)
    assert int(model.optimizer.iterations) == 6
    assert len(model.history.epoch) == expected
