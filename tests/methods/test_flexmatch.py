import collections
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.methods.flexmatch import FlexMatch
from keras_ssl.methods.flexmatch import LearningStatus
from tests.methods import golden

pytestmark = [pytest.mark.core, pytest.mark.eager]

tensorflow_only = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="a feature of TF's"
)

REPLICAS = """
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(
    cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from keras_ssl.methods.flexmatch import LearningStatus

strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
with strategy.scope():
    status = LearningStatus(4, 2, warmup=True)
def given(values):
    return strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(values[context.replica_id_in_sync_group]))
args = given([[0, 1], [2, 3]]), given([[1, -1], [0, 0]])
tf.function(lambda: strategy.run(status, args))()
for each in strategy.experimental_local_results(status.selected.value):
    assert each.numpy().tolist() == [1, -1, -1, -1], each
print("equal")
"""


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


class Oracle:
    """FlexMatch once more: in Python, image by image and class by class."""

    def __init__(self, threshold, warmup, selected, classes):
        self.threshold, self.warmup = threshold, warmup
        self.selected = list(selected)
        self.beta = [0.0] * classes
        self.count()

    def count(self):
        counts = collections.Counter(self.selected)
        if max(counts.values()) == len(self.selected):
            return
        kept = {k: n for k, n in counts.items() if self.warmup or k >= 0}
        most = max(kept.values())
        self.beta = [counts[k] / most for k in range(len(self.beta))]

    def __call__(self, weak, strong, index):
        q, s = softmax(weak), softmax(strong)
        total, passed, new = 0.0, 0, {}
        for row_q, row_s, i in zip(q, s, index, strict=True):
            k = row_q.argmax()
            beta = self.beta[k]
            if row_q[k] >= self.threshold * beta / (2 - beta):
                passed += 1
                total -= np.log(row_s[k])
            if row_q[k] >= self.threshold:
                new[i] = int(k)
        for i, k in new.items():
            self.selected[i] = k
        self.count()
        return total / len(q), passed / len(q)


def with_state(method, selected, classes=4):
    method.num_unlabeled = len(selected)
    method.build_for(classes, None)
    method.beta.selected.assign(selected)
    method.beta(np.array([0]), np.array([-1]))
    return method


def close(tensor, expected):
    np.testing.assert_allclose(
        ops.convert_to_numpy(tensor), expected, rtol=1e-5, atol=1e-6
    )


def test_golden_vector_from_a_fresh_state():
    method = FlexMatch(threshold=0.8, num_unlabeled=10)
    close(method(golden.weak(), golden.strong(), np.arange(6)), 3.306605)
    close(method.mask_ratio.result(), 1.0)
    close(method.beta.selected, [-1, -1, -1, -1, 1, 3, -1, -1, -1, -1])
    close(method.beta.value, [0, 0.125, 0, 0.125])
    loss = method(golden.weak(1), golden.strong(1), np.arange(4, 10))
    close(loss, 1.680198)
    close(method.mask_ratio.result(), 1.0)
    close(method.beta.selected, [-1, -1, -1, -1, 3, 1, 0, -1, -1, -1])
    close(method.beta.value, [1 / 7, 1 / 7, 0, 1 / 7])


def test_golden_vector_from_a_given_state():
    selected = [0, 0, 0, 0, 1, 1, 3, 3, 3, -1]
    method = with_state(FlexMatch(), selected)
    close(method.beta.value, [1, 0.5, 0, 0.75])
    index = np.array([9, 0, 4, 6, 1, 2])
    close(method(golden.weak(), golden.strong(), index), 2.732173)
    close(method.mask_ratio.result(), 5 / 6)
    close(method.beta.selected, selected)
    close(method.beta.value, [1, 0.5, 0, 0.75])


@pytest.mark.parametrize("warmup", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_numpy_oracle_on_random_states_over_steps(seed, warmup):
    random = np.random.default_rng(seed)
    threshold = random.uniform(0.5, 0.9)
    selected = random.choice(8, 80, p=random.dirichlet(np.ones(8))) - 1
    method = with_state(
        FlexMatch(threshold, threshold_warmup=warmup), selected, classes=7
    )
    expected = Oracle(threshold, warmup, selected, classes=7)
    ratios = []
    for _ in range(6):
        weak, strong = random.normal(0, 1.5, (2, 50, 7))
        index = random.permutation(80)[:50]
        method.mask_ratio.reset_state()
        loss, ratio = expected(weak, strong, index)
        ratios.append(ratio)
        close(method(weak, strong, index), loss)
        close(method.mask_ratio.result(), ratio)
        close(method.beta.selected, expected.selected)
        close(method.beta.value, expected.beta)
    assert min(ratios) < 1


def test_warmup_counts_the_images_without_a_label():
    labels = np.array([0, 0, 1, -1, -1, -1, -1])
    for warmup, expected in [(True, [0.5, 0.25]), (False, [1.0, 0.5])]:
        status = LearningStatus(7, 2, warmup=warmup)
        close(status(np.arange(7), labels), expected)


def test_the_status_stays_while_all_labels_are_equal():
    for warmup in (True, False):
        status = LearningStatus(4, 3, warmup=warmup)
        index = np.arange(4)
        close(status(index, np.full(4, -1)), [0, 0, 0])
        close(status(index, np.array([0, 0, 1, -1])), [1, 0.5, 0])
        close(status(index, np.zeros(4, int)), [1, 0.5, 0])
        close(status.selected, [0, 0, 0, 0])
        close(status(index, np.array([2, 0, 0, 0])), [1, 0, 1 / 3])


def test_of_labels_for_one_image_the_highest_is_taken():
    status = LearningStatus(3, 4, warmup=True)
    status(np.array([1, 1, 1, 2, 2]), np.array([0, 3, 2, 1, -1]))
    close(status.selected, [-1, 3, 1])


def test_an_unsure_image_keeps_its_label():
    method = with_state(FlexMatch(threshold=0.9), [1, 0, -1], classes=2)
    unsure = np.array([[0.2, 0.0], [0.0, 0.2]])
    method(unsure, unsure, np.array([0, 2]))
    close(method.beta.selected, [1, 0, -1])


def test_the_threshold_itself_passes_and_keeps_the_label():
    method = with_state(FlexMatch(threshold=0.5), [0, 0, 1], classes=2)
    views = np.zeros((1, 2))
    close(method(views, views, np.array([2])), np.log(2))
    close(method.beta.selected, [0, 0, 0])


def test_a_class_that_few_are_taken_for_passes_earlier():
    weak = np.array([[2.0, 0.0], [0.0, 2.0]])  # confidences of 0.88
    method = with_state(FlexMatch(), [0, 0, 0, 1], classes=2)
    loss = method(weak, np.zeros((2, 2)), np.array([0, 1]))
    close(method.mask_ratio.result(), 0.5)
    close(loss, np.log(2) / 2)


def test_hidden_labels_feed_the_accuracy_of_what_passes():
    weak = np.array([[9.0, 0.0], [0.0, 9.0], [0.1, 0.0]])
    method = with_state(FlexMatch(), [0, 0, 1, 1], classes=2)
    method(weak, weak, np.arange(3), hidden=np.array([0, 0, 0]))
    close(method.pseudo_label_accuracy.result(), 0.5)


def compiled(method):
    """A call of the method under XLA, which keeps what it stores."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(method, jit_compile=True)
    import jax

    traced = jax.jit(method.stateless_call)

    def call(*inputs):
        state = method.trainable_variables, method.non_trainable_variables
        values = [[each.value for each in part] for part in state]
        loss, after = traced(*values, *inputs)
        for variable, value in zip(state[1], after, strict=True):
            variable.assign(value)
        return loss

    return call


@pytest.mark.skipif(
    keras.backend.backend() not in ("tensorflow", "jax"), reason="no XLA"
)
def test_it_compiles():
    selected = [0, 0, 0, 0, 1, 1, 3, 3, 3, -1]
    methods = [with_state(FlexMatch(0.5), selected) for _ in range(2)]
    calls = [methods[0], compiled(methods[1])]
    for k in range(2):
        views = [golden.weak(k), golden.strong(k)]
        inputs = [ops.cast(each, "float32") for each in views]
        inputs.append(ops.convert_to_tensor([9, 0, 4, 6, 1, 2]))
        close(*(call(*inputs) for call in calls))
        for one, other in zip(
            methods[0].variables, methods[1].variables, strict=True
        ):
            close(one, other)


@tensorflow_only
def test_the_label_kept_is_no_int32_variable():
    # XLA cannot reach one on a GPU.
    assert LearningStatus(3, 2, warmup=True).selected.dtype == "int64"


@tensorflow_only
def test_replicas_agree_on_what_the_first_one_sees():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", REPLICAS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip().endswith("equal"), done.stderr[-3000:]


def test_the_number_of_images_is_asked_for():
    method = FlexMatch()
    with pytest.raises(ValueError, match="num_unlabeled=None.*arrays"):
        method(golden.weak(), golden.strong(), np.arange(6))
    with pytest.raises(ValueError, match="Received: num_unlabeled=0"):
        FlexMatch(num_unlabeled=0).build_for(4, None)


def test_the_config_has_what_the_data_said():
    method = FlexMatch(0.7, threshold_warmup=False, name="mine")
    assert method.get_config()["num_unlabeled"] is None
    method.num_unlabeled = 12
    again = FlexMatch.from_config(method.get_config())
    assert (again.threshold, again.threshold_warmup) == (0.7, False)
    assert (again.num_unlabeled, again.name) == (12, "mine")


@pytest.mark.parametrize("threshold", [-0.1, 1.1])
def test_a_threshold_outside_the_interval_is_refused(threshold):
    with pytest.raises(ValueError, match="Received: threshold"):
        FlexMatch(threshold=threshold)


def test_it_trains_on_arrays_and_goes_on_where_it_was_saved(
    network, digits8, tmp_path
):
    x, y = digits8
    model = SemiSupervisedModel(network(), FlexMatch(0.4), strong="cutout")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    data = {"x": x[:16], "y": y[:16], "unlabeled_data": x[16:]}
    model.fit(**data, batch_size=8, epochs=2, verbose=0)
    assert model.method.num_unlabeled == 128
    selected = ops.convert_to_numpy(model.method.beta.selected)
    assert (selected >= 0).any()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.method.num_unlabeled == 128
    close(loaded.method.beta.selected, selected)
    close(
        loaded.method.beta.value, ops.convert_to_numpy(model.method.beta.value)
    )
    loaded.fit(**data, batch_size=8, verbose=0)
