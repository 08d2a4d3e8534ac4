import warnings

import keras
import pytest

import keras_ssl
from keras_ssl import data
from keras_ssl.utils.deprecation import moved


def test_an_old_name_is_the_new_one_and_warns_once(monkeypatch):
    monkeypatch.delitem(vars(data), "inspect", raising=False)
    with pytest.warns(FutureWarning, match="is now `keras_ssl.inspect`"):
        found = data.inspect
    with warnings.catch_warnings(action="error"):
        assert data.inspect is found is keras_ssl.inspect


def test_an_unknown_name_is_none():
    with pytest.raises(AttributeError, match="no attribute 'inspct'"):
        moved("keras_ssl.data", inspect="keras_ssl.inspect")("inspct")


def test_the_old_name_of_the_share_of_strong_labeled_images(network):
    with pytest.warns(FutureWarning, match="now `strong_labeled_share=`"):
        model = keras_ssl.SemiSupervisedModel(network(), labeled_strong=0.5)
    assert model.strong_labeled_share == 0.5
    with pytest.warns(FutureWarning, match="now `strong_labeled_share`"):
        assert model.labeled_strong == 0.5
    with pytest.warns(FutureWarning, match="strong_labeled_share_used"):
        assert model.strength == 0.5
    with pytest.warns(FutureWarning, match="now `strong_labeled_share=`"):
        recipe = keras_ssl.recipes.short(10, labeled_strong=1.0)
    assert recipe.strong_labeled_share == 1.0
    with pytest.warns(FutureWarning, match="now `strong_labeled_share=`"):

        class Mine(keras_ssl.methods.FixMatch):
            labeled_strong = "auto"

    assert Mine.strong_labeled_share == "auto"


def test_saving_uses_no_old_names(network, tmp_path):
    model = keras_ssl.SemiSupervisedModel(network())
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", FutureWarning)
        model.save(tmp_path / "model.keras")
    assert not [each for each in seen if each.category is FutureWarning]
    with pytest.raises(AttributeError, match="no attribute 'strenght'"):
        model.strenght  # noqa: B018


def test_a_saved_model_with_the_old_name_loads(network):
    config = keras_ssl.SemiSupervisedModel(network()).get_config()
    config["labeled_strong"] = config.pop("strong_labeled_share")
    with pytest.warns(FutureWarning):
        model = keras_ssl.SemiSupervisedModel.from_config(config)
    assert isinstance(model.network, keras.Model)
    assert model.strong_labeled_share == "auto"


@pytest.mark.parametrize(
    "make",
    [
        lambda network, **shares: keras_ssl.SemiSupervisedModel(
            network(), **shares
        ),
        lambda network, **shares: keras_ssl.recipes.short(10, **shares),
    ],
)
def test_both_names_at_once_are_refused(make, network):
    with pytest.raises(TypeError, match="is the old name. Leave it out"):
        make(network, strong_labeled_share=1.0, labeled_strong=0.5)
