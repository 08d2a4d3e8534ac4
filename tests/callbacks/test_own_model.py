import pytest

from keras_ssl import callbacks


@pytest.mark.parametrize(
    "kind",
    [
        callbacks.AugmentationFinder,
        callbacks.BatchNormWarmup,
        callbacks.CollapseWarning,
        callbacks.NoisyStudentRounds,
        callbacks.PhaseSwitch,
    ],
)
def test_another_model_is_refused(kind, network):
    with pytest.raises(TypeError, match=f"{kind.__name__} with a Sequential"):
        kind().set_model(network())
