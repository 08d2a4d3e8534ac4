"""An ordinary Keras script: a small CNN on 50 labeled digits."""

import keras

import keras_ssl

(x, y), (x_test, y_test) = keras_ssl.data.load_digits()
labeled, validation, unlabeled = keras_ssl.data.split(
    y, 50, num_validation=50, seed=0
)

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(32, 3, padding="same", use_bias=False),
        keras.layers.BatchNormalization(),
        keras.layers.ReLU(),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(64, 3, padding="same", use_bias=False),
        keras.layers.BatchNormalization(),
        keras.layers.ReLU(),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
weak = keras_ssl.augmentation.CropAndFlip(flip=False)  # no mirrored digits
model = keras_ssl.SemiSupervisedModel(model, weak=weak)
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(
    x[labeled],
    y[labeled],
    unlabeled_data=x[unlabeled],
    epochs=30,
    validation_data=(x[validation], y[validation]),
)
model.evaluate(x_test, y_test)
model.export_model().save("digits.keras")
