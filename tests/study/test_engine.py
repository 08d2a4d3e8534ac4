import sys

import pytest

from keras_ssl import study
from keras_ssl.study import engine
from keras_ssl.study.engine import check_engine
from keras_ssl.study.engine import run_all


def test_engines_are_known_by_name():
    for each in ("joblib", "ray", study.Ray()):
        check_engine(each)
    with pytest.raises(ValueError, match="Did you mean 'joblib'"):
        check_engine("jobli")


def test_alone_each_job_is_run_here_when_it_is_asked_for(monkeypatch):
    ran = []

    def run(**arguments):
        ran.append(arguments["seed"])
        return arguments

    monkeypatch.setattr(engine, "run", run)
    jobs = [{"seed": 3}, {"seed": 5}]
    results = run_all(jobs, "network", "train", "test", workers=1)
    assert ran == []
    assert next(results) == {
        "network": "network",
        "train": "train",
        "test": "test",
        "seed": 3,
    }
    assert ran == [3]
    assert [each["seed"] for each in results] == [5]


def test_a_missing_joblib_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "joblib", None)
    with pytest.raises(ImportError, match=r"workers=2.*keras_ssl\[study\]"):
        run_all([{}], None, None, None, workers=2)
