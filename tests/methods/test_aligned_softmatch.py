import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel
from keras_ssl import data
from keras_ssl.methods import AlignedSoftMatch
from keras_ssl.methods import SoftMatch
from tests.backends import once
from tests.methods import golden
from tests.methods.mixing import close

pytestmark = [pytest.mark.core, pytest.mark.eager]


def test_aligned_labels_are_those_that_are_logged():
    weak = np.array([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    plain, aligned = SoftMatch(), AlignedSoftMatch(prior="uniform")
    for method in (plain, aligned):
        method(weak, weak, hidden=np.array([0, 0, 0, 1]))
    assert float(plain.pseudo_label_accuracy.result()) < 0.9
    close(aligned.pseudo_label_accuracy.result(), 1.0)


def test_the_prior_does_not_forget_fast_where_it_started():
    method = AlignedSoftMatch(momentum=0.9, prior="labeled")
    method(golden.weak(), golden.strong(), np.eye(4)[[0, 0, 0, 0]])
    close(method.alignment.prior.labels.value, [0.325, 0.225, 0.225, 0.225])


@once
@pytest.mark.slow  # 300 steps; its formula is compared with an oracle
@pytest.mark.eager(False)
def test_with_aligned_labels_no_class_takes_over_an_untrained_network():
    (x, y), _ = data.load_digits()
    most = {}  # share of the class that is predicted most
    for method in ("softmatch", "aligned_softmatch"):
        keras.utils.set_random_seed(2)
        layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
        network = keras.Sequential([keras.Input((8, 8, 1)), *layers])
        model = SemiSupervisedModel(network, method, strong_labeled_share=1)
        model.compile(
            keras.optimizers.Adam(0.01),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        model.fit(
            x[:20],
            y[:20],
            unlabeled_data=x[20:],
            batch_size=20,
            steps_per_epoch=150,
            verbose=0,
        )
        predicted = model.predict(x, verbose=0).argmax(axis=-1)
        most[method] = np.bincount(predicted).max() / len(x)
    assert most["aligned_softmatch"] < most["softmatch"] - 0.15
