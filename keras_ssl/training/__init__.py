"""`train`: the whole recipe in one call, built from the other parts alone."""

from keras_ssl.training.train import train

__all__ = ["train"]
