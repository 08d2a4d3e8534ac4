from keras_ssl.report import boxes


def test_a_table_has_headers_for_columns_and_rows():
    rows = [{"class": "cat", "recall": 0.5}, {"class": "dog", "images": 3}]
    markup = boxes.table(rows, label="Classes")
    assert '<th scope="col">class</th>' in markup
    assert '<th scope="col" class="number">recall</th>' in markup
    assert '<th scope="row">cat</th><td class="number">0.5</td>' in markup
    assert '<td class="number"></td><td class="number">3</td>' in markup
    assert 'aria-label="Classes" tabindex="0"' in markup


def test_columns_are_set_by_what_they_hold():
    rows = [{"a": 1, "b": "98.7 %", "c": "word", "d": "a sentence " * 4}]
    markup = boxes.table(rows, label="Kinds")
    kinds = [head.partition(">")[0] for head in markup.split("<th scope=")[1:5]]
    number, long = '"col" class="number"', '"col" class="long"'
    assert kinds == [number, number, '"col"', long]


def test_a_long_table_is_folded():
    rows = [{"n": n} for n in range(boxes.LONG_TABLE + 1)]
    assert "<details>" not in boxes.table(rows[1:], label="Numbers")
    folded = boxes.table(rows, label="Numbers")
    assert folded.startswith("<details><summary>Numbers: 26 rows</summary>")


def test_everything_is_escaped():
    evil = '<script>"&'
    for markup in (
        boxes.table([{evil: evil}], label=evil),
        boxes.preformatted(evil, label=evil),
        boxes.folded(evil, ""),
    ):
        assert "<script>" not in markup
        assert '"&"' not in markup
        assert "&lt;script&gt;" in markup
