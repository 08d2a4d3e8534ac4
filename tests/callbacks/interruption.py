"""A callback that interrupts training, as Ctrl-C does."""

import keras


class Interruption(keras.callbacks.Callback):
    """Interrupts when an epoch begins."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt
