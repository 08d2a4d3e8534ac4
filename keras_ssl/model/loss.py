"""The labeled loss: the compiled one, or a method's own around it."""

from collections.abc import Callable
from typing import Any

from keras_ssl.methods import Method
from keras_ssl.model.plan import Plan
from keras_ssl.utils.typing import Tensor


def labeled_loss(
    method: Method,
    plan: Plan,
    compiled: Callable[..., Tensor],
    named: dict[str, Tensor],
    *,
    as_outputs: Callable[[Tensor], Tensor],
    regularization: Tensor,
    replicas: int,
) -> Tensor:
    """The labeled loss of a method that has one of its own.

    Args:
        method: The method.
        plan: What its `labeled_loss` takes.
        compiled: From outputs and sample weights to the compiled loss with the
            regularization, as a share of the replicas.
        named: All that the method may take, by name.
        as_outputs: From logits to what the network puts out.
        regularization: What layers add to the loss. Each call of the compiled
            loss adds it; it counts once.
        replicas: How many replicas share the batch.
    """

    def loss(logits: Tensor, sample_weight: Any = None) -> Tensor:
        if sample_weight is not None:
            sample_weight = sample_weight * named["sample_weight"]
        value = compiled(as_outputs(logits), sample_weight) - regularization
        return value * replicas

    given = plan.of("labeled_loss", {**named, "loss": loss})
    return method.labeled_loss(**given) / replicas + regularization
