from keras_ssl.report.style import STYLE


def test_refers_to_nothing_outside():
    for word in ("http", "url(", "@import", "@font-face", "</"):
        assert word not in STYLE


def test_knows_both_colour_schemes():
    assert "prefers-color-scheme: dark" in STYLE
    assert STYLE.count("{") == STYLE.count("}")
