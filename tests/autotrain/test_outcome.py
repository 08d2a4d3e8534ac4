import numpy as np
import pytest
from keras import ops

import keras_ssl
from keras_ssl.autotrain import outcome
from keras_ssl.autotrain.evaluation import Evaluation
from keras_ssl.autotrain.training import Schedule
from tests.autotrain.runs import FIXED
from tests.autotrain.runs import QUIET
from tests.autotrain.runs import accuracy
from tests.autotrain.runs import compiled

pytestmark = [pytest.mark.eager, QUIET]


def test_a_baseline_that_is_not_ahead_leaves_the_model_as_it_was(
    model, parts, network, monkeypatch
):
    monkeypatch.setattr(outcome, "lead", lambda ours, other: (0.1, 0.1))
    report = keras_ssl.train(model, **parts, **FIXED)
    assert "baseline" in report.accuracy
    assert "It is kept" in report.findings[-1].text
    decision = (
        "Kept: the model of phase 2, as the baseline was not better on the 8 "
        "validation images."
    )
    assert report.decision == decision
    assert f"Result\n  {decision}\n" in str(report)
    assert decision in report.to_html()
    twin = compiled(network)
    keras_ssl.train(twin, **parts, **FIXED, baseline=False)
    for a, b in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("gain", "threshold", "kept"),
    [
        (-0.05, 1.0, True),
        pytest.param(-0.2, 1.0, False, marks=pytest.mark.slow),
        (-0.05, 0.0, False),
    ],
)
def test_in_doubt_the_baseline_is_kept_where_no_unlabeled_image_counted(
    gain, threshold, kept, model, parts, monkeypatch
):
    monkeypatch.setattr(outcome, "lead", lambda ours, other: (gain, 0.1))
    method = keras_ssl.methods.FixMatch(threshold)
    report = keras_ssl.train(
        model, **parts, **{**FIXED, "method": method}, inspect=False
    )
    assert (outcome.KEPT in report.accuracy) == kept
    assert ("counted for nothing" in report.findings[-1].text) == kept
    assert report.decision.startswith(
        "Kept: the baseline, as unlabeled" if kept else "Kept: the model of"
    )


class Misled(keras_ssl.methods.Method):
    """Takes every unlabeled image for one of class 0."""

    def call(self, strong):
        label = ops.zeros(ops.shape(strong)[0], "int32")
        return self.masked_mean(
            1.0, keras_ssl.functional.cross_entropy(label, strong)
        )


@pytest.mark.core
def test_where_unlabeled_images_hurt_the_baseline_is_kept(model, parts, capsys):
    x, y = parts["test"]
    report = keras_ssl.train(
        model,
        **{**parts, "validation": (x, y)},
        **{**FIXED, "method": Misled(), "steps_per_epoch": 10, "verbose": 1},
        weak=None,
        unlabeled_weight=50.0,
    )
    assert report.accuracy["phase 2"] < report.accuracy["baseline"]
    found = report.findings[-1]
    assert found.title == "Worth of the unlabeled images"
    assert "has the weights of the baseline now" in found.text
    printed = capsys.readouterr().out
    assert found.text in printed
    assert report.decision in printed
    assert report.decision.startswith("Kept: the baseline, as phase 2 was not")
    kept = report.accuracy["baseline"]
    assert list(report.accuracy)[-1] == "kept: baseline"
    assert report.accuracy["kept: baseline"] == kept
    assert accuracy(report.model, (x, y)) == pytest.approx(kept)
    assert accuracy(report.model.export_model(), (x, y)) == pytest.approx(kept)
    assert report.classification.accuracy == pytest.approx(kept)


@pytest.mark.parametrize(
    ("schedule", "phase"), [("cosine", "phase 2"), ("plateau", "phase 1")]
)
def test_the_phase_that_is_kept(schedule, phase):
    losses = {"phase 1": [2.0, 1.0], "phase 2": [float("nan"), 1.5]}
    report = keras_ssl.report.TrainingReport(
        0, history={name: {"val_loss": each} for name, each in losses.items()}
    )
    length = Schedule(4, 2, 2, 4, schedule, 2, 0)
    assert outcome.kept_phase(report, length) == phase


def evaluation(right):
    """Two classes, all images of class 1."""
    return Evaluation(np.eye(2)[right], np.ones(len(right), int), np.zeros(0))


def test_a_lead_is_paired_by_image():
    random = np.random.default_rng(0)
    ours, other = random.integers(0, 2, (2, 200))
    gain, error = outcome.lead(evaluation(ours), evaluation(other))
    differences = other - ours
    assert gain == pytest.approx(differences.mean())
    assert error == pytest.approx(differences.std(ddof=1) / np.sqrt(200))
    # The same images right and wrong leave nothing to chance.
    assert outcome.lead(evaluation(ours), evaluation(ours)) == (0.0, 0.0)
    one = evaluation(ours[:1])
    assert outcome.lead(one, evaluation(1 - ours[:1])) == (0.0, 0.0)
