from html.parser import HTMLParser

import pytest

from keras_ssl.report.training_report import TrainingReport
from tests.report.reports import full_report


class Page(HTMLParser):
    """The elements of a page; an end tag must fit the last start tag."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.opened = [], []
        self.feed(text)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in ("br", "img", "meta"):
            self.opened.append(tag)

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def html():
    return full_report().to_html()


def test_the_page_is_well_formed(html):
    page = Page(html)
    ids = [a["id"] for _, a in page.elements if "id" in a]
    links = [a["href"].removeprefix("#") for a in page.all("a")]
    assert len(set(ids)) == len(ids)
    assert links == ids
    assert len(ids) == 9


def test_the_page_refers_to_nothing_outside(html):
    assert "http" not in html
    page = Page(html)
    assert not page.all("script") + page.all("link") + page.all("iframe")
    for image in page.all("img"):
        assert image["src"].startswith("data:image/")
        assert image["alt"]


def test_writes_the_page_to_a_file(html, tmp_path):
    page = full_report().to_html(tmp_path / "page.html")
    assert page == html == (tmp_path / "page.html").read_text("utf-8")


def test_text_of_users_is_escaped():
    evil = "<script>alert(1)</script>"
    html = full_report(
        name=evil,
        date=evil,
        accuracy={evil: 0.5, f"{evil}2": 0.6},
        measured_on=evil,
        settings=[(evil, evil, evil)],
        batch_norm=[evil],
        machine={evil: evil},
        seconds={evil: 1.0},
        analysis={evil: {evil: evil}, "warnings": [evil]},
        analysis_text=evil,
        samples=[("data:image/png;base64,AA==", evil, "a", 0.5)],
    ).to_html()
    assert evil not in html
    assert Page(html)


def test_is_named_after_its_seed_and_dated():
    report = TrainingReport(5)
    assert report.name == "sapphire-agile-fox"
    assert TrainingReport(5, name="mine").name == "mine"
    assert report.date[:2] == "20"
    assert "sapphire-agile-fox" in report.to_html()


def test_gains_are_points_of_the_last_stage_over_the_others():
    gains = full_report().gains
    assert gains == pytest.approx({"baseline": 20, "phase 1": 8})
    assert TrainingReport(0).gains == {}


def test_shows_itself_in_one_line():
    shown = repr(full_report())
    assert shown == "<TrainingReport amber-able-badger: phase 2 80.0 %>"
    assert repr(TrainingReport(0)) == "<TrainingReport amber-able-badger>"


def test_rejects_percentages():
    with pytest.raises(ValueError, match="71.2 of 'baseline'.*0 to 1.*Divide"):
        TrainingReport(0, accuracy={"baseline": 71.2})
