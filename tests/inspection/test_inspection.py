import json

import keras
import numpy as np
import pytest

from keras_ssl.inspection.inspect import inspect

pytestmark = pytest.mark.core


@pytest.fixture
def inspection(pictures):
    layers = [keras.layers.Flatten(), keras.layers.Dense(4)]
    model = keras.Sequential([keras.Input((24, 24, 3)), *layers])
    labels = np.arange(40) % 4
    data = (pictures, labels), pictures[:5], (pictures[:2], labels[:2])
    return inspect(model, *data, near_duplicates=False, verbose=0)


def test_overlaps_have_names(inspection):
    assert inspection.overlap("labeled", "validation").exact == ((0, 0), (1, 1))
    assert inspection.overlap("unlabeled", "unlabeled").exact == ()
    with pytest.raises(
        ValueError, match="'unlabeled, labeled'.*Expected one of"
    ):
        inspection.overlap("unlabeled", "labeled")


def test_the_dictionary_survives_json(inspection):
    found = json.loads(json.dumps(inspection.to_dict()))
    assert found["task"] == "classification"
    assert found["model"]["num_classes"] == 4
    assert found["splits"]["labeled"]["class_counts"]["3"] == 10
    assert found["overlaps"][1]["exact"][0] == [0, 0]
