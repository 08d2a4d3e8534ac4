import sys
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib import pyplot

from keras_ssl.plots.svg import svg_address
from keras_ssl.plots.svg import to_svg
from tests.report.reports import draw_line


def test_renders_axes_figures_and_functions_alike():
    ax = draw_line()
    svg = to_svg(ax)
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert to_svg(ax.figure) == to_svg(draw_line) == to_svg(svg) == svg


def test_closes_only_what_it_has_opened():
    ax = draw_line()
    to_svg(ax)
    to_svg(draw_line)
    to_svg(lambda: "<svg/>")
    assert pyplot.get_fignums() == [ax.figure.number]


def test_leaves_the_settings_of_matplotlib_alone():
    before = dict(matplotlib.rcParams)
    to_svg(draw_line)
    assert dict(matplotlib.rcParams) == before


def test_an_address_holds_the_whole_figure():
    assert svg_address("<svg>é</svg>").startswith("data:image/svg+xml;base64,")


def test_rejects_what_is_no_figure():
    number = draw_line().figure.number
    with pytest.raises(TypeError, match="type int.*Matplotlib axes.*Pass"):
        to_svg(lambda: number)
    assert pyplot.get_fignums() == [number]


def test_needs_no_matplotlib_for_text(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert to_svg("<svg/>") == "<svg/>"
