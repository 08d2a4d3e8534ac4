"""`train`: the whole recipe in one call, built from the other parts alone."""

from keras_ssl.autotrain.train import train

__all__ = ["train"]
