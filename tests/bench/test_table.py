from bench.table import table


def test_a_table_is_markdown():
    rows = [["Whoosh | alone", 12_345, 0.12345, None]]
    assert table(["way", "posts", "share", "left"], rows) == (
        "| way | posts | share | left |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| Whoosh \\| alone | 12,345 | 0.123 |  |"
    )
