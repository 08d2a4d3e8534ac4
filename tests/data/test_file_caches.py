import itertools

import keras
import numpy as np
import pytest

import keras_ssl
from keras_ssl.data import pair
from keras_ssl.data import peek
from keras_ssl.data.file_caches import fill
from keras_ssl.data.halves import Line

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.core

N = 400  # more than is read in advance
X, Y = np.random.default_rng(0).random((N, 8, 8, 1)), np.arange(N) % 4


class Looks(keras.callbacks.Callback):
    """Looks at batches while others are being read."""

    def on_train_batch_end(self, batch, logs=None):
        self.model.training_data.peek(2)


def half(folder, name, *arrays):
    parts = arrays if len(arrays) > 1 else arrays[0]
    dataset = tf.data.Dataset.from_tensor_slices(parts)
    return dataset.cache(str(folder / name)).batch(4)


def model():
    network = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(4)]
    )
    made = keras_ssl.SemiSupervisedModel(network, weak=None, strong=None)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    made.compile("sgd", loss, run_eagerly=keras.backend.backend() != "jax")
    return made


@pytest.mark.parametrize("form", ["halves", "zipped", "cached zipped"])
def test_fit_takes_cached_files_again_and_again(tmp_path, form):
    labeled = half(tmp_path, "labeled", X, Y)
    unlabeled = half(tmp_path, "unlabeled", X)
    validation = half(tmp_path, "validation", X, Y)
    if form != "halves":
        labeled, unlabeled = tf.data.Dataset.zip(labeled, unlabeled), None
    if form == "cached zipped":
        labeled = labeled.cache(str(tmp_path / "zipped"))
    for _ in range(2):
        model().fit(
            labeled,
            unlabeled_data=unlabeled,
            validation_data=validation,
            validation_steps=1,
            steps_per_epoch=2,
            epochs=2,
            verbose=0,
            callbacks=[Looks()],
        )
    assert not list(tmp_path.glob("*lockfile"))


def test_a_file_that_both_halves_share(tmp_path):
    path = str(tmp_path / "all")
    both = tf.data.Dataset.from_tensor_slices((X, Y)).cache(path)
    unlabeled = both.skip(20).map(lambda x, y: x)
    paired = pair(both.take(20), unlabeled, batch_size=4, verbose=0)
    assert len(list(itertools.islice(paired.endless(), 5))) == 5


def test_a_look_writes_the_file_and_leaves_no_lock(tmp_path):
    peek(half(tmp_path, "labeled", X, Y))
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"labeled.index", "labeled.data-00000-of-00001"}


def test_a_cache_without_end_or_file_is_left_alone(tmp_path, capsys):
    endless = tf.data.Dataset.range(3).repeat()
    for dataset in (endless.cache(str(tmp_path / "a")), endless.cache()):
        fill(dataset, Line(verbose=1))
    assert not list(tmp_path.iterdir())
    assert not capsys.readouterr().out


def test_it_says_that_it_reads(tmp_path, capsys):
    for _ in range(2):
        pair(half(tmp_path, "labeled", X, Y), X)
    assert capsys.readouterr().out.count("`cache(file)`") == 1


def test_a_locked_file_is_told_in_words(tmp_path):
    dataset = half(tmp_path, "labeled", X, Y)
    writing = iter(dataset)
    next(writing)
    with pytest.raises(ValueError, match=r"locked.*Expected.*delete the files"):
        pair(dataset, X, verbose=0)
