import numpy as np

from keras_ssl.report.finding import Finding


def test_keeps_what_can_be_saved_and_compares_without_the_figure():
    finding = Finding("Rate", rows=({"rate": np.float32(0.5)},), figure="a")
    assert finding.rows == [{"rate": 0.5}]
    assert finding == Finding("Rate", rows=[{"rate": 0.5}], figure="b")
