import numpy as np
import pytest
from keras import ops

from keras_ssl.methods.ramp_up import RampUp
from keras_ssl.methods.ramp_up import cosine

pytestmark = pytest.mark.core


@pytest.mark.parametrize("steps", [1, 3, 4])
def test_it_rises_linearly_and_stays(steps):
    ramp_up = RampUp(steps)
    weights = [float(ramp_up()) for _ in range(6)]
    np.testing.assert_allclose(
        weights, np.minimum(1, np.arange(6) / steps), rtol=1e-6
    )


def test_without_steps_it_is_one_and_still_counts():
    ramp_up = RampUp(0)
    assert [float(ramp_up()), float(ramp_up())] == [1.0, 1.0]
    assert float(ramp_up.step) == 2


def test_the_count_is_a_variable_that_carries_on():
    ramp_up, again = RampUp(4), RampUp(4)
    for _ in range(3):
        ramp_up()
    (step,) = ramp_up.variables
    again.step.assign(ops.convert_to_numpy(step))
    assert float(again()) == 0.75


def test_negative_steps_are_refused():
    with pytest.raises(ValueError, match="Received: ramp_up_steps=-1"):
        RampUp(-1)


def test_golden_schedule_of_adamatch():
    # Half of the run is the ramp.
    progress = np.array([0.125, 0.25, 0.5, 0.75, 1.0])
    weights = [float(cosine(w)) for w in np.minimum(1, 2 * progress)]
    np.testing.assert_allclose(weights, [0.146447, 0.5, 1, 1, 1], rtol=1e-5)
