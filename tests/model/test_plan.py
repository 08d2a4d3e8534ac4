import pytest
from keras import ops

from keras_ssl.methods import METHODS
from keras_ssl.methods import FixMatch
from keras_ssl.methods import Method
from keras_ssl.model.plan import Plan
from keras_ssl.model.plan import plan_passes

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
    plan = Plan(Everything())
    assert plan.views == (
        "labeled",
        "mixed",
        "strong",
        "labeled_strong",
        "weak",
    )
    assert plan.images == (*plan.views, "strong_2")
    assert plan.data == ("labels", "index")
    assert plan.features
    assert not Plan(FixMatch()).features


@pytest.mark.parametrize(
    "name", ["adamatch", "mixmatch", "fixmatch_mixup", "simmatch"]
)
def test_labeled_views_are_either_the_methods_or_the_models(name):
    with pytest.raises(ValueError, match="which takes 'labeled"):
        Plan(METHODS[name](), strong_labeled=True)


def test_a_function_gets_what_it_names():
    named = {"weak": 1, "strong": 2, "labels": 3}
    assert Plan(FixMatch()).of("call", named) == {"weak": 1, "strong": 2}


@pytest.mark.parametrize(
    ("missing", "remedy"), [("index", "Pass arrays"), ("share", "`mix`")]
)
def test_what_is_missing_is_named(missing, remedy):
    named = dict.fromkeys(["mixed", "strong_features", "share", "index"], 0)
    del named[missing]
    with pytest.raises(ValueError, match=f"Expected '{missing}' too.*{remedy}"):
        Plan(Everything()).of("call", named)


def test_a_misspelt_view_is_refused_with_the_nearest():
    class Misspelt(Method):
        def call(self, weak, strnog):
            return ops.zeros(())

    with pytest.raises(ValueError, match="Did you mean 'strong'"):
        Plan(Misspelt())


def test_a_teacher_needs_averaged_weights():
    class Taught(Method):
        def call(self, teacher, weak):
            return ops.zeros(())

    assert Plan(Taught()).views == ("labeled", "teacher", "weak")
    with pytest.raises(ValueError, match="Pass `ema=0.999`"):
        Plan(Taught(), averages=False)


def test_what_mixes_by_its_guesses_cannot_go_through_in_one_pass():
    with pytest.raises(ValueError, match='forward="split"'):
        Plan(Everything(), forward="joint")


VIEWS, TARGETS = ("labeled", "weak", "strong"), ("weak",)


def plan(forward, batch_norm, targets=TARGETS, views=VIEWS):
    passes = plan_passes(views, targets, forward=forward, batch_norm=batch_norm)
    return [(p.views, p.gradient, p.statistics) for p in passes]


@pytest.mark.parametrize(
    ("forward", "batch_norm", "expected"),
    [
        ("joint", "all", [(("labeled", "weak", "strong"), True, True)]),
        ("joint", "none", [(("labeled", "weak", "strong"), True, False)]),
        (
            "joint",
            "labeled",
            [
                (("labeled",), True, True),
                (("weak", "strong"), True, False),
            ],
        ),
        (
            "split",
            "all",
            [
                (("weak",), False, True),
                (("labeled", "strong"), True, True),
            ],
        ),
        (
            "split",
            "labeled",
            [
                (("weak",), False, False),
                (("labeled",), True, True),
                (("strong",), True, False),
            ],
        ),
    ],
)
def test_passes_of_each_policy(forward, batch_norm, expected):
    assert plan(forward, batch_norm) == expected


def test_a_view_that_is_no_target_keeps_its_gradient():
    assert plan("split", "all", targets=(), views=("labeled", "weak")) == [
        (("labeled", "weak"), True, True)
    ]
