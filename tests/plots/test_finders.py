import numpy as np
import pytest

from keras_ssl.plots.finders import plot_batch_sizes
from keras_ssl.plots.finders import plot_range_test

RATES = np.geomspace(1e-5, 1, 6)
CURVE = {"rates": RATES, "losses": [2.0, 2.1, 1.5, 0.5, 1.0, 900.0]}
SMOOTH = {**CURVE, "smooth": [2.0, 2.0, 1.5, 0.8, 1.0, 3.5]}


def test_draws_losses_over_the_logarithm_of_the_rate():
    ax = plot_range_test([CURVE], ylabel="Labeled loss")
    np.testing.assert_allclose(ax.lines[0].get_xdata(), RATES)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), CURVE["losses"])
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "Learning rate",
        "Labeled loss",
    )
    assert ax.get_xscale() == "log"
    assert ax.get_legend() is None


def test_smooth_losses_are_lines_and_single_ones_dots():
    ax = plot_range_test([SMOOTH, SMOOTH])
    assert len(ax.lines) == 4
    line, dots = ax.lines[:2]
    np.testing.assert_allclose(line.get_ydata(), SMOOTH["smooth"])
    np.testing.assert_allclose(dots.get_ydata(), CURVE["losses"])
    assert (line.get_linestyle(), dots.get_linestyle()) == ("-", "None")


def test_a_divergence_is_cut_off():
    low, high = plot_range_test([CURVE]).get_ylim()
    assert 0 < low < 0.5
    assert 2.1 < high < 4


def test_suggestions_are_lines_and_the_chosen_one_stands_out(ax):
    suggestions = {"steepest": 0.01, "valley": 0.005, "slide": None}
    drawn = plot_range_test(
        [CURVE], suggestions=suggestions, chosen="valley", ax=ax
    )
    assert drawn is ax
    lines = {line.get_label(): line for line in ax.lines[1:]}
    assert list(lines) == ["steepest: 0.01", "valley: 0.005 (chosen)"]
    styles = [line.get_linestyle() for line in lines.values()]
    assert styles == ["--", "-"]
    widths = [line.get_linewidth() for line in lines.values()]
    assert widths[1] > widths[0]
    assert ax.lines[2].get_xdata()[0] == 0.005
    assert len(ax.get_legend().get_texts()) == 2


def test_equal_losses_can_be_drawn():
    plot_range_test([{"rates": RATES, "losses": [1.0] * 6}])


@pytest.mark.parametrize("curves", [[], [{"rates": [], "losses": []}]])
def test_rejects_what_has_no_loss(curves):
    with pytest.raises(ValueError, match="Received: no losses.*Expected"):
        plot_range_test(curves)


SPEEDS = {8: 500.0, 16: 900.0, 32: 1000.0}
MEMORY = {8: 2**20, 16: 2**21, 32: 2**22}


def test_speed_over_the_logarithm_of_the_batch_size(ax):
    assert plot_batch_sizes(SPEEDS, chosen=16, ax=ax) is ax
    assert ax.lines[0].get_xdata().tolist() == [8, 16, 32]
    assert ax.lines[0].get_ydata().tolist() == [500, 900, 1000]
    assert ax.get_xscale() == "log"
    assert [t.get_text() for t in ax.get_xticklabels()] == ["8", "16", "32"]
    assert ax.lines[1].get_xdata()[0] == 16
    assert ax.get_legend().get_texts()[0].get_text() == "chosen: 16"
    assert len(ax.figure.axes) == 1


def test_memory_on_the_right():
    right = plot_batch_sizes(SPEEDS, memory=MEMORY).figure.axes[1]
    assert right.lines[0].get_ydata().tolist() == [1, 2, 4]
    assert right.get_ylabel() == "Peak memory (MiB)"


def test_memory_that_is_not_known():
    ax = plot_batch_sizes(SPEEDS, memory=dict.fromkeys(RATES), budget=2**22)
    assert len(ax.figure.axes) == 1


@pytest.mark.parametrize(("budget", "lines"), [(2**23, 2), (2**34, 1)])
def test_the_budget_is_drawn_where_it_is_near(budget, lines):
    ax = plot_batch_sizes(SPEEDS, memory=MEMORY, budget=budget)
    right = ax.figure.axes[1]
    assert len(right.lines) == lines
    assert right.get_ylim()[1] < 20


def test_nothing_to_draw():
    with pytest.raises(ValueError, match="Received: no rates.*Expected"):
        plot_batch_sizes({})
