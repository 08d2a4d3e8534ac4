import keras
import numpy as np
import pytest

from keras_ssl.inspection.inspect import inspect

pytestmark = pytest.mark.core


def table(pictures, num_classes, labels, width=None, **others):
    layers = [keras.layers.Flatten(), keras.layers.Dense(num_classes)]
    model = keras.Sequential([keras.Input((24, 24, 3)), *layers], name="net")
    found = inspect(
        model, (pictures, labels), near_duplicates=False, verbose=0, **others
    )
    return str(found)


def test_it_fits_88_columns_and_names_everything(pictures):
    labels = np.arange(40) % 4
    text = table(
        pictures,
        4,
        labels,
        unlabeled=(pictures, labels),
        validation=(pictures, labels),
        test=(pictures, labels),
    )
    lines = text.splitlines()
    assert max(map(len, lines)) <= 88
    assert [line.split()[0] for line in lines if line[:1].strip()] == [
        "Model",
        "Images",
        "Classes",
        "Duplicates",
        "Warnings",
    ]
    assert "  input                     24 x 24 x 3, float32" in lines
    assert "  outputs                   4 logits" in lines
    row = next(line for line in lines if line.startswith("  size"))
    assert row.split("  ")[-4:] == 4 * ["24 x 24 x 3"]
    row = next(line for line in lines if "unlabeled and validation" in line)
    cells = ["40", "-", "unlabeled", "0,", "validation", "0"]
    assert row.split()[3:] == cells


def test_many_classes_are_summed_up(pictures):
    lines = table(pictures, 30, np.arange(40) % 30).splitlines()
    rows = [line.split() for line in lines]
    assert ["with", "images", "30"] in rows
    assert ["fewest", "images", "1"] in rows
    assert ["most", "images", "2"] in rows
    assert ["most", "/", "fewest", "2.00"] in rows


def test_classes_without_images_show_as_such(pictures):
    rows = [x.split() for x in table(pictures, 3, np.zeros(40)).splitlines()]
    assert ["0", "40"] in rows
    assert ["2", "0"] in rows
    assert ["most", "/", "fewest", "inf"] in rows


def test_nothing_to_warn_of_is_said(pictures):
    text = table(pictures, 4, np.arange(40) % 4)
    assert text.endswith("Warnings\n  none")
