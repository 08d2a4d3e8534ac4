import keras
import pytest
from keras import ops

from keras_ssl import SemiSupervisedModel
from keras_ssl.callbacks.collapse_warning import CollapseWarning
from keras_ssl.methods import FixMatch
from tests.backends import once

pytestmark = [pytest.mark.core, pytest.mark.eager]


def see(callback, epoch=0, **logs):
    callback.on_epoch_end(epoch, {"loss": 1.0, **logs})


def test_one_class_takes_over():
    callback = CollapseWarning()
    see(callback, mask_ratio=0.9, pseudo_label_entropy=0.51)
    with pytest.warns(UserWarning, match=r"epoch 3: .*is 0\.49, below 0\.5"):
        see(callback, 2, mask_ratio=0.9, pseudo_label_entropy=0.49)
    see(callback, 3, mask_ratio=0.9, pseudo_label_entropy=0.0)


def test_the_limit_is_yours():
    see(CollapseWarning(0.0), pseudo_label_entropy=0.0)
    see(CollapseWarning(0.3), pseudo_label_entropy=0.31)
    with pytest.warns(UserWarning, match=r"below 0\.3"):
        see(CollapseWarning(0.3), pseudo_label_entropy=0.29)


def test_nothing_passes():
    callback = CollapseWarning()
    see(callback, mask_ratio=1e-6)
    with pytest.warns(UserWarning, match="mask_ratio is 0") as warned:
        see(callback, mask_ratio=0.0, pseudo_label_entropy=0.0)
    assert len(warned) == 1
    see(callback, mask_ratio=0.0)
    with pytest.warns(UserWarning, match="pseudo_label_entropy"):
        see(callback, mask_ratio=0.1, pseudo_label_entropy=0.0)


def test_the_unlabeled_images_are_of_another_mix():
    callback = CollapseWarning()
    see(callback, mask_ratio=0.9, mix_distance=0.1)
    with pytest.warns(UserWarning, match=r"distance is 0\.31.*prior") as warned:
        see(callback, mask_ratio=0.0, mix_distance=0.31)
    assert len(warned) == 1
    see(callback, mask_ratio=0.0, mix_distance=0.5)


def test_it_is_silent_in_the_supervised_phase():
    see(CollapseWarning(1.0))
    CollapseWarning(1.0).on_epoch_end(0)


def test_patience_counts_epochs_in_a_row():
    callback = CollapseWarning(patience=2)
    for entropy in (0.1, 0.9, 0.1):
        see(callback, pseudo_label_entropy=entropy)
    with pytest.warns(UserWarning, match="pseudo_label_entropy"):
        see(callback, pseudo_label_entropy=0.1)


def test_another_fit_warns_anew():
    callback = CollapseWarning()
    for _ in range(2):
        callback.on_train_begin()
        with pytest.warns(UserWarning, match="mask_ratio"):
            see(callback, mask_ratio=0.0)


@pytest.mark.parametrize("wrong", [{"min_entropy": 2}, {"patience": 0}])
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError, match="Received"):
        CollapseWarning(**wrong)


class Biased(FixMatch):
    """Sees the first class everywhere, and more so the higher `bias` is."""

    bias = 0.0

    def call(self, weak, strong):
        return super().call(weak + self.bias * ops.one_hot(0, 4), strong)


@pytest.mark.parametrize(
    ("bias", "threshold", "words"),
    [
        pytest.param(0.0, 0.0, None, marks=once),
        (50.0, 0.0, "one class"),
        pytest.param(0.0, 1.1, "no unlabeled image", marks=once),
    ],
)
def test_fit(bias, threshold, words, network, digits8):
    x, y = digits8
    method = Biased(threshold)
    method.bias = bias
    model = SemiSupervisedModel(network(), method, weak=None, strong="cutout")
    model.compile(
        keras.optimizers.Adam(0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )

    def fit():
        model.fit(
            x[:32],
            y[:32],
            unlabeled_data=x,
            epochs=2,
            steps_per_epoch=2,
            verbose=0,
            callbacks=[CollapseWarning()],
        )

    if words is None:
        return fit()  # a warning would be an error
    with pytest.warns(UserWarning, match=words) as warned:
        fit()
    ours = [w for w in warned if "CollapseWarning" in str(w.message)]
    assert len(ours) == 1
    return None
