from keras_ssl.report import page
from keras_ssl.report.pictures import Picture


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
