import keras
import numpy as np
import pytest
from keras import ops

import keras_ssl
from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks import PhaseSwitch
from keras_ssl.callbacks.noisy_student_rounds import NoisyStudentRounds
from keras_ssl.methods.noisy_student import NoisyStudent

pytestmark = pytest.mark.eager


def build(network, *, activation=None, method=None, **options):
    logits = activation is None
    model = SemiSupervisedModel(
        network(activation=activation),
        method or NoisyStudent(),
        weak=None,
        strong=None,
        **options,
    )
    model.compile(
        keras.optimizers.SGD(0.05, momentum=0.9),
        keras.losses.SparseCategoricalCrossentropy(from_logits=logits),
    )
    return model


def fit(model, digits8, *callbacks, **arguments):
    """20 labeled images, and 108 unlabeled ones in batches of 30."""
    x, y = digits8
    arguments = {"unlabeled_data": x[20:], "steps_per_epoch": 3, **arguments}
    return model.fit(
        x[:20],
        y[:20],
        batch_size=10,
        unlabeled_ratio=3,
        callbacks=list(callbacks),
        verbose=0,
        **arguments,
    ).history


class Look(keras.callbacks.Callback):
    """Notes, as epochs begin, the labels and what the teacher says."""

    def __init__(self, images):
        super().__init__()
        self.images = images
        self.tables, self.weights, self.teachers = [], [], []
        self.networks, self.iterations = [], []

    def on_epoch_begin(self, epoch, logs=None):
        model = self.model
        self.tables.append(ops.convert_to_numpy(model.method.table))
        self.weights.append(ops.convert_to_numpy(model.method.weight))
        outputs = model.export_model()(ops.convert_to_tensor(self.images))
        self.teachers.append(ops.convert_to_numpy(outputs))
        weights = model.network.trainable_weights
        self.networks.append([ops.convert_to_numpy(w) for w in weights])
        self.iterations.append(int(model.optimizer.iterations))


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    "activation", [None, pytest.param("softmax", marks=pytest.mark.core)]
)
def test_each_round_every_image_gets_the_averaged_weights_prediction(
    activation, network, digits8
):
    x, _ = digits8
    look = Look(np.concatenate([x[20:], x[:20]]))
    model = build(network, activation=activation)
    rounds = NoisyStudentRounds(
        start_epoch=0, threshold=0, balance=False, verbose=0
    )
    fit(model, digits8, look, rounds, epochs=3)
    for table, teacher in zip(look.tables, look.teachers, strict=True):
        expected = softmax(teacher) if activation is None else teacher
        np.testing.assert_allclose(table, expected, atol=1e-5)
    differences = np.abs(np.diff(look.tables, axis=0)).max(axis=(1, 2))
    assert (differences > 1e-3).all()
    assert (np.array(look.weights) == 1).all()
    last = softmax(ops.convert_to_numpy(model.network(look.images)))
    assert np.abs(last - look.tables[2]).max() > 1e-3


def test_rounds_have_a_length_and_a_number(network, digits8, capsys):
    look = Look(digits8[0])
    rounds = NoisyStudentRounds(
        2, rounds=2, start_epoch=1, threshold=0.3, temperature=0.5
    )
    logs = fit(build(network), digits8, look, rounds, epochs=7)
    changed = np.abs(np.diff(look.tables, axis=0)).max(axis=(1, 2)) > 0
    assert changed.tolist() == [True, False, True, False, False, False]
    assert logs["unlabeled_loss"][0] == 0 == logs["mask_ratio"][0]
    assert np.min(logs["unlabeled_loss"][1:]) > 0
    assert logs["mask_ratio"][1:] == pytest.approx(
        [np.mean(w > 0) for w in look.weights[1:]], abs=0.15
    )
    label, weight = look.tables[1].argmax(axis=1), look.weights[1]
    totals = np.bincount(label, weight)
    assert set(totals) <= {0.0, 32.0}
    printed = capsys.readouterr().out
    assert printed.count("NoisyStudentRounds: round") == 2
    count, classes = np.count_nonzero(weight), np.count_nonzero(totals)
    assert f"1: {count} of 128 images count, of {classes} of 4" in printed
    assert rounds.memory == {}


def test_they_begin_with_the_semi_supervised_phase(network, digits8):
    x, y = digits8
    look = Look(x)
    fit(
        build(network),
        digits8,
        PhaseSwitch(epoch=2, patience=None, verbose=0),
        NoisyStudentRounds(3, verbose=0),
        look,
        epochs=4,
        steps_per_epoch=None,
        validation_data=(x, y),
    )
    given = [np.any(table) for table in look.tables]
    assert given == [False, False, True, True]
    np.testing.assert_array_equal(look.tables[2], look.tables[3])


def test_the_student_learns_digits(network):
    (x, y), _ = keras_ssl.data.load_digits()
    model = build(lambda **kwargs: network(10, **kwargs))
    rounds = NoisyStudentRounds(
        rounds=1, start_epoch=2, reinitialize=True, verbose=0
    )
    data = {"unlabeled_data": (x[20:500], y[20:500]), "steps_per_epoch": 16}
    logs = fit(model, (x, y), rounds, epochs=6, **data)
    losses = logs["unlabeled_loss"][2:]
    assert losses[-1] < 0.5 * losses[0]
    assert logs["pseudo_label_accuracy"][-1] > 0.5
    assert logs["confidence"][-1] > 0.5


@pytest.mark.core
def test_a_new_student_starts_from_where_training_began(network, digits8):
    look = Look(digits8[0])
    model = build(network)
    rounds = NoisyStudentRounds(
        2, start_epoch=1, reinitialize=True, threshold=0, verbose=0
    )
    model.optimizer.learning_rate = 0.02
    fit(model, digits8, rounds, look, epochs=4)
    first, second, third, fourth = look.networks
    for a, b, c, d in zip(first, second, third, fourth, strict=True):
        np.testing.assert_array_equal(a, b)
        assert np.abs(a - c).max() > 0
        np.testing.assert_array_equal(a, d)
    assert look.iterations == [0, 0, 3, 0]
    assert float(model.optimizer.learning_rate) == pytest.approx(0.02)
    assert int(model.step) == 3
    assert np.abs(look.tables[1] - look.tables[3]).max() > 1e-3
    np.testing.assert_array_equal(look.teachers[0], look.teachers[1])
    assert np.abs(softmax(look.teachers[1]) - look.tables[1]).max() > 1e-3


class Interrupt(keras.callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("reinitialize", "stop"),
    [(False, 2), (False, 3), pytest.param(True, 4, marks=pytest.mark.core)],
)
def test_an_interrupted_run_resumes_to_the_same_numbers(
    reinitialize, stop, network, digits8, tmp_path
):
    x, y = digits8

    def run(*extra):
        keras.utils.set_random_seed(1)
        model = build(network)
        rounds = NoisyStudentRounds(
            2, start_epoch=1, reinitialize=reinitialize, verbose=0
        )
        model.fit(
            x[:16],
            y[:16],
            batch_size=16,
            unlabeled_data=x[:32],
            include_labeled=False,
            unlabeled_ratio=2,
            shuffle=False,
            epochs=6,
            verbose=0,
            callbacks=[rounds, *extra],
        )
        return model

    straight = run()
    backup = str(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run(keras.callbacks.BackupAndRestore(backup), Interrupt(stop))
    resumed = run(keras.callbacks.BackupAndRestore(backup))
    for a, b in zip(straight.variables, resumed.variables, strict=True):
        np.testing.assert_allclose(
            ops.convert_to_numpy(a),
            ops.convert_to_numpy(b),
            rtol=1e-5,
            atol=1e-6,
        )


def test_an_interrupted_fit_may_begin_anew(network, digits8):
    model, look = build(network), Look(digits8[0])
    rounds = NoisyStudentRounds(9, start_epoch=1, verbose=0)
    with pytest.raises(KeyboardInterrupt):
        fit(model, digits8, rounds, Interrupt(2), epochs=3)
    fit(model, digits8, rounds, look, epochs=2)
    assert np.abs(look.tables[0] - look.tables[1]).max() > 0


# What the data must have


class Elements(keras.utils.PyDataset):
    """Zipped elements with the given indices, a list a batch."""

    def __init__(self, digits8, batches):
        super().__init__()
        self.x, self.y = digits8
        self.batches = batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, step):
        x = {"labeled": self.x[:4], "unlabeled": self.x[4 * step :][:4]}
        if self.batches[step] is not None:
            x["index"] = np.array(self.batches[step], "int32")
        return x, self.y[:4]


def fit_elements(network, digits8, batches, num_unlabeled=8):
    method = NoisyStudent(num_unlabeled=num_unlabeled)
    model = build(network, method=method)
    look = Look(digits8[0])
    rounds = NoisyStudentRounds(start_epoch=0, threshold=0, verbose=0)
    model.fit(Elements(digits8, batches), verbose=0, callbacks=[rounds, look])
    return look


def test_elements_with_an_index_of_their_own(network, digits8):
    look = fit_elements(network, digits8, [[7, 1, 5, 2], [0, 3, 4, 6]])
    place = [7, 1, 5, 2, 0, 3, 4, 6]
    teacher = softmax(look.teachers[0])[:8]
    np.testing.assert_allclose(look.tables[0][place], teacher, atol=1e-5)


def test_images_that_never_come_do_not_count(network, digits8):
    with pytest.warns(UserWarning, match="5 of 8 unlabeled images"):
        look = fit_elements(network, digits8, [[7, 1, 5, 2], [0, 7, 1, 5]])
    given = look.tables[0].any(axis=1).nonzero()[0]
    assert given.tolist() == [0, 1, 2, 5, 7]
    assert set(look.weights[0].nonzero()[0]) <= set(given)


@pytest.mark.parametrize(
    ("batches", "num_unlabeled", "words"),
    [
        ([None, None], 8, r"'unlabeled'\]. Expected 'index' too.*Pass arrays"),
        ([[0, 1, 2, 3], [4, 5, 6, 8]], 8, "from 4 to 8. Expected 0 to 7"),
        ([[0, 1, 2, 3]], None, "num_unlabeled=None"),
    ],
)
def test_elements_must_say_which_image_is_which(
    batches, num_unlabeled, words, network, digits8
):
    with pytest.raises(ValueError, match=words):
        fit_elements(network, digits8, batches, num_unlabeled)


@pytest.mark.core
@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="a tf.data.Dataset"
)
def test_a_tf_dataset_does_not_say_which_image_is_which(network, digits8):
    import tensorflow as tf

    unlabeled = tf.data.Dataset.from_tensor_slices(digits8[0])
    with pytest.raises(ValueError, match=r"'index' asked of .* tf\.data"):
        fit(build(network), digits8, unlabeled_data=unlabeled)


def test_reading_leaves_each_image_as_frequent(network, digits8):
    seen = []

    class Note(NoisyStudent):
        def call(self, strong, index):
            seen.append(np.sort(ops.convert_to_numpy(index)))
            return super().call(strong, index)

    model = build(network, method=Note())
    x, y = digits8
    model.compile("sgd", model.loss, run_eagerly=True)
    model.fit(
        x[:20],
        y[:20],
        batch_size=8,
        unlabeled_data=x[20:],
        unlabeled_ratio=4,
        epochs=3,
        verbose=0,
        callbacks=[NoisyStudentRounds(start_epoch=1, verbose=0)],
    )
    counts = np.bincount(np.concatenate(seen[-12:]), minlength=128)
    assert counts.tolist() == [3] * 128


# What is refused


def test_an_untrained_network_is_no_teacher(network, digits8):
    with pytest.raises(ValueError, match="Expected a teacher.*start_epoch="):
        fit(build(network), digits8, NoisyStudentRounds())


def test_another_method_has_no_rounds(network, digits8):
    model = build(network, method="fixmatch")
    with pytest.raises(TypeError, match='method="noisy_student"'):
        fit(model, digits8, NoisyStudentRounds(start_epoch=0))


@pytest.mark.parametrize(
    "wrong", [{"epochs": 0}, {"rounds": 0}, {"threshold": 2}]
)
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError, match="Received"):
        NoisyStudentRounds(**wrong)
