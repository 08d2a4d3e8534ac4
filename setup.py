"""Gives package indexes a README without links into this repository.

All else is in pyproject.toml.
"""

import pathlib
import re

import setuptools

RELATIVE = r"\[([^\]]*)\]\((?!https?:)[^)]*\)"


def readme() -> str:
    """README.md, with the text of links and pictures that stand beside it."""
    text = pathlib.Path(__file__).with_name("README.md").read_text("utf-8")
    return re.sub(RELATIVE, r"\1", re.sub("!" + RELATIVE + r"\n\n", "", text))


setuptools.setup(
    long_description=readme(), long_description_content_type="text/markdown"
)
