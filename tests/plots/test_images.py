import numpy as np
import pytest

from keras_ssl.report import plot_images


def drawn(ax):
    """The pixels in each cell as they appear on the screen, from 0 to 1."""
    return [np.asarray(cell.images[0].get_array()) for cell in ax.child_axes]


def test_draws_the_first_images_in_reading_order():
    images = np.linspace(0, 1, 8)[:, None, None, None] * np.ones((8, 4, 4, 3))
    ax = plot_images(images, rows=2, columns=3)
    np.testing.assert_allclose(drawn(ax), images[:6], atol=1e-6)
    left, top = np.array([c.get_position().p0 for c in ax.child_axes]).T
    assert left[0] == left[3] < left[1] < left[2]
    assert top[0] == top[2] > top[3] == top[5]


def test_fills_the_figure_when_there_are_few_images():
    ax = plot_images(np.zeros((2, 4, 4)), rows=3, columns=6)
    right, top = ax.child_axes[1].get_position().p1
    box = ax.get_position()
    assert right > box.x0 + 0.7 * box.width
    assert top > box.y0 + 0.7 * box.height


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (np.array([0.0, 0.5]), [0.0, 0.5]),
        (np.array([0, 51], "uint8"), [0.0, 0.2]),
        (np.array([0, 1], "uint8"), [0.0, 1 / 255]),
        (np.array([0.0, 51.0]), [0.0, 0.2]),
        (np.array([-1.0, 0.5]), [0.0, 0.75]),
        (np.array([-3.0, 1.0]), [0.0, 1.0]),
        (np.array([7000.0, 7000.0]), [0.0, 0.0]),
    ],
)
@pytest.mark.parametrize("channels", [None, 1, 3])
def test_scales_pixels_of_any_range(images, expected, channels):
    def grow(values):
        shape = (2, 1, 1) if channels is None else (2, 1, 1, channels)
        return np.broadcast_to(
            np.reshape(values, (2,) + (1,) * (len(shape) - 1)), shape
        )

    image = np.squeeze(grow(expected), -1) if channels == 1 else grow(expected)
    ax = plot_images(grow(images))
    np.testing.assert_allclose(drawn(ax), image, atol=1e-6)
    assert ax.child_axes[0].images[0].get_clim() == (0, 1)


@pytest.mark.parametrize(
    ("labels", "titles"),
    [
        (None, ["", ""]),
        ([1, 0], ["frog", "cat"]),
        (np.array([[1], [0]]), ["frog", "cat"]),
        (np.array([[0.0, 1.0], [1.0, 0.0]]), ["frog", "cat"]),
        (["cat 0.97", "frog"], ["cat 0.97", "frog"]),
    ],
)
def test_writes_labels_as_titles(labels, titles):
    ax = plot_images(np.zeros((2, 4, 4)), labels, class_names=["cat", "frog"])
    assert [cell.get_title() for cell in ax.child_axes] == titles


def test_writes_the_class_index_without_names():
    ax = plot_images(np.zeros((2, 4, 4)), [3, 7])
    assert [cell.get_title() for cell in ax.child_axes] == ["3", "7"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": np.zeros((4, 4))}, r"shape \(4, 4\).*Expected \(N, h"),
        ({"images": np.zeros((0, 4, 4, 3))}, "Expected .*N at least 1"),
        ({"images": np.zeros((2, 4, 4, 2))}, "Expected .*1 or 3"),
        ({"images": np.full((2, 4, 4), np.nan)}, "nan.*finite.*Replace"),
        ({"labels": [1]}, "1 labels for 2 images.*one label for each"),
        ({"labels": [0, 2], "class_names": ["a", "b"]}, "from 0 to 2.*0 to 1"),
        ({"rows": 0}, "rows=0.*at least one.*positive"),
    ],
)
def test_rejects(arguments, message):
    with pytest.raises(ValueError, match=f"Received: .*{message}"):
        plot_images(**{"images": np.zeros((2, 4, 4))} | arguments)
