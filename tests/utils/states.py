"""The numbers of a model, and how those of two are compared."""

import numpy as np
from keras import ops


def state(model):
    variables = [*model.variables, *model.optimizer.variables]
    variables += model.metrics_variables
    return [np.array(ops.convert_to_numpy(v)) for v in variables]


def assert_equal(states, others):
    for one, other in zip(states, others, strict=True):
        np.testing.assert_array_equal(one, other)


def assert_close(states, others):
    """Of two trainings: the order of a sum is that of threads."""
    for one, other in zip(states, others, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def assert_same_history(history, other):
    assert history.keys() == other.keys()
    for name, values in history.items():
        np.testing.assert_allclose(values, other[name], rtol=1e-4, atol=1e-6)


def differ(states, others):
    pairs = zip(states, others, strict=True)
    return sum(bool((one != other).any()) for one, other in pairs)
