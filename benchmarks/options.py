"""The command line that the studies share."""

import argparse
import pathlib


def study_parser(description, *, seeds, steps=None, held_out=None):
    """A parser of what `study.compare` takes.

    Args:
        description: The documentation of a script; its first line is shown.
        seeds: Those that the script has by default.
        steps: Likewise.
        held_out: Likewise; `None` for a script that cannot hold images out.
    """
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--seeds", type=int, nargs="*", default=seeds)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--engine", default="joblib")
    if held_out is not None:
        parser.add_argument("--held-out", type=int, default=held_out)
    return parser


def show(found, options):
    """Prints a comparison or a label curve, and saves it into the folder."""
    print(found)
    if options.folder:
        found.save(options.folder)


def of_compare(options):
    """Keyword arguments of `study.compare`."""
    names = "seeds", "folder", "workers", "engine"
    return {name: getattr(options, name) for name in names}
