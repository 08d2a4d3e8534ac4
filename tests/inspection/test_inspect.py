import json

import keras
import numpy as np
import pytest

import keras_ssl
from keras_ssl.inspection.inspect import inspect
from tests.data.conftest import Batches
from tests.data.conftest import to_container


@pytest.fixture(scope="module")
def digits():
    return keras_ssl.data.load_digits()


def network(num_classes=10, activation=None):
    head = keras.layers.Dense(num_classes, activation=activation)
    return keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), head]
    )


def look(*args, near_duplicates=False, **kwargs):
    return inspect(*args, near_duplicates=near_duplicates, verbose=0, **kwargs)


def rounded(found):
    """All but the model, without what the order of a sum changes."""
    parts = {k: v for k, v in found.to_dict().items() if k != "model"}
    text = json.dumps(parts)
    return json.loads(text, parse_float=lambda x: round(float(x), 5))


@pytest.mark.core
def test_digits_are_what_they_are(digits):
    (x, y), test = digits
    found = look(network(), (x[:500], y[:500]), x[500:], test=test)
    assert (found.task, found.loss) == ("classification", None)
    assert found.value_range == (0, 1)
    assert found.model.outputs == "logits"
    assert list(found.splits) == ["labeled", "unlabeled", "test"]
    assert found.splits["test"].images == 297
    assert found.warnings == ()


@pytest.mark.core
def test_test_images_in_the_training_data_are_found(digits):
    (x, y), (x_test, y_test) = digits
    brighter = np.clip(x_test[20:25] * 1.1 + 0.02, 0, 1)
    unlabeled = np.concatenate([x[500:], x_test[:20], brighter])
    found = look(
        network(),
        (x[:500], y[:500]),
        unlabeled,
        test=(x_test, y_test),
        near_duplicates=True,
    )
    shared = found.overlap("unlabeled", "test")
    assert shared.exact == tuple((1000 + i, i) for i in range(20))
    assert shared.near == tuple((1020 + i, 20 + i) for i in range(5))
    assert len(found.warnings) == 1
    assert (
        "25 of the 297 test images are among the unlabeled" in found.warnings[0]
    )


@pytest.mark.parametrize("kind", ["batched", "unbatched"])
def test_tf_data_are_as_good_as_arrays(digits, kind):
    (x, y), _ = digits
    x, y = x[:60], y[:60]
    data = (to_container(kind, part, 16) for part in ((x, y), (x,), (x, y)))
    expected = look(network(), (x, y), x, (x, y))
    assert rounded(look(network(), *data)) == rounded(expected)


@pytest.mark.core
def test_functions_and_pydatasets_are_as_good_as_arrays(digits):
    (x, y), _ = digits
    x, y = x[:60], y[:60]
    found = look(
        network(),
        Batches((x, y), 16),
        (lambda: iter(x), "any"),
        lambda: [(x, y)],
    )
    expected = look(network(), (x, y), x, (x, y))
    assert rounded(found) == rounded(expected)


def test_class_names_of_directories_are_kept(tmp_path):
    pytest.importorskip("tensorflow")
    random = np.random.default_rng(0)
    for number in range(6):
        folder = tmp_path / ("cat", "dog")[number % 2]
        folder.mkdir(exist_ok=True)
        image = random.integers(0, 256, (10, 10, 3))
        keras.utils.save_img(folder / f"{number}.png", image)
    data = keras.utils.image_dataset_from_directory(
        tmp_path, image_size=(8, 8), color_mode="grayscale", verbose=False
    )
    found = look(network(2), data)
    assert found.class_names == ("cat", "dog")
    assert found.value_range == (0, 255)
    assert "0 cat" in str(found)


@pytest.mark.core
def test_a_wrapped_model_is_opened(digits):
    (x, y), _ = digits
    model = keras_ssl.SemiSupervisedModel(network(), value_range=(0, 2))
    model.compile("adam", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match="gives logits"):
        look(model, (x, y))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    found = look(model, (x, y))
    assert found.value_range == (0, 2)
    assert found.loss == "SparseCategoricalCrossentropy"
    assert found.model.parameters == 650


@pytest.mark.core
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x, y: {"unlabeled": x * 255}, "Labeled and unlabeled.*range"),
        (lambda x, y: {"validation": (x * 255, y)}, "validation.*x / 255"),
        (lambda x, y: {"labeled": (x, y + 1)}, "pass `y - 1`"),
        (lambda x, y: {"validation": (x, y + 5)}, "In the validation data"),
        (lambda x, y: {"labeled": (x[:, :4], y)}, "do not fit the model"),
        (lambda x, y: {"test": (x, np.eye(10)[y])}, "The test labels have an"),
    ],
)
def test_contradictions_are_errors(digits, change, words):
    x, y = digits[0]
    with pytest.raises(ValueError, match=words):
        look(network(), **{"labeled": (x, y), **change(x, y)})


@pytest.mark.core
def test_hidden_labels_cannot_contradict(digits):
    x, y = digits[0]
    found = look(network(), (x, y), (x, y + 90))
    assert found.splits["unlabeled"].class_counts[99] == 150


@pytest.mark.core
def test_nothing_changes_by_looking(digits):
    x, y = digits[0]
    model = network()
    before = model.get_weights()
    np.random.seed(0)
    expected = np.random.rand()
    np.random.seed(0)
    look(model, Batches((x, y), 500))
    assert np.random.rand() == expected
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.core
def test_one_line_says_what_takes_time(digits, capsys):
    x, y = digits[0]
    inspect(network(), (x[:50], y[:50]), near_duplicates=False)
    line = "keras_ssl: comparing 50 images with one another ... done.\n"
    assert capsys.readouterr().out == line


@pytest.mark.core
def test_the_model_comes_first(digits):
    with pytest.raises(TypeError, match="Expected a `keras.Model`"):
        look(digits[0], network())
