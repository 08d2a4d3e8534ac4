import numpy as np
import pytest

from keras_ssl.report import plot_comparison

RESULTS = {"Supervised": 0.712, "FixMatch": 0.831}


def test_draws_bars_in_percent_with_their_values():
    ax = plot_comparison(RESULTS)
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, [71.2, 83.1])
    assert [text.get_text() for text in ax.texts] == ["71.2", "83.1"]
    names = [tick.get_text() for tick in ax.get_xticklabels()]
    assert names == ["Supervised", "FixMatch"]
    assert ax.get_ylabel() == "Test accuracy (%)"
    assert ax.get_ylim()[0] == 0
    assert not ax.lines
    assert ax.get_legend() is None


def test_draws_errors_by_name_whatever_their_order():
    errors = {"FixMatch": 0.01, "Supervised": 0.03}
    ax = plot_comparison(RESULTS, errors=errors)
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["71.2 ± 3.0", "83.1 ± 1.0"]
    segments = ax.containers[0].lines[2][0].get_segments()
    expected = [[68.2, 74.2], [82.1, 84.1]]
    np.testing.assert_allclose([s[:, 1] for s in segments], expected)


def test_draws_chance_as_a_line():
    ax = plot_comparison(RESULTS, chance=0.1, ylabel="Recall (%)")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 10)
    assert ax.get_legend().get_texts()[0].get_text() == "Chance"
    assert ax.get_ylabel() == "Recall (%)"


def test_breaks_long_names_between_words():
    ax = plot_comparison({"BatchNorm re-estimation": 0.5})
    names = [tick.get_text() for tick in ax.get_xticklabels()]
    assert names == ["BatchNorm\nre-estimation"]


def test_keeps_values_inside_the_axes():
    ax = plot_comparison({"a": 1.0}, errors={"a": 0.05})
    ax.figure.canvas.draw()
    assert ax.texts[0].get_window_extent().y1 <= ax.get_window_extent().y1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"results": {}}, "results={}.*at least one.*Pass"),
        ({"results": {"a": 71.2}}, "71.2 for 'a'.*from 0 to 1.*Divide"),
        ({"results": {"a": float("nan")}}, "nan for 'a'.*from 0 to 1"),
        ({"errors": {"FixMatch": 0.1}}, r"errors for \['FixMatch'\].*same"),
        ({"errors": dict.fromkeys(RESULTS, -1)}, "-1 for 'Supervised'"),
        ({"chance": 10}, "10 for 'chance'.*from 0 to 1"),
    ],
)
def test_rejects(arguments, message):
    with pytest.raises(ValueError, match=f"Received: .*{message}"):
        plot_comparison(**{"results": RESULTS} | arguments)
