"""The numbers of a study's table, a dictionary a row."""

import math
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_ssl.study.statistics import Difference
from keras_ssl.study.statistics import Summary
from keras_ssl.study.statistics import holm


def make_rows(
    runs: Sequence[Mapping[str, Any]],
    summaries: Mapping[str, Summary],
    differences: Mapping[str, Difference],
) -> list[dict[str, Any]]:
    """One dictionary a row, with everything in percent and seconds.

    Args:
        runs: As in `Comparison`.
        summaries: Of each row.
        differences: Of each row but the control, and those without its seeds.

    Example:

    >>> run = {"row": "control", "seconds": 4.0, "images": 100}
    >>> (row,) = make_rows([run], {"control": Summary(0.5, 0.0, 0.0)}, {})
    >>> row["accuracy (%)"], row["images/s"]
    (50.0, 25.0)
    """
    holms = holm([each.p for each in differences.values()])
    corrected = dict(zip(differences, holms, strict=True))
    rows = []
    for row, summary in summaries.items():
        own = [run for run in runs if run["row"] == row]
        seconds = sum(run["seconds"] for run in own)
        images = sum(run.get("images") or math.nan for run in own)
        line: dict[str, Any] = {
            "row": row,
            "runs": len(own),
            "accuracy (%)": 100 * summary.mean,
            "deviation": 100 * summary.deviation,
            "95 % interval": 100 * summary.interval,
            "gain": math.nan,
            "deviation of gain": math.nan,
            "p": math.nan,
            "p, Holm": math.nan,
            "p, exact": math.nan,
            "seconds": seconds / len(own),
            "images/s": images / seconds,
        }
        if row in differences:
            found = differences[row]
            line["gain"] = 100 * found.mean
            line["deviation of gain"] = 100 * found.deviation
            line["p"], line["p, exact"] = found.p, found.p_exact
            line["p, Holm"] = corrected[row]
        rows.append(line)
    return rows
