import contextlib
import gc
import weakref

import keras
import numpy as np
import pytest
from keras import ops

import keras_ssl
from keras_ssl import SemiSupervisedModel
from keras_ssl.methods import FixMatch
from keras_ssl.model import strong_labeled
from keras_ssl.model.phases import PHASES
from tests.backends import needs_compiler

pytestmark = [pytest.mark.core, pytest.mark.eager]
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def predictions(model, x):
    return ops.convert_to_numpy(model(ops.convert_to_tensor(x)))


def compiled(network, **arguments):
    arguments.setdefault("strong", "cutout")
    model = SemiSupervisedModel(network, **arguments)
    model.compile(keras.optimizers.SGD(0.1), LOGITS, metrics=["accuracy"])
    return model


def values(model):
    return [ops.convert_to_numpy(v) for v in model.variables]


# Drop-in


class Subclassed(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.flatten = keras.layers.Flatten()
        self.dense = keras.layers.Dense(4)

    def call(self, inputs):
        return self.dense(self.flatten(inputs))


def sequential():
    return keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(4)])


def functional():
    inputs = keras.Input((8, 8, 1))
    outputs = keras.layers.Flatten()(inputs)
    return keras.Model(inputs, keras.layers.Dense(4)(outputs))


@pytest.mark.parametrize("build", [sequential, functional, Subclassed])
def test_any_kind_of_keras_model(build, digits8):
    x, y = digits8
    model = compiled(build())
    history = model.fit(x[:16], y[:16], unlabeled_data=x, verbose=0)
    assert set(history.history) == {
        "loss",
        "labeled_loss",
        "unlabeled_loss",
        "mask_ratio",
        "mix_distance",
        "confidence",
        "pseudo_label_entropy",
        "accuracy",
    }
    assert history.history["loss"][0] > 0


@pytest.mark.parametrize("activation", [None, "softmax"])
@pytest.mark.parametrize("one_hot", [False, True])
def test_logits_or_probabilities_integers_or_one_hot(
    activation, one_hot, network, digits8
):
    x, y = digits8
    y = np.eye(4)[y] if one_hot else y
    prefix = "Categorical" if one_hot else "SparseCategorical"
    loss = getattr(keras.losses, prefix + "Crossentropy")
    model = SemiSupervisedModel(network(activation=activation), strong="cutout")
    model.compile("adam", loss(from_logits=activation is None))
    history = model.fit(x[:16], y[:16], unlabeled_data=x, verbose=0)
    assert np.isfinite(history.history["loss"][0])
    assert model(x[:2]).shape == (2, 4)


def test_a_softmax_model_gets_the_loss_of_its_logits(network, digits8):
    x, y = digits8
    losses = []
    for activation in (None, "softmax"):
        keras.utils.set_random_seed(0)
        model = SemiSupervisedModel(
            network(activation=activation),
            FixMatch(0.26),
            weak=None,
            strong=None,
        )
        model.compile(
            keras.optimizers.SGD(0.0),
            keras.losses.SparseCategoricalCrossentropy(
                from_logits=activation is None
            ),
        )
        logs = model.train_on_batch(((x[:8], y[:8]), x), return_dict=True)
        losses.append(logs["unlabeled_loss"])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)
    assert losses[0] > 0


def test_keras_arguments_reach_keras(network, digits8):
    x, y = digits8
    model = compiled(network())
    history = model.fit(
        x[:32],
        y[:32],
        8,
        2,
        0,
        validation_split=0.25,
        sample_weight=np.ones(32),
        steps_per_epoch=3,
        unlabeled_data=x,
        unlabeled_ratio=1,
    )
    assert len(history.history["val_loss"]) == 2
    assert int(model.step) == 6


def test_class_weight_weighs_the_labeled_half(network, digits8):
    x, y = digits8
    losses = []
    for weight in (1.0, 2.0):
        keras.utils.set_random_seed(0)
        model = compiled(network(), weak=None, strong=None, ema=None)
        history = model.fit(
            x[:16],
            y[:16],
            unlabeled_data=x,
            class_weight=dict.fromkeys(range(4), weight),
            batch_size=16,
            shuffle=False,
            steps_per_epoch=1,
            verbose=0,
        )
        losses.append(history.history["labeled_loss"][0])
    np.testing.assert_allclose(2 * losses[0], losses[1], rtol=1e-5)


@needs_compiler
def test_steps_per_execution(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), strong="cutout")
    model.compile("adam", LOGITS, steps_per_execution=2)
    model.fit(
        x[:16],
        y[:16],
        16,
        unlabeled_data=x,
        unlabeled_ratio=2,
        include_labeled=False,
        verbose=0,
    )
    assert int(model.step) == 4


# The step


def test_the_loss_is_labeled_plus_weighted_unlabeled(network, digits8):
    x, y = digits8
    model = compiled(network(), method=FixMatch(0.26), unlabeled_weight=0.5)
    logs = model.train_on_batch(((x[:8], y[:8]), x), return_dict=True)
    assert logs["unlabeled_loss"] > 0
    np.testing.assert_allclose(
        logs["loss"],
        logs["labeled_loss"] + 0.5 * logs["unlabeled_loss"],
        rtol=1e-5,
    )


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_without_unlabeled_weight_it_is_plain_training(
    policy, network, digits8
):
    keras.config.set_dtype_policy(policy)
    x, y = digits8
    plain = network()
    wrapped = keras.models.clone_model(plain)
    wrapped.set_weights(plain.get_weights())
    model = SemiSupervisedModel(
        wrapped,
        weak=None,
        strong=None,
        ema=None,
        unlabeled_weight=0.0,
        batch_norm="labeled",
    )
    for each in (plain, model):
        each.compile(keras.optimizers.SGD(0.1, momentum=0.9), LOGITS)
    for start in (0, 8, 16):
        part = slice(start, start + 8)
        plain.train_on_batch(x[part], y[part])
        model.train_on_batch(((x[part], y[part]), x[32:]))
    for a, b in zip(values(plain), values(wrapped), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_the_two_forward_policies_give_the_same_gradient(digits8):
    x, y = digits8
    results = []
    for forward in ("split", "joint"):
        keras.utils.set_random_seed(0)
        model = compiled(
            functional(),
            method=FixMatch(0.26),
            forward=forward,
            weak=None,
            strong=None,
            ema=None,
        )
        model.train_on_batch(((x[:8], y[:8]), x))
        results.append(values(model.network))
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_nothing_passes_a_threshold_above_one_and_nothing_changes(digits8):
    x, y = digits8
    results = []
    for method, weight in ((FixMatch(1.01), 1.0), (FixMatch(0.0), 0.0)):
        keras.utils.set_random_seed(0)
        model = compiled(
            functional(), method=method, unlabeled_weight=weight, weak=None
        )
        model.train_on_batch(((x[:8], y[:8]), x))
        results.append(values(model.network))
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_hidden_labels_are_logged_and_never_trained_on(network, digits8):
    x, y = digits8
    results = []
    for hidden in (y, np.zeros_like(y)):
        keras.utils.set_random_seed(0)
        model = compiled(network(), method=FixMatch(0.26))
        logs = model.train_on_batch(
            ((x[:8], y[:8]), (x, hidden)), return_dict=True
        )
        results.append((logs["pseudo_label_accuracy"], values(model.network)))
    assert results[0][0] != results[1][0]
    for a, b in zip(results[0][1], results[1][1], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("form", ["column", "one-hot"])
def test_hidden_labels_may_have_any_form(network, digits8, form):
    x, y = digits8
    forms = {"column": y[:, None], "one-hot": np.eye(4, dtype="int32")[y]}
    logs = []
    for hidden in (y, forms[form]):
        keras.utils.set_random_seed(0)
        model = compiled(network(), method=FixMatch(0.26))
        batch = ((x[:8], y[:8]), (x, hidden))
        logs.append(model.train_on_batch(batch, return_dict=True))
    assert logs[0] == logs[1]


def test_the_supervised_phase_ignores_unlabeled_images(network, digits8):
    x, y = digits8
    results = []
    for unlabeled in (x, np.zeros_like(x)):
        keras.utils.set_random_seed(0)
        model = compiled(network())
        model.phase = "supervised"
        logs = model.train_on_batch(
            ((x[:8], y[:8]), unlabeled), return_dict=True
        )
        assert set(logs) == {"loss", "accuracy"}
        results.append(values(model.network))
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


class Counted(keras.utils.PyDataset):
    """Unlabeled batches that count how often they are read."""

    def __init__(self, images):
        super().__init__()
        self.images, self.reads = images, 0

    def __len__(self):
        return 4

    def __getitem__(self, index):
        self.reads += 1
        return self.images[8 * index : 8 * index + 8]


@pytest.mark.parametrize("container", ["arrays", "PyDataset"])
def test_fit_lets_go_of_its_data(container, digits8):
    x, y = digits8
    model, unlabeled = compiled(sequential()), Counted(x)
    if container == "arrays":
        unlabeled = x.copy()
    alive = weakref.ref(unlabeled)
    model.fit(x[:16], y[:16], unlabeled_data=unlabeled, verbose=0)
    del unlabeled
    gc.collect()
    assert alive() is None


@pytest.mark.parametrize("phase", PHASES)
def test_the_supervised_phase_reads_no_unlabeled_image(phase, digits8):
    x, y = digits8
    model, unlabeled = compiled(sequential()), Counted(x)
    model.phase = phase
    model.fit(x[:16], y[:16], unlabeled_data=unlabeled, epochs=3, verbose=0)
    if phase == "supervised":
        assert unlabeled.reads == 1  # which is looked at before training
    else:
        assert unlabeled.reads >= 12


@pytest.mark.parametrize("phase", ["supervised", "semi-supervised"])
@pytest.mark.parametrize("labeled_strong", [0.0, 1.0])
def test_labeled_images_may_be_strongly_augmented_too(
    labeled_strong, phase, digits8
):
    x, y = digits8
    network = functional()
    black = keras.layers.Lambda(ops.zeros_like)
    model = compiled(
        network, weak=None, strong=black, strong_labeled_share=labeled_strong
    )
    model.phase = phase
    seen = np.zeros_like(x[:8]) if labeled_strong else x[:8]
    expected = LOGITS(y[:8] % 4, network(seen))
    batch = (x[:8], y[:8] % 4), x[8:24]
    logs = model.train_on_batch(batch, return_dict=True)
    loss = logs["labeled_loss" if "labeled_loss" in logs else "loss"]
    np.testing.assert_allclose(loss, float(expected), rtol=1e-4)
    config = model.get_config()
    assert config["strong_labeled_share"] == labeled_strong


@pytest.mark.parametrize(
    ("method", "given", "found"),
    [
        ("aligned_softmatch", None, "auto"),
        ("aligned_softmatch", 0.5, 0.5),
        ("fixmatch", "auto", "auto"),
        ("aligned_softmatch", True, 1.0),
        ("fixmatch", None, 0.0),
        ("adamatch", None, 0.0),
    ],
)
def test_whether_labeled_images_are_so_is_left_to_the_method(
    method, given, found
):
    model = SemiSupervisedModel(
        functional(), method, strong_labeled_share=given
    )
    assert model.strong_labeled_share == found
    again = SemiSupervisedModel.from_config(model.get_config())
    assert again.strong_labeled_share == found


@pytest.mark.parametrize("phase", ["supervised", "semi-supervised"])
def test_some_labeled_images_are_strongly_augmented(phase):
    head = keras.layers.Dense(2, use_bias=False, kernel_initializer="ones")
    layers = [keras.Input((1, 1, 1)), keras.layers.Flatten(), head]
    model = SemiSupervisedModel(
        keras.Sequential(layers),
        weak=None,
        strong=keras.layers.Lambda(ops.zeros_like),
        strong_labeled_share=0.5,
    )
    x = np.ones((64, 1, 1, 1), "float32")
    supervised = phase == "supervised"
    inputs = x if supervised else {"labeled": x, "unlabeled": x[:8]}
    black = []
    for _ in range(2):
        outputs = model(inputs, training=True)
        labeled = outputs if supervised else outputs["labeled"]
        black.append(ops.convert_to_numpy(labeled)[:, 0] == 0)
    assert all(20 < each.sum() < 44 for each in black)
    assert (black[0] != black[1]).any()


class Strength(keras.callbacks.Callback):
    """Whether all, or none, of the labeled images of a step are black."""

    def on_train_batch_end(self, batch, logs=None):
        x = np.ones((64, 8, 8, 1), "float32")
        with_black = self.model({"labeled": x, "unlabeled": x}, training=True)
        self.black = bool(ops.all(with_black["labeled"] == 0))


@pytest.mark.parametrize(("epochs", "black"), [(2, False), (3, True)])
def test_all_are_where_each_is_seen_often(epochs, black, digits8, monkeypatch):
    monkeypatch.setattr(strong_labeled, "OFTEN", 12)
    x, y = digits8
    head = keras.layers.Dense(4, use_bias=False)
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten(), head]
    strong = keras.layers.Lambda(ops.zeros_like)
    model = compiled(keras.Sequential(layers), weak=None, strong=strong)
    look = Strength()
    data = {"unlabeled_data": x, "batch_size": 4, "steps_per_epoch": 8}
    model.fit(
        x[:8], y[:8] % 4, epochs=epochs, callbacks=[look], verbose=0, **data
    )
    assert look.black == bool(model.strong_labeled_share_used) == black
    model.fit(x[:8], y[:8] % 4, callbacks=[look], verbose=0, **data)
    assert not look.black


def test_without_a_number_of_labeled_images_they_are_left_weak(
    digits8, monkeypatch
):
    monkeypatch.setattr(strong_labeled, "OFTEN", 1)
    x, y = digits8
    model = compiled(functional())
    batches = [((x[:4], y[:4] % 4), x[4:12])] * 2
    model.fit(iter(batches * 4), epochs=1, steps_per_epoch=8, verbose=0)
    assert model.strong_labeled_share_used == 0


def test_a_probability_above_one_is_refused(network):
    with pytest.raises(ValueError, match="strong_labeled_share=3"):
        SemiSupervisedModel(network(), strong_labeled_share=3)


def test_the_phase_can_change_between_epochs(network, digits8):
    x, y = digits8
    model = compiled(network())
    model.phase = "supervised"

    def switch(epoch, logs):
        if epoch == 0:
            model.phase = "semi-supervised"

    history = model.fit(
        x[:16],
        y[:16],
        unlabeled_data=x,
        epochs=2,
        steps_per_epoch=2,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=switch)],
    )
    known = np.isfinite(history.history["unlabeled_loss"])
    np.testing.assert_array_equal(known, [False, True])
    assert int(model.step) == 2


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_begins_anew_when_it_is_set_again(network, phase, digits8):
    x, y = digits8
    model = compiled(network())
    model.phase = phase
    model.fit(x[:8], y[:8], unlabeled_data=x, batch_size=4, verbose=0)
    assert int(model.step)
    model.phase = phase
    assert int(model.step) == 0


def test_an_unknown_phase_is_refused(network):
    with pytest.raises(ValueError, match="Did you mean 'supervised'"):
        SemiSupervisedModel(network(), strong="cutout").phase = "supervisd"


# Averaged weights


def test_evaluation_uses_the_averaged_weights(network, digits8):
    x, y = digits8
    model = compiled(network(), ema=0.5)
    before = values(model.network)
    model.train_on_batch(((x[:8], y[:8]), x))
    decay = 1 / 10
    averages = [ops.convert_to_numpy(a) for a in model.averaged.averages]
    for variable, old, new, average in zip(
        model.network.variables,
        before,
        values(model.network),
        averages,
        strict=True,
    ):
        if "moving" in variable.path:  # two passes, momentum 0.99
            new = (new - 0.99**2 * old) / (1 - 0.99**2)
        np.testing.assert_allclose(
            average, decay * old + (1 - decay) * new, rtol=1e-3, atol=1e-4
        )
    logits = predictions(model, x)
    raw = ops.convert_to_numpy(model.network(x, training=False))
    assert np.abs(logits - raw).max() > 1e-4
    model.network.set_weights(averages)
    np.testing.assert_allclose(
        predictions(model.network, x), logits, rtol=1e-4, atol=1e-5
    )


def test_without_averaging_the_last_weights_are_evaluated(network, digits8):
    x, y = digits8
    model = compiled(network(), ema=None)
    model.train_on_batch(((x[:8], y[:8]), x))
    np.testing.assert_array_equal(
        predictions(model, x), predictions(model.network, x)
    )


# Saving


def test_a_saved_model_predicts_and_trains_the_same(network, digits8, tmp_path):
    x, y = digits8
    model = compiled(network(), method=FixMatch(0.3), forward="joint")
    model.fit(x[:16], y[:16], unlabeled_data=x, epochs=2, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(predictions(model, x), predictions(loaded, x))
    assert loaded.value_range == (0, 1)
    for name in ("ema", "forward", "batch_norm", "unlabeled_weight"):
        assert loaded.get_config()[name] == model.get_config()[name]
    assert loaded.method.threshold == 0.3
    for _ in range(3):
        batch = ((x[:8], y[:8]), x)
        logs = model.train_on_batch(batch, return_dict=True)
        again = loaded.train_on_batch(batch, return_dict=True)
        np.testing.assert_allclose(
            list(logs.values()), list(again.values()), rtol=1e-5
        )


def test_the_phase_is_saved(network, tmp_path):
    model = compiled(network())
    model.phase = "supervised"
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.phase == "supervised"


def test_the_exported_model_is_plain_and_predicts_the_same(
    network, digits8, tmp_path
):
    x, y = digits8
    model = compiled(network())
    model.fit(x[:16], y[:16], unlabeled_data=x, verbose=0)
    exported = model.export_model()
    assert type(exported) is keras.Sequential
    exported.save(tmp_path / "plain.keras")
    loaded = keras.saving.load_model(tmp_path / "plain.keras")
    np.testing.assert_allclose(
        predictions(loaded, x), predictions(model, x), rtol=1e-5, atol=1e-6
    )
    before = predictions(exported, x)
    model.train_on_batch(((x[:8], y[:8]), x))
    np.testing.assert_array_equal(predictions(exported, x), before)


def test_a_network_that_was_compiled_itself_can_be_saved(network, tmp_path):
    inner = network()
    inner.compile(keras.optimizers.SGD(0.1, momentum=0.9), LOGITS)
    model = compiled(inner)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert not loaded.network.compiled
    assert not model.export_model().compiled
    for a, b in zip(inner.weights, loaded.network.weights, strict=True):
        np.testing.assert_array_equal(
            ops.convert_to_numpy(a), ops.convert_to_numpy(b)
        )


def test_an_augmentation_can_be_replaced(network, digits8, tmp_path):
    x, y = digits8
    model = compiled(network())
    fit = {"unlabeled_data": x, "steps_per_epoch": 1, "verbose": 0}
    model.fit(x[:8], y[:8], **fit)
    before = len(model.variables)
    model.set_augmentation(strong="gaussian_blur", weak=None)
    assert len(model.variables) < before
    model.fit(x[:8], y[:8], **fit)
    assert model.strong.value_range == (0, 1)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.strong) is type(model.strong)
    assert loaded.weak is None
    with pytest.raises(ValueError, match="'stong'.*'strong'"):
        model.set_augmentation(stong=None)


def test_a_resumed_fit_leaves_the_next_one_its_epochs(
    network, digits8, tmp_path
):
    x, y = digits8

    def stop(epoch, logs):
        if epoch == 1 and not stopped:
            stopped.append(epoch)
            raise KeyboardInterrupt

    stopped = []
    fit = {"unlabeled_data": x, "steps_per_epoch": 1, "verbose": 0, "epochs": 2}
    interruption = keras.callbacks.LambdaCallback(on_epoch_begin=stop)
    for model in (compiled(network()), compiled(network())):
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        with contextlib.suppress(KeyboardInterrupt):
            history = model.fit(
                x[:8], y[:8], callbacks=[interruption, backup], **fit
            )
    assert len(history.history["loss"]) == 1
    assert len(model.fit(x[:8], y[:8], **fit).history["loss"]) == 2


def test_what_callbacks_keep_is_saved_with_the_weights(network, tmp_path):
    model = compiled(network())
    model.callback_state["best"] = np.arange(3.0)
    model.save_weights(tmp_path / "x.weights.h5")
    other = compiled(network())
    other.load_weights(tmp_path / "x.weights.h5")
    assert other.callback_state["best"].tolist() == [0, 1, 2]


# Wrong input


def fit_error(model, *args, **kwargs):
    before = values(model)
    with pytest.raises((ValueError, TypeError)) as error:
        model.fit(*args, verbose=0, **kwargs)
    for a, b in zip(before, values(model), strict=True):
        np.testing.assert_array_equal(a, b)
    message = str(error.value)
    assert "Received" in message
    assert "Expected" in message
    return message


def test_only_labeled_data(network, digits8):
    x, y = digits8
    assert "unlabeled_data=" in fit_error(compiled(network()), x, y)


def test_a_model_that_is_not_compiled(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network(), strong="cutout")
    assert "compile" in fit_error(model, x, y, unlabeled_data=x)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x[:, :4],
        lambda x: 2 * x - 1,
        lambda x: (255 * x).astype("uint8"),
        lambda x: np.where(x > 0.9, np.nan, x),
        lambda x: x[:0],
    ],
    ids=["shape", "range", "integer", "nan", "empty"],
)
def test_unlabeled_images_that_do_not_fit(change, network, digits8):
    x, y = digits8
    fit_error(compiled(network()), x, y, unlabeled_data=change(x))


def test_labels_outside_the_classes(network, digits8):
    x, y = digits8
    fit_error(compiled(network()), x, y + 1, unlabeled_data=x)


def test_one_hot_labels_with_a_sparse_loss(network, digits8):
    x, y = digits8
    fit_error(compiled(network()), x, np.eye(4)[y], unlabeled_data=x)


def test_outputs_that_contradict_from_logits(network, digits8):
    x, y = digits8
    model = compiled(network(activation="softmax"))
    assert "from_logits" in fit_error(model, x, y, unlabeled_data=x)


def test_a_network_without_image_input():
    flat = keras.Sequential([keras.Input((64,)), keras.layers.Dense(4)])
    with pytest.raises(ValueError, match="Received.*Expected images.*Reshape"):
        SemiSupervisedModel(flat)


def test_a_validation_split_of_a_dataset(network, digits8):
    x, y = digits8

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return x[:8], y[:8]

    fit_error(
        compiled(network()), Batches(), unlabeled_data=x, validation_split=0.5
    )


def test_what_is_no_network_is_refused():
    with pytest.raises(TypeError, match="keras.Model"):
        SemiSupervisedModel(keras.layers.Dense(2))


@pytest.mark.parametrize("argument", ["forward", "batch_norm", "method"])
def test_unknown_names_are_refused(argument, network):
    with pytest.raises(ValueError, match="Received: 'nonsense'"):
        SemiSupervisedModel(
            network(), **{"strong": "cutout", argument: "nonsense"}
        )


def test_fewer_labeled_images_than_a_batch_work(network, digits8):
    x, y = digits8
    history = compiled(network()).fit(
        x[:3], y[:3], batch_size=32, unlabeled_data=x, verbose=0
    )
    assert np.isfinite(history.history["loss"][0])


def test_public_names():
    assert set(keras_ssl.__all__) <= set(dir(keras_ssl))
