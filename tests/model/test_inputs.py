import pytest
from keras import ops

from keras_ssl.methods import METHODS
from keras_ssl.methods import FixMatch
from keras_ssl.methods import Method
from keras_ssl.model.inputs import Needs
from keras_ssl.model.inputs import image_name
from keras_ssl.model.inputs import make_views

pytestmark = pytest.mark.core


class Everything(Method):
    targets = ("weak",)
    uses = ("strong_2",)
    mixed = ("mixed",)

    def mix(self, images, logits):
        return {"mixed": images["strong_2"]}, {"share": ops.ones(())}

    def labeled_loss(self, loss, labeled_strong, labels):
        return loss(labeled_strong)

    def call(self, mixed, strong_features, share, index):
        return ops.zeros(())


def test_views_images_data_and_features_are_read_off_the_functions():
    needs = Needs(Everything())
    assert needs.views == (
        "labeled",
        "mixed",
        "strong",
        "labeled_strong",
        "weak",
    )
    assert needs.images == (*needs.views, "strong_2")
    assert needs.data == ("labels", "index")
    assert needs.features
    assert not Needs(FixMatch()).features


@pytest.mark.parametrize(
    "name", ["adamatch", "mixmatch", "fixmatch_mixup", "simmatch"]
)
def test_labeled_views_are_either_the_methods_or_the_models(name):
    with pytest.raises(ValueError, match="which takes 'labeled"):
        Needs(METHODS[name](), labeled_strong=True)


def test_a_function_gets_what_it_names():
    named = {"weak": 1, "strong": 2, "labels": 3}
    assert Needs(FixMatch()).of("call", named) == {"weak": 1, "strong": 2}


@pytest.mark.parametrize(
    ("missing", "remedy"), [("index", "Pass arrays"), ("share", "`mix`")]
)
def test_what_is_missing_is_named(missing, remedy):
    named = dict.fromkeys(["mixed", "strong_features", "share", "index"], 0)
    del named[missing]
    with pytest.raises(ValueError, match=f"Expected '{missing}' too.*{remedy}"):
        Needs(Everything()).of("call", named)


def test_a_misspelt_view_is_refused_with_the_nearest():
    class Misspelt(Method):
        def call(self, weak, strnog):
            return ops.zeros(())

    with pytest.raises(ValueError, match="Did you mean 'strong'"):
        Needs(Misspelt())


def test_a_teacher_needs_averaged_weights():
    class Taught(Method):
        def call(self, teacher, weak):
            return ops.zeros(())

    assert Needs(Taught()).views == ("labeled", "teacher", "weak")
    with pytest.raises(ValueError, match="Pass `ema=0.999`"):
        Needs(Taught(), averages=False)


def test_what_mixes_by_its_guesses_cannot_go_through_in_one_pass():
    with pytest.raises(ValueError, match='forward="split"'):
        Needs(Everything(), forward="joint")


IMAGES = {"labeled": "x", "unlabeled": "u"}


def draw():
    numbers = iter(range(10))
    return lambda view: f"{view}w{next(numbers)}"


def test_each_view_is_a_draw_of_its_own_and_strong_follows_weak():
    views = make_views(
        ["labeled", "weak", "weak_2", "strong", "labeled_strong"],
        IMAGES,
        draw(),
        lambda view: view + "s",
    )
    assert views == {
        "labeled": "xw0",
        "weak": "uw1",
        "weak_2": "uw2",
        "strong": "uw3s",
        "labeled_strong": "xw4s",
    }


def test_features_and_passes_of_a_view_share_its_images():
    names = ["strong", "strong_features", "labeled_alone", "labeled"]
    views = make_views(names, IMAGES, draw(), str)
    assert views == {"strong": "uw0", "labeled": "xw1"}
    assert image_name("labeled_strong_alone") == "labeled_strong"


def test_what_is_no_view_is_left_out():
    assert make_views(["mixed", "labels"], IMAGES, draw(), str) == {}
