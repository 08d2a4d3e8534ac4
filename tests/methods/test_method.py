import numpy as np
import pytest
from keras import ops

from keras_ssl import methods
from keras_ssl.methods import Method
from keras_ssl.methods.method import check_interval

pytestmark = pytest.mark.core


class Counts(Method):
    """The mean of what it is given, of images with a sure class."""

    def __init__(self, num_unlabeled=None, **kwargs):
        super().__init__(**kwargs)
        self.num_unlabeled = num_unlabeled

    def call(self, weak, strong):
        probabilities = ops.softmax(weak)
        sure = ops.max(probabilities, axis=-1) > 0.8
        return self.masked_mean(sure, strong[:, 0], probabilities)


WEAK = np.log([[0.9, 0.1], [0.4, 0.6], [0.1, 0.9], [0.15, 0.85]])
STRONG = np.array([[1.0, 0], [2.0, 0], [3.0, 0], [4.0, 0]])


def test_images_that_do_not_pass_count_as_0():
    assert float(Counts()(WEAK, STRONG)) == pytest.approx((1 + 3 + 4) / 4)


def test_what_is_logged_is_that_of_the_images():
    method = Counts()
    method(WEAK, STRONG, hidden=np.array([0, 0, 1, 0]))
    assert float(method.mask_ratio.result()) == pytest.approx(3 / 4)
    mean = np.mean([0.9, 0.6, 0.9, 0.85])
    assert float(method.confidence.result()) == pytest.approx(mean)
    # Of the three images that passed, two have their class.
    assert float(method.pseudo_label_accuracy.result()) == pytest.approx(2 / 3)
    assert "pseudo_label_accuracy" in method.fed
    method(WEAK, STRONG)
    assert "pseudo_label_accuracy" not in method.fed


def test_unknown_hidden_labels_do_not_count():
    method = Counts()
    method(WEAK, STRONG, hidden=np.array([0, -1, -1, 0]))
    # Of the two that passed and are known, one has its class.
    assert float(method.pseudo_label_accuracy.result()) == pytest.approx(1 / 2)


def test_sizes_are_those_of_the_data():
    method = Counts()
    method.set_sizes({"unlabeled": 9, "labeled": 3})
    assert method.num_unlabeled == 9
    with pytest.raises(ValueError, match="8 unlabeled .* num_unlabeled=9"):
        method.set_sizes({"unlabeled": 8})


def test_arguments_are_attributes():
    class Forgets(Method):
        def __init__(self, share=0.5):
            super().__init__()

    config = Counts(num_unlabeled=np.int64(4)).get_config()
    assert type(config["num_unlabeled"]) is int
    with pytest.raises(AttributeError, match=r"without attributes \['share'\]"):
        Forgets().get_config()


def test_numbers_stay_in_their_interval():
    assert check_interval("share", 0.5, 0, 1) == 0.5
    with pytest.raises(ValueError, match="share=2. Expected a number, from 0"):
        check_interval("share", 2, 0, 1)


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'fixmatch'"):
        methods.get("fixmach")


def test_what_is_no_method_is_refused():
    with pytest.raises(TypeError, match="Expected a Method"):
        methods.get(3)


def test_inputs_are_the_parameters_of_call():
    class Three(Method):
        def call(self, weak, strong, strong_2):
            return ops.zeros(())

    assert Three().inputs == ("weak", "strong", "strong_2")
