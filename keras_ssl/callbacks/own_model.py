"""`OwnModel`: a callback for `SemiSupervisedModel`, and for no other."""

import keras

from keras_ssl.model.semi_supervised import SemiSupervisedModel


class OwnModel(keras.callbacks.Callback):
    """Refuses to train another model, which has no phases and no averages."""

    def set_model(self, model: keras.Model) -> None:
        """Takes the model that is trained.

        Args:
            model: A `SemiSupervisedModel`.

        Raises:
            TypeError: It is another one.
        """
        if not isinstance(model, SemiSupervisedModel):
            name = type(self).__name__
            raise TypeError(
                f"Received: {name} with a {type(model).__name__}. Expected a "
                "`keras_ssl.SemiSupervisedModel`. Wrap the model, or leave "
                f"{name} out."
            )
        super().set_model(model)
