"""Runs every command of the benchmarks' pages again, one after the other.

    python -m benchmarks.everything build/benchmarks

What the commands print goes into the folder, and what they would write
elsewhere, too. A command that has ended is not run again, so that an
interrupted call goes on. All of it takes days on a small machine.
"""

import argparse
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[1]


def pages():
    """Those of the benchmarks, then the one that says what matters."""
    docs = ROOT / "docs"
    return [*sorted(docs.glob("benchmarks/*.md")), docs / "what_matters.md"]


def commands(page):
    """The benchmark commands of a page, each a list of arguments of Python."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    found = r"^ *python ((?:-m )?(?:tests[./])?benchmarks[./].*)$"
    return [shlex.split(line) for line in re.findall(found, text, re.M)]


def into(folder, command):
    """The command, with every path after the script in another folder."""
    script = 1 + command.index("-m") if "-m" in command else 0
    return command[: script + 1] + [
        str(folder / pathlib.Path(each).name) if "/" in each else each
        for each in command[script + 1 :]
    ]


def main():
    """Runs what has not ended."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found = [each for page in pages() for each in commands(page)]
    for place, command in enumerate(found):
        name = re.sub(r"[^\w.-]+", "_", " ".join(command))[:100]
        text = folder / f"{place:02d}_{name}.txt"
        if text.exists():
            continue
        print(shlex.join(command), flush=True)
        printed = subprocess.run(
            [sys.executable, *into(folder, command)],
            check=True,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        print(printed, flush=True)
        text.write_text(printed, encoding="utf-8")


if __name__ == "__main__":
    main()
