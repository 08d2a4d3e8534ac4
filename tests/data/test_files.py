import numpy as np
import pytest
from PIL import Image

from keras_ssl.data import load


@pytest.fixture
def folder(tmp_path):
    for part, count in (("train", 3), ("test", 2)):
        for label, name in enumerate(["a cat", "dog"]):
            place = tmp_path / part / name
            place.mkdir(parents=True)
            for i in range(count):
                pixels = np.full((4, 6, 3), 100 * label + i, "uint8")
                Image.fromarray(pixels).save(place / f"{i}.png")
            (place / "notes.txt").write_text("no image")
    return tmp_path


def test_class_folders_are_read_in_order(folder):
    (x, y), (x_test, y_test) = load(folder)
    assert x.shape == (6, 4, 6, 3)
    assert (x.dtype, x_test.shape) == ("uint8", (4, 4, 6, 3))
    np.testing.assert_array_equal(x[:, 0, 0, 0], [0, 1, 2, 100, 101, 102])
    np.testing.assert_array_equal(y, [0, 0, 0, 1, 1, 1])
    np.testing.assert_array_equal(y_test, [0, 0, 1, 1])


def test_an_npz_file_is_read(tmp_path):
    file = str(tmp_path / "mine.npz")
    x, y = np.zeros((3, 8, 8), "uint8"), np.arange(3)[:, None]
    np.savez(file, x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    (x_train, y_train), (x_test, _) = load(file)
    assert (x_train.shape, x_test.shape) == ((3, 8, 8, 1), (1, 8, 8, 1))
    np.testing.assert_array_equal(y_train, [0, 1, 2])


@pytest.mark.parametrize(
    "write",
    [
        lambda file: np.savez(file, x_train=np.zeros(3)),
        lambda file: file.write_bytes(b"PK no zip"),
        lambda file: file.write_bytes(b""),
    ],
)
def test_a_file_that_is_no_data_set(tmp_path, write):
    write(tmp_path / "mine.npz")
    with pytest.raises(ValueError, match="Received.*Expected an .npz.*savez"):
        load(tmp_path / "mine.npz")


def test_folders_that_are_no_data_set(folder, tmp_path):
    Image.fromarray(np.zeros((9, 9, 3), "uint8")).save(
        folder / "test/dog/x.png"
    )
    with pytest.raises(ValueError, match="sizes.*one size"):
        load(folder)
    (folder / "test" / "dog").rename(folder / "test" / "mouse")
    with pytest.raises(ValueError, match=r"'a cat', 'dog'.*'a cat', 'mouse'"):
        load(folder)
    (folder / "train").rename(folder / "all")
    with pytest.raises(ValueError, match="without folders in 'train'"):
        load(folder)


def test_neither_a_name_nor_a_file():
    with pytest.raises(ValueError, match="'cifar10'"):
        load("cifar01")
    with pytest.raises(ValueError, match="where nothing is.*Expected an .npz"):
        load("nowhere.npz")
