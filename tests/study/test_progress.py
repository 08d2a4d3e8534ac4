import keras
import numpy as np

from keras_ssl.study.progress import Progress


def test_it_says_each_step_but_the_last_and_what_is_left(capsys):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    x = np.zeros((6, 2), "float32")
    for every in (0.0, 1000.0):
        progress = Progress("SSL", 7, every=every)
        model.fit(
            *(x, x[:, :1]),
            batch_size=3,
            epochs=2,
            verbose=0,
            callbacks=[progress],
        )
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(", about")[0] for line in lines] == [
        f"study: SSL, seed 7: step {step} of 4" for step in (1, 2, 3)
    ]
    assert all(line.endswith("left of this run") for line in lines)
