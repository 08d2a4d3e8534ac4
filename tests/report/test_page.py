from keras_ssl.report import page
from keras_ssl.report.figures import Picture
from keras_ssl.report.page import STYLE


def test_lists_only_sections_with_content():
    made = page.render(
        "Run", "Seed 1", {"Time & place": ["<p>Here.</p>"], "Nothing": []}
    )
    assert '<a href="#time-place">Time &amp; place</a>' in made
    assert '<section id="time-place">' in made
    assert "Nothing" not in made
    assert made.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<meta name="viewport" content="width=device-width' in made


def test_everything_is_escaped():
    evil = '<script>"&'
    picture = Picture("<svg/>", evil, evil)
    for markup in (
        page.paragraph(evil),
        page.heading(evil),
        page.bullets([evil]),
        page.figures([picture]),
        page.render(evil, evil, {evil: ["x"]}),
    ):
        assert "<script>" not in markup
        assert '"&"' not in markup
        assert "&lt;script&gt;" in markup


def test_a_figure_has_an_alternative_and_may_have_a_caption():
    markup = page.figures([Picture("<svg/>", "", "It rises.")])
    assert 'alt="It rises."' in markup
    assert "figcaption" not in markup


def test_refers_to_nothing_outside():
    for word in ("http", "url(", "@import", "@font-face", "</"):
        assert word not in STYLE


def test_knows_both_colour_schemes():
    assert "prefers-color-scheme: dark" in STYLE
    assert STYLE.count("{") == STYLE.count("}")


def test_a_table_has_headers_for_columns_and_rows():
    rows = [{"class": "cat", "recall": 0.5}, {"class": "dog", "images": 3}]
    markup = page.table(rows, label="Classes")
    assert '<th scope="col">class</th>' in markup
    assert '<th scope="col" class="number">recall</th>' in markup
    assert '<th scope="row">cat</th><td class="number">0.5</td>' in markup
    assert '<td class="number"></td><td class="number">3</td>' in markup
    assert 'aria-label="Classes" tabindex="0"' in markup


def test_columns_are_set_by_what_they_hold():
    rows = [{"a": 1, "b": "98.7 %", "c": "word", "d": "a sentence " * 4}]
    markup = page.table(rows, label="Kinds")
    kinds = [head.partition(">")[0] for head in markup.split("<th scope=")[1:5]]
    number, long = '"col" class="number"', '"col" class="long"'
    assert kinds == [number, number, '"col"', long]


def test_a_long_table_is_folded():
    rows = [{"n": n} for n in range(page.LONG_TABLE + 1)]
    assert "<details>" not in page.table(rows[1:], label="Numbers")
    folded = page.table(rows, label="Numbers")
    assert folded.startswith("<details><summary>Numbers: 26 rows</summary>")


def test_cells_and_labels_are_escaped():
    evil = '<script>"&'
    for markup in (
        page.table([{evil: evil}], label=evil),
        page.preformatted(evil, label=evil),
        page.folded(evil, ""),
    ):
        assert "<script>" not in markup
        assert '"&"' not in markup
        assert "&lt;script&gt;" in markup
