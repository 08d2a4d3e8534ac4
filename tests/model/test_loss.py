import pytest
from keras import ops

from keras_ssl.methods import Method
from keras_ssl.model.loss import labeled_loss
from keras_ssl.model.plan import Plan

pytestmark = pytest.mark.core


class Twice(Method):
    """Counts the labeled loss twice, of doubled logits."""

    def labeled_loss(self, loss, labeled):
        return loss(2.0 * labeled) + loss(labeled, ops.full((2,), 3.0))

    def call(self, weak):
        return ops.zeros(())


@pytest.mark.parametrize("replicas", [1, 2])
def test_regularization_counts_once_and_weights_multiply(replicas):
    method, penalty = Twice(), 5.0
    weights = []

    def compiled(outputs, weight):
        weights.append(weight)
        return ops.sum(outputs) / replicas + penalty / replicas

    value = labeled_loss(
        method,
        Plan(method),
        compiled,
        {"labeled": ops.ones((2, 3)), "sample_weight": ops.full((2,), 0.5)},
        as_outputs=lambda logits: logits + 1.0,
        regularization=penalty / replicas,
        replicas=replicas,
    )
    # 6 outputs of 2 + 1, and 6 of 1 + 1.
    assert float(value) == pytest.approx((18 + 12 + penalty) / replicas)
    assert weights[0] is None
    assert ops.convert_to_numpy(weights[1]).tolist() == [1.5, 1.5]
