import pytest

from keras_ssl.finders.batch_caps import cap_batch_size


@pytest.mark.parametrize(
    ("labeled", "unlabeled", "arguments", "size", "reason"),
    [
        (5000, None, {}, 256, "16 steps an epoch over the labeled"),
        (5000, None, {"min_steps": 10}, 256, "10 steps"),
        (5000, None, {"min_steps": 1}, 1024, "max_batch_size=1024"),
        (5000, 20000, {}, 256, "16 steps an epoch over the unlabeled"),
        (5000, 20000, {"unlabeled_ratio": 1}, 1024, "max_batch_size=1024"),
        (5000, 20000, {"max_batch_size": 100}, 64, "max_batch_size=100"),
        (40, 60000, {}, 32, "40 labeled images"),
        (64, 60000, {}, 64, "64 labeled images"),
        (10, 12, {}, 1, "16 steps an epoch over the unlabeled"),
    ],
)
def test_the_least_cap_rounded_down(
    labeled, unlabeled, arguments, size, reason
):
    cap = cap_batch_size(labeled, unlabeled, **arguments)
    assert cap.size == size
    assert reason in cap.reason
