import sys
from pathlib import Path

import pytest

from keras_ssl.report import page
from keras_ssl.report.classification import Classification
from keras_ssl.report.figures import Picture
from keras_ssl.report.page import columns
from keras_ssl.report.page import to_page
from keras_ssl.report.record import Finding
from keras_ssl.report.training_report import TrainingReport

STYLE = Path(page.__file__).with_name("templates") / "report.css"
EVIL = '<script>"&'
PIXEL = "data:image/png;base64,AAAA"


def html(pictures=(), **parts):
    return to_page(TrainingReport(0, date="today", **parts), dict(pictures))


def table(rows, title="Rates"):
    return html(findings=[Finding(title, rows=rows)])


def test_lists_only_sections_with_content():
    made = html(machine={"device": "CPU"})
    assert made.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<meta name="viewport" content="width=device-width' in made
    assert '<a href="#time-and-machine">Time and machine</a>' in made
    assert '<section id="time-and-machine">' in made
    assert made.count("<section") == made.count("<a ") == 1


def test_everything_is_escaped():
    result = Classification.measure([0.2, 0.9], [0, 1], class_names=[EVIL, 1])
    made = html(
        pictures={"loss": Picture("<svg/>", EVIL, EVIL)},
        name=EVIL,
        classification=result,
        findings=[Finding(EVIL, EVIL, [{EVIL: EVIL}] * 26)],
        samples=[(PIXEL, EVIL, EVIL + "2", 0.5)],
        analysis={EVIL: {EVIL: EVIL}, "warnings": [EVIL]},
        analysis_text=EVIL,
        batch_norm=[EVIL],
    )
    assert "<script" not in made
    assert ';"&' not in made
    assert made.count("&lt;script&gt;") > 20


@pytest.mark.parametrize("caption", ["", "A curve."])
def test_a_figure_has_an_alternative_and_may_have_a_caption(caption):
    made = html({"loss": Picture("<svg/>", caption, "It rises.")})
    assert 'alt="It rises."' in made
    assert made.count("</figcaption>") == bool(caption)


def test_a_sample_says_what_it_is_where_the_model_is_wrong():
    made = html(samples=[(PIXEL, "cat", "dog", 0.97), (PIXEL, "b", "b", 0.6)])
    first = f'src="{PIXEL}" alt="Image predicted as dog, 97 % sure; it is cat"'
    assert first in made
    assert 'dog, 97 % sure<br><span class="wrong">is cat</span>' in made
    assert 'alt="Image predicted as b, 60 % sure"' in made


def test_the_style_refers_to_nothing_outside():
    style = STYLE.read_text("utf-8")
    for word in ("http", "url(", "@import", "@font-face", "</"):
        assert word not in style


def test_the_style_knows_both_colour_schemes():
    style = STYLE.read_text("utf-8")
    assert "prefers-color-scheme: dark" in style
    assert style.count("{") == style.count("}")
    assert style.strip() in html()


def test_a_table_has_headers_for_columns_and_rows():
    made = table(
        [{"class": "cat", "recall": 0.5}, {"class": "dog", "images": 3}]
    )
    assert '<th scope="col">class</th>' in made
    assert '<th scope="col" class="number">recall</th>' in made
    assert '<th scope="row">cat</th>\n<td class="number">0.5</td>' in made
    assert '<td class="number"></td>\n<td class="number">3</td>' in made
    assert 'aria-label="Rates" tabindex="0"><table>' in made


def test_columns_are_set_by_what_they_hold():
    row = {"a": 1, "b": "98.7 %", "c": "word", "d": "a sentence " * 4}
    kinds = {"a": "number", "b": "number", "c": "", "d": "long", "e": ""}
    assert columns([row, {"a": None, "e": None}]) == kinds


def test_a_long_table_is_folded():
    rows = [{"n": n} for n in range(26)]
    assert "<details>" not in table(rows[1:])
    assert "<details><summary>Rates: 26 rows</summary>" in table(rows)


def test_says_how_to_install_jinja(monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ImportError, match=r"expects Jinja2.*keras_ssl\[report"):
        html()
