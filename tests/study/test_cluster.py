import sys

import keras
import pytest

import keras_ssl
from keras_ssl import study

ray = pytest.importorskip("ray")


@pytest.fixture
def cluster(monkeypatch):
    """Ray on this machine, with two processes that wait for nobody else."""
    monkeypatch.setenv("RAY_worker_niceness", "0")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def same(network, task):
    """A row that trains nothing, and fails for seed 7."""
    if task.seed == 7:
        raise RuntimeError("seed 7")
    return network


@pytest.mark.filterwarnings("ignore")
def test_runs_on_ray_are_as_here(cluster, network, digits8, tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    short = {"steps": 2, "batch_size": 4, "strong": "cutout"}
    rows = {"FixMatch": keras_ssl.recipes.fixmatch(**short)}
    options = {"labels": 16, "seeds": 2, "epochs": 1, "verbose": 0}
    here, there = (
        study.compare(rows, network, digits8, digits8, **options, **others)
        for others in (
            {},
            {"workers": 2, "engine": study.Ray(), "folder": tmp_path},
        )
    )
    for a, b in zip(here.runs, there.runs, strict=True):
        assert (a["seed"], a["accuracy"]) == (b["seed"], b["accuracy"])
        assert a["curve"]["loss"] == pytest.approx(b["curve"]["loss"], 1e-5)
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == 2

    # What fails there is said here, and what was finished before is kept.
    options |= {
        "seeds": [0, 7],
        "folder": tmp_path / "failing",
        "engine": "ray",
    }
    with pytest.raises(RuntimeError, match="seed 7"):
        study.compare({"same": same}, network, digits8, digits8, **options)
    (line,) = (tmp_path / "failing" / "runs.jsonl").read_text().splitlines()
    assert '"seed": 0' in line


def test_a_missing_ray_is_named(network, digits8, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ImportError, match=r'pip install "keras_ssl\[ray\]"'):
        study.compare(
            {"same": same},
            network,
            digits8,
            digits8,
            labels=16,
            engine="ray",
            verbose=0,
        )


def test_an_unknown_engine_is_refused(network, digits8):
    with pytest.raises(ValueError, match="Unknown engine.*Did you mean 'ray'"):
        study.compare(
            {"same": same}, network, digits8, digits8, labels=16, engine="rey"
        )
