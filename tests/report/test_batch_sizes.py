import pytest

from keras_ssl.report.batch_sizes import plot_batch_sizes

RATES = {8: 500.0, 16: 900.0, 32: 1000.0}
MEMORY = {8: 2**20, 16: 2**21, 32: 2**22}


def test_speed_over_the_logarithm_of_the_batch_size(ax):
    assert plot_batch_sizes(RATES, chosen=16, ax=ax) is ax
    assert ax.lines[0].get_xdata().tolist() == [8, 16, 32]
    assert ax.lines[0].get_ydata().tolist() == [500, 900, 1000]
    assert ax.get_xscale() == "log"
    assert [t.get_text() for t in ax.get_xticklabels()] == ["8", "16", "32"]
    assert ax.lines[1].get_xdata()[0] == 16
    assert ax.get_legend().get_texts()[0].get_text() == "chosen: 16"
    assert len(ax.figure.axes) == 1


def test_memory_on_the_right():
    right = plot_batch_sizes(RATES, memory=MEMORY).figure.axes[1]
    assert right.lines[0].get_ydata().tolist() == [1, 2, 4]
    assert right.get_ylabel() == "Peak memory (MiB)"


def test_memory_that_is_not_known():
    ax = plot_batch_sizes(RATES, memory=dict.fromkeys(RATES), budget=2**22)
    assert len(ax.figure.axes) == 1


@pytest.mark.parametrize(("budget", "lines"), [(2**23, 2), (2**34, 1)])
def test_the_budget_is_drawn_where_it_is_near(budget, lines):
    ax = plot_batch_sizes(RATES, memory=MEMORY, budget=budget)
    right = ax.figure.axes[1]
    assert len(right.lines) == lines
    assert right.get_ylim()[1] < 20


def test_nothing_to_draw():
    with pytest.raises(ValueError, match="Received: no rates.*Expected"):
        plot_batch_sizes({})
