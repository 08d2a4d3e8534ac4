import keras
import numpy as np
import pytest
from keras import ops

from keras_ssl.finders import augmentation
from keras_ssl.finders import augmentation_distance
from keras_ssl.finders import find_augmentation
from keras_ssl.finders.augmentation_search import Trials

pytestmark = pytest.mark.eager

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
QUICK = {
    "warmup_steps": 3,
    "steps": 3,
    "repeats": 1,
    "batch_size": 8,
    "verbose": 0,
}


@pytest.fixture
def parts(digits8):
    x, y = digits8
    return (x[:24], y[:24]), None, (x[24:], y[24:])


def values(network):
    return [np.array(ops.convert_to_numpy(v)) for v in network.variables]


def test_it_leaves_the_model_as_it_was(network, parts, monkeypatch):
    magnitudes = (0.0, 0.5, 1.0)
    monkeypatch.setattr(augmentation_distance, "MAGNITUDES", magnitudes)
    net = network(activation="softmax")
    before = values(net)
    result = find_augmentation(
        net, *parts, search=["mirror", "spatial"], **QUICK
    )
    for a, b in zip(before, values(net), strict=True):
        np.testing.assert_array_equal(a, b)
    assert len(result.trials) == 6
    assert result.steps == 3 + 7 * 3
    assert result.images == 104
    table = result.settings.get("magnitudes", {})
    assert bool(table) == ("spatial_level" in result.settings)
    policy = result.policy(value_range=(0, 1))
    assert policy(parts[0][0]).shape == (24, 8, 8, 1)
    assert "104 images" in str(result)
    assert len(result.plot().get_xticklabels()) == 7


def test_an_interrupted_search_goes_on(network, parts, tmp_path, monkeypatch):
    net = network()
    options = {**QUICK, "search": ["mirror", "rotate"], "folder": tmp_path}
    whole = find_augmentation(net, *parts, **{**options, "folder": None})
    run, count = Trials.run, []

    def interrupted(self, *arguments):
        count.append(arguments)
        if len(count) == 3:
            raise KeyboardInterrupt
        return run(self, *arguments)

    monkeypatch.setattr(Trials, "run", interrupted)
    before = values(net)
    with pytest.raises(KeyboardInterrupt):
        find_augmentation(net, *parts, **options)
    for a, b in zip(before, values(net), strict=True):
        np.testing.assert_array_equal(a, b)
    result = find_augmentation(net, *parts, **options)
    assert len(count) == 3 + 2
    assert result.trials == whole.trials
    assert result.settings == whole.settings
    with pytest.raises(ValueError, match="of a run with steps=3"):
        find_augmentation(net, *parts, **{**options, "steps": 4})
    with pytest.raises(ValueError, match="of a run with checksum="):
        find_augmentation(network(), *parts, **options)


def test_what_comes_into_images_has_the_colour_of_their_border():
    images = np.zeros((3, 8, 8, 1))
    images[:, 1:-1, 1:-1] = 1
    assert augmentation._border(images, (0, 1)) == 0
    assert augmentation._border(2 * images - 1, (-1, 1)) == 0
    assert augmentation._border(255 - 255 * images, (0, 255)) == 1


def test_what_tells_nothing_is_refused(network, parts):
    labeled, _, (x, y) = parts
    with pytest.raises(ValueError, match="30 validation images"):
        find_augmentation(network(), labeled, validation=(x[:30], y[:30]))
    with pytest.raises(ValueError, match="validation=None"):
        find_augmentation(network(), labeled)
    with pytest.raises(ValueError, match="'miror'.*'mirror'"):
        find_augmentation(network(), *parts, search=["miror"])


@pytest.mark.parametrize("role", [0, 2])
@pytest.mark.parametrize("wrong", [1, 0.5, np.nan])
def test_labels_must_be_classes(network, parts, role, wrong):
    parts = [part and list(part) for part in parts]
    parts[role][1] = parts[role][1] + wrong
    with pytest.raises(ValueError, match="Some labels are .*Received.*row"):
        find_augmentation(network(), *parts, search=["mirror"], **QUICK)
