"""A pytest plugin: `--first 2` runs the first two tests of each file.

As each module has a file of tests, that looks at each module, and takes a
minute. Of a test with parameters it is the first set of them.
"""

import collections


def pytest_addoption(parser):
    parser.addoption(
        "--first", type=int, metavar="N", help="run N tests of each file"
    )


def pytest_collection_modifyitems(config, items):
    wanted = config.getoption("first")
    if wanted is None:
        return
    seen = collections.defaultdict(set)
    chosen, others = [], []
    for item in items:
        name = getattr(item, "originalname", None) or item.name
        known = seen[item.path]
        new = name not in known and len(known) < wanted
        (chosen if new else others).append(item)
        if new:
            known.add(name)
    config.hook.pytest_deselected(items=others)
    items[:] = chosen
