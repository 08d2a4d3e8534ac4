import pytest

from keras_ssl.utils.registry import check_name

pytestmark = pytest.mark.core


def test_a_near_miss_is_suggested():
    with pytest.raises(ValueError, match="Did you mean 'split'") as error:
        check_name("spit", "forward policy", {"split": 0, "joint": 0})
    assert "Received: 'spit'" in str(error.value)
    assert "['joint', 'split']" in str(error.value)
