"""A PyTorch DataLoader as either half, or as both, on every backend."""

import keras
import numpy as np
import pytest

import keras_ssl
from keras_ssl import SemiSupervisedModel
from keras_ssl.data import pair
from keras_ssl.data import peek
from keras_ssl.data.arrays import as_arrays
from keras_ssl.data.generators import again_and_again
from keras_ssl.data.generators import count_batches

torch = pytest.importorskip("torch")

from torch.utils.data import DataLoader  # noqa: E402
from torch.utils.data import IterableDataset  # noqa: E402
from torch.utils.data import TensorDataset  # noqa: E402

pytestmark = [pytest.mark.core, pytest.mark.eager]


class Images(torch.utils.data.Dataset):
    """Images alone, as what reads files gives them."""

    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index]


class Zipped(Images):
    """`((x, y), u)`."""

    def __getitem__(self, index):
        return (self.images[index], index % 4), self.images[index]


class Flow(IterableDataset):
    def __iter__(self):
        return iter(np.ones((6, 8, 8, 1), "float32"))


@pytest.fixture
def labeled(digits8):
    x, y = map(torch.as_tensor, digits8)
    return DataLoader(TensorDataset(x[:12], y[:12]), 4, shuffle=True)


@pytest.fixture
def unlabeled(digits8):
    return DataLoader(Images(digits8[0]), 16)


@pytest.fixture
def model(network):
    model = SemiSupervisedModel(network(), "fixmatch", strong="cutout")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss, metrics=["accuracy"])
    return model


def test_both_halves_are_read_without_end(labeled, unlabeled, capsys):
    dataset = pair(labeled, unlabeled)
    assert len(dataset) == 8
    assert "labeled one 2.7 times" in capsys.readouterr().out
    inputs, y = dataset[0]
    assert inputs["labeled"].shape == (4, 8, 8, 1)
    assert inputs["unlabeled"].shape == (16, 8, 8, 1)
    assert isinstance(inputs["unlabeled"], np.ndarray)
    labels = [y, *(dataset[step][1] for step in range(1, 6))]
    for one_pass in (labels[:3], labels[3:]):
        assert sorted(np.concatenate(one_pass)) == sorted([0, 1, 2, 3] * 3)


def test_fit_trains_validates_and_evaluates(model, labeled, unlabeled):
    history = model.fit(
        labeled,
        unlabeled_data=unlabeled,
        validation_data=labeled,
        steps_per_epoch=2,
        verbose=0,
    ).history
    assert np.isfinite(history["loss"][0])
    assert history["unlabeled_loss"][0] >= 0
    assert "val_accuracy" in history


def test_labels_of_unlabeled_images_feed_a_metric_alone(model, labeled):
    history = model.fit(
        labeled, unlabeled_data=labeled, steps_per_epoch=1, verbose=0
    ).history
    assert "pseudo_label_accuracy" in history


def test_zipped_batches(model, digits8):
    loader = DataLoader(Zipped(digits8[0][:12]), 4)
    history = model.fit(loader, epochs=2, verbose=0).history
    assert np.isfinite(history["unlabeled_loss"]).all()
    assert int(keras.ops.convert_to_numpy(model.step)) == 2 * len(loader)


def test_labeled_images_alone_in_the_supervised_phase(model, labeled):
    model.phase = "supervised"
    history = model.fit(labeled, verbose=0).history
    assert np.isfinite(history["loss"][0])


def test_tensors_are_arrays(model, digits8):
    x, y = map(torch.as_tensor, digits8)
    model.fit(
        x[:12],
        y[:12],
        batch_size=4,
        unlabeled_data=x.clone().requires_grad_(),
        validation_split=0.5,
        steps_per_epoch=1,
        verbose=0,
    )


def test_a_look_ahead_leaves_the_order(labeled):
    orders = []
    for look in (False, True):
        torch.manual_seed(0)
        if look:
            peek(labeled)
        orders.append([y.tolist() for _, y in labeled])
    assert orders[0] == orders[1]


def test_a_loader_without_a_length_needs_steps(model):
    loader = DataLoader(Flow(), 3)
    assert count_batches(loader) is None
    with pytest.raises(ValueError, match="steps_per_epoch"):
        model.fit(loader, verbose=0)


def test_a_loader_without_images_is_told():
    with pytest.raises(ValueError, match="no unlabeled images"):
        next(again_and_again(DataLoader([], 3), "unlabeled"))


def test_a_batch_is_a_tuple_of_arrays():
    batch = as_arrays([{"labeled": torch.ones(2, dtype=torch.float64)}, [3]])
    assert batch[0]["labeled"].dtype == "float32"
    assert as_arrays(torch.ones(2))[0].tolist() == [1, 1]


def test_images_with_their_channels_first_are_told(model, labeled, digits8):
    images = np.moveaxis(digits8[0], -1, 1)
    with pytest.raises(ValueError, match="channel"):
        model.fit(
            labeled,
            unlabeled_data=DataLoader(Images(images), 16),
            verbose=0,
        )


def test_inspect_reads_one(network, labeled, unlabeled):
    found = keras_ssl.inspect(network(), labeled, unlabeled, verbose=0)
    assert "128" in str(found)
