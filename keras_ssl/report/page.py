"""The parts of a page: plain values in, HTML out, everything escaped."""

import re
from collections.abc import Mapping
from collections.abc import Sequence
from html import escape

from keras_ssl.plots.svg import svg_address
from keras_ssl.report.pictures import Picture
from keras_ssl.report.style import STYLE


def paragraph(text: str) -> str:
    """A paragraph.

    Example:
    >>> paragraph("a < b")
    '<p>a &lt; b</p>'
    """
    return f"<p>{escape(text)}</p>"


def heading(text: str) -> str:
    """A heading within a section.

    Example:
    >>> heading("Classes")
    '<h3>Classes</h3>'
    """
    return f"<h3>{escape(text)}</h3>"


def bullets(texts: Sequence[str]) -> str:
    """A list.

    Example:
    >>> bullets(["one", "two"])
    '<ul><li>one</li><li>two</li></ul>'
    """
    return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in texts)}</ul>"


def figures(pictures: Sequence[Picture]) -> str:
    """Figures, side by side where there is room.

    Example:
    >>> figures([Picture("<svg/>", "A curve.", "It rises.")]).count("<img ")
    1
    """
    shown = "\n".join(
        f'<figure><img src="{svg_address(each.svg)}" '
        f'alt="{escape(each.alternative)}">{_caption(each.caption)}</figure>'
        for each in pictures
    )
    return f'<div class="figures">{shown}</div>'


def _caption(text: str) -> str:
    return f"<figcaption>{escape(text)}</figcaption>" if text else ""


def render(
    title: str, subtitle: str, sections: Mapping[str, Sequence[str]]
) -> str:
    """A whole page with a table of contents; it refers to nothing outside.

    Args:
        title: Heading of the page.
        subtitle: The line below it.
        sections: The HTML in each section by its heading; a section without
            any is left out.

    Example:
    >>> page = render("Run", "seed 0", {"Result": [paragraph("Fine.")]})
    >>> '<a href="#result">Result</a>' in page
    True
    """
    filled = {name: parts for name, parts in sections.items() if parts}
    anchors = {name: re.sub(r"\W+", "-", name.lower()) for name in filled}
    links = "\n".join(
        f'<li><a href="#{anchors[name]}">{escape(name)}</a></li>'
        for name in filled
    )
    content = "\n".join(
        f'<section id="{anchors[name]}">\n<h2>{escape(name)}</h2>\n'
        + "\n".join(parts)
        + "\n</section>"
        for name, parts in filled.items()
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>
<p class="soft">{escape(subtitle)}</p>
<nav aria-label="Contents"><ul>
{links}
</ul></nav>
</header>
<main>
{content}
</main>
</body>
</html>
"""
