"""What the site shows otherwise than the repository.

README.md is its home page and CONTRIBUTING.md one of its pages, with links that
work in both places.
"""

import pathlib

from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).parents[2]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md"}
TABLES = "table.md", "label_curve.md"  # what benchmarks have written


def on_files(files, config):
    """Adds the pages that stand above the folder."""
    for name, page in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        text = text.replace("](docs/", "](")
        for other, target in PAGES.items():
            text = text.replace(f"]({other}", f"]({target}")
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown, page, **_):
    """Links to the pages above, and drops what only the tests read."""
    if page.file.src_uri.endswith(TABLES):
        title = " ".join(page.file.src_uri.split("/")[1:-1])
        page.meta.update(title=title, search={"exclude": True})
    for name, target in PAGES.items():
        markdown = markdown.replace(f"](../{name}", f"]({target}")
    return markdown.replace("```python continuation", "```python")
