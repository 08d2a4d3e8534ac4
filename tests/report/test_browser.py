"""The page in a real browser; skipped where there is none."""

import html
import re
import shutil
import subprocess

import pytest

from tests.report.reports import full_report

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs Chromium")

# Measures the page in a window as narrow as a phone, which a browser's own
# window cannot be.
MEASURE = """<!DOCTYPE html>
<iframe style="border:0;width:{width}px;height:800px" srcdoc="{page}"></iframe>
<script>
document.querySelector("iframe").onload = event => {{
  const page = event.target.contentDocument;
  const outside = [...page.querySelectorAll("body *")].filter(each =>
    !each.closest(".box > *") &&
    each.getBoundingClientRect().right > page.documentElement.clientWidth + 1
  );
  const broken = [...page.images].filter(each => !each.naturalWidth);
  document.title = [
    page.documentElement.scrollWidth, outside.length, broken.length,
    page.images.length, performance.getEntriesByType("resource").length
  ].join(" ");
}};
</script>
"""


def measure(page, width, folder):
    file = folder / f"{width}.html"
    text = MEASURE.format(width=width, page=html.escape(page))
    file.write_text(text, encoding="utf-8")
    options = (
        "--headless",
        "--hide-scrollbars",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'profile'}",
        "--virtual-time-budget=5000",
        "--dump-dom",
    )
    done = subprocess.run(
        [BROWSER, *options, file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    title = re.search("<title>(.*)</title>", done.stdout).group(1)
    return list(map(int, title.split()))


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_and_every_image_shows(width, tmp_path):
    page = full_report().to_html().replace("<details>", "<details open>")
    scroll, outside, broken, images, loaded = measure(page, width, tmp_path)
    assert scroll == width
    assert outside == broken == loaded == 0
    assert images == page.count("<img ")
