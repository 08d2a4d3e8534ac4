"""What acts on training from outside, through variables alone."""

from keras_ssl.callbacks.batch_norm_warmup import BatchNormWarmup
from keras_ssl.callbacks.phase_switch import PhaseSwitch
from keras_ssl.callbacks.phase_switch import reset_optimizer

__all__ = ["BatchNormWarmup", "PhaseSwitch", "reset_optimizer"]
