import numpy as np
import pytest

from keras_ssl.data.halves import Line
from keras_ssl.data.halves import read_half
from tests.data.conftest import Batches
from tests.data.conftest import images

pytestmark = pytest.mark.core

U = images(0, 6)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (U, "arrays"),
        ((U,), "arrays"),
        ([U, np.zeros(6)], "arrays"),
        (Batches((U,), 2), "PyDataset"),
        (iter([U]), "generator"),
    ],
)
def test_containers_are_recognised(data, kind):
    assert read_half(data, "unlabeled", None).kind == kind


def test_a_line_is_one_line_in_parts(capsys):
    line = Line(verbose=1)
    line.write("first,", end=" ")
    line.write("second")
    assert capsys.readouterr().out == "keras_ssl: first, second\n"
    Line(verbose=0).write("nothing")
    assert capsys.readouterr().out == ""
