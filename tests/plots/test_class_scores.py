import numpy as np
import pytest
from sklearn import metrics

from keras_ssl.plots.class_scores import class_scores
from keras_ssl.plots.class_scores import plot_class_scores
from keras_ssl.plots.confusion import confusion_matrix


@pytest.mark.parametrize("seed", range(3))
def test_scores_as_scikit_learn_does(seed):
    y, guess = np.random.default_rng(seed).integers(0, 4, (2, 50))
    guess[guess == 1] = 0  # a class that is never predicted
    guess, y = np.append(guess, 4), np.append(y, 0)  # one without images
    expected = metrics.precision_recall_fscore_support(
        y, guess, labels=range(6), zero_division=np.nan
    )
    scores = class_scores(confusion_matrix(y, guess, 6))
    found = np.array([list(each.values()) for each in scores]).T
    np.testing.assert_allclose(found, expected, equal_nan=True)
    assert np.isnan(scores[5]["f1"])


def test_draws_precision_and_recall_in_percent():
    ax = plot_class_scores(class_scores([[3, 1], [0, 4]]), ["cat", "$dog"])
    precision, recall = (
        [bar.get_width() for bar in bars] for bars in ax.containers
    )
    np.testing.assert_allclose(precision, [100, 80])
    np.testing.assert_allclose(recall, [75, 100])
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [
        "Precision",
        "Recall",
    ]
    ax.figure.canvas.draw()
    cat, dog = (label.get_window_extent().y0 for label in ax.get_yticklabels())
    assert cat > dog


def test_draws_the_weakest_of_many_classes():
    confusion = np.diag(np.arange(1, 51))
    confusion[:, 0] += 3
    ax = plot_class_scores(class_scores(confusion), rows=4)
    ticks = [tick.get_text() for tick in ax.get_yticklabels()]
    assert ticks == ["0", "1", "2", "3"]
