import json

import pytest

from keras_ssl.finders.batch_search import Search
from keras_ssl.finders.batch_size_result import BatchSizeResult
from keras_ssl.finders.batch_size_result import explain
from keras_ssl.finders.optimizer_rate import RateScaling

MIB = 2**20
SCALING = RateScaling("linear", "SGD", 8, 16)


def found(rates, peaks, chosen, budget=None):
    search = Search(None, None, budget, 0.1, 1, peaks, rates, "that is enough")
    return BatchSizeResult(
        batch_size=chosen,
        reason=explain(search, chosen),
        images_per_second=rates,
        memory=peaks,
        memory_limit=budget,
        memory_budget=budget,
        memory_batch_size=search.line.largest(budget) if budget else None,
        scaling=SCALING,
        seconds=2.0,
    )


def test_it_says_why_this_many():
    rates = {8: 100.0, 16: 195.0, 32: 200.0}
    nothing = dict.fromkeys(rates)
    assert found(rates, nothing, 32).reason == (
        "Batch size 32: 200 images per second, the fastest of 8 to 32; that is "
        "enough."
    )
    assert found(rates, nothing, 16).reason == (
        "Batch size 16: 195 images per second, within 10% of the fastest, 32 "
        "with 200 of 8 to 32; that is enough."
    )
    only = found({8: 100.0}, {8: None}, 8)
    assert "the only one tried; that is enough." in only.reason


@pytest.mark.parametrize(
    ("peaks", "budget", "text"),
    [
        ({8: None, 16: None}, None, "cannot be told here"),
        ({8: 8 * MIB, 16: 16 * MIB}, None, "memory there is is not known"),
        ({8: 8 * MIB, 16: 16 * MIB}, 64 * MIB, "as a batch of about 64 would"),
    ],
)
def test_it_says_what_a_step_takes(peaks, budget, text):
    result = found({8: 100.0, 16: 200.0}, peaks, 16, budget)
    assert text in str(result)
    assert str(result).endswith("The search took 2.0 s.")
    assert [row[""] for row in result.rows] == ["", "chosen"]


def test_it_can_be_saved():
    result = found({8: 100.0}, {8: None}, 8)
    saved = json.loads(json.dumps(result.to_dict()))
    assert saved["scaling"]["learning_rate_factor"] == 2
    assert saved["batch_size"] == 8
