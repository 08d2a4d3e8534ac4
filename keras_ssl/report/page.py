"""The parts of a page: plain values in, HTML out, everything escaped."""

import re
from collections.abc import Mapping
from collections.abc import Sequence
from html import escape
from typing import Any

from keras_ssl.plots.svg import svg_address
from keras_ssl.report.figures import Picture
from keras_ssl.utils.text import is_number
from keras_ssl.utils.text import to_text


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


STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1c2024; --soft: #5b646d; --line: #d9dee3; --paper: #ffffff;
  --tint: #f4f6f8; --accent: #0072b2; --blend: multiply; --negative: none;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ec; --soft: #a0a9b2; --line: #363d44; --paper: #14171a;
    --tint: #1d2226; --accent: #56b4e9; --blend: screen;
    --negative: invert(1) hue-rotate(180deg);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 66rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: break-word;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; }
h2 {
  font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-top: .75rem;
  border-top: 1px solid var(--line);
}
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 44rem; }
a { color: var(--accent); }
.soft { color: var(--soft); }
nav ul {
  display: flex; flex-wrap: wrap; gap: .25rem 1rem;
  list-style: none; margin: 1rem 0 0; padding: 0;
}
nav a { display: inline-block; padding: .25rem 0; }
.stages { display: grid; gap: .75rem; margin: 1rem 0; padding: 0; }
.stages > div {
  border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem;
}
.stages dt { color: var(--soft); }
.stages dd { margin: 0; font-variant-numeric: tabular-nums; }
.stages strong { font-size: 1.75rem; line-height: 1.3; }
.stages > :last-child { border-color: var(--accent); }
.stages > :last-child strong { color: var(--accent); }
.bar { height: .375rem; border-radius: .2rem; background: var(--tint); }
.bar i {
  display: block; height: 100%; border-radius: inherit;
  background: var(--accent);
}
.box {
  overflow-x: auto; margin: .75rem 0; max-width: 100%;
  border: 1px solid var(--line); border-radius: .5rem;
}
.box:focus-visible { outline: 2px solid var(--accent); }
.box pre {
  margin: 0; padding: .75rem; width: max-content;
  font: .8125rem/1.45 ui-monospace, Menlo, Consolas, monospace;
}
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { padding: .375rem .625rem; text-align: left; vertical-align: top; }
th { font-weight: 600; }
thead th { background: var(--tint); color: var(--soft); }
thead .number { white-space: normal; }
.long { min-width: 14rem; }
tr + tr > *, tbody tr:first-child > * { border-top: 1px solid var(--line); }
.number {
  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums;
}
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--accent); }
.figures { display: grid; gap: 1.5rem; margin: 1rem 0; align-items: start; }
figure { margin: 0; min-width: 0; }
figure > img {
  display: block; width: 100%; max-width: 30rem; height: auto;
  filter: var(--negative); mix-blend-mode: var(--blend);
}
figcaption { color: var(--soft); font-size: .875rem; margin-top: .25rem; }
.samples {
  display: grid; gap: 1rem .75rem; margin: 1rem 0;
  grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr));
}
.samples img {
  max-width: none; aspect-ratio: 1; object-fit: contain;
  filter: none; mix-blend-mode: normal; image-rendering: pixelated;
}
.wrong { color: #b3261e; }
@media (prefers-color-scheme: dark) { .wrong { color: #ff8a80; } }
@media (max-width: 47.99rem) {
  th, td { padding: .375rem; }
  .settings tr {
    display: grid; grid-template-columns: minmax(9rem, 2fr) minmax(0, 3fr);
  }
  .settings tr > * { overflow-wrap: anywhere; min-width: 0; }
  .settings tr > :nth-child(3) { grid-column: 1 / -1; color: var(--soft); }
  .settings tbody td:nth-child(3) { border-top: 0; padding-top: 0; }
}
@media (min-width: 48rem) {
  .box { width: fit-content; }
  body { padding: 3rem 2rem 6rem; }
  h1 { font-size: 2.25rem; }
  .stages { grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); }
  .figures { grid-template-columns: 1fr 1fr; }
}
@media print {
  nav { display: none; }
  figure, .stages > div { break-inside: avoid; }
}
"""


PERCENTAGE = re.compile(r"[\d.]+( %)?|–")
LONG_TABLE = 25  # rows beyond which a table is folded away


def table(rows: Sequence[Mapping[str, Any]], *, label: str) -> str:
    """A table in a box of its own, where it scrolls if it is too wide.

    Args:
        rows: Dictionaries from the name of a column to the value in it. The
            first column names the row.
        label: What the table holds.

    Example:
    >>> markup = table([{"class": "a", "recall": 0.5}], label="Classes")
    >>> '<td class="number">0.5</td>' in markup
    True
    """
    columns = list(dict.fromkeys(key for row in rows for key in row))
    kinds = {key: _kind([row.get(key) for row in rows]) for key in columns}
    head = "".join(
        f'<th scope="col"{kind}>{escape(key)}</th>'
        for key, kind in kinds.items()
    )
    body = "\n".join(_row(row, kinds) for row in rows)
    markup = box(
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>",
        label=label,
    )
    if len(rows) <= LONG_TABLE:
        return markup
    return folded(f"{label}: {len(rows)} rows", markup)


def _row(row: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    """One row; the cell in the first column is its heading."""
    cells = []
    for index, (key, kind) in enumerate(kinds.items()):
        text = escape(to_text(row[key])) if key in row else ""
        if index:
            cells.append(f"<td{kind}>{text}</td>")
        else:
            cells.append(f'<th scope="row"{kind}>{text}</th>')
    return f"<tr>{''.join(cells)}</tr>"


def _kind(values: Sequence[Any]) -> str:
    """How a column is set: numbers on the right, sentences with room."""
    present = [each for each in values if each is not None]
    numeric = (is_number(x) or PERCENTAGE.fullmatch(str(x)) for x in present)
    if present and all(numeric):
        return ' class="number"'
    if any(len(to_text(each)) > 30 for each in present):
        return ' class="long"'
    return ""


def box(markup: str, *, label: str) -> str:
    """A box that scrolls by itself, also by keyboard.

    Example:
    >>> box("wide", label="Rates")
    '<div class="box" role="region" aria-label="Rates" tabindex="0">wide</div>'
    """
    return (
        f'<div class="box" role="region" aria-label="{escape(label)}" '
        f'tabindex="0">{markup}</div>'
    )


def folded(summary: str, markup: str) -> str:
    """Markup that is shown on request.

    Example:
    >>> folded("More", "<p>Words</p>")
    '<details><summary>More</summary><p>Words</p></details>'
    """
    return f"<details><summary>{escape(summary)}</summary>{markup}</details>"


def preformatted(text: str, *, label: str) -> str:
    """A text whose columns stand as they do in a terminal.

    Example:
    >>> "<pre>a  b</pre>" in preformatted("a  b", label="Data")
    True
    """
    return box(f"<pre>{escape(text)}</pre>", label=label)
