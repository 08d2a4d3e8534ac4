import numpy as np
from sklearn import metrics

from keras_ssl.plots.confusion import confusion_matrix
from keras_ssl.plots.confusion import frequent_confusions
from keras_ssl.plots.confusion import plot_confusion
from tests.report.reports import NAMES


def test_counts_as_scikit_learn_does():
    random = np.random.default_rng(0)
    y, guess = random.integers(0, 5, (2, 200))
    expected = metrics.confusion_matrix(y, guess, labels=range(6))
    np.testing.assert_array_equal(confusion_matrix(y, guess, 6), expected)


def test_names_the_most_frequent_mistakes_first():
    counts = [[9, 0, 2], [5, 9, 0], [0, 2, 9]]
    assert frequent_confusions(counts) == [(1, 0, 5), (0, 2, 2), (2, 1, 2)]
    assert frequent_confusions(counts, 1) == [(1, 0, 5)]
    assert frequent_confusions(np.eye(3)) == []
    assert counts[0][0] == 9


def test_draws_shares_of_the_true_class_and_counts(ax):
    plot_confusion([[3, 1, 0], [0, 0, 0], [0, 0, 2]], NAMES, ax=ax)
    shares = np.asarray(ax.images[0].get_array())
    np.testing.assert_allclose(shares, [[0.75, 0.25, 0], [0] * 3, [0, 0, 1]])
    places = {t.get_text(): t.get_position() for t in ax.texts}
    assert places == {"3": (0, 0), "1": (1, 0), "2": (2, 2)}
    assert ax.get_xlabel() == "Predicted class"
    ticks = [tick.get_text() for tick in ax.get_yticklabels()]
    assert ticks == ["cat", "<dog> & $x$", "a bird with a nam…"]
    ax.figure.canvas.draw()


def test_leaves_out_what_has_no_room():
    assert not plot_confusion(np.eye(21, dtype=int)).texts
    ticks = plot_confusion(np.eye(100, dtype=int)).get_xticks()
    assert len(ticks) < 20
