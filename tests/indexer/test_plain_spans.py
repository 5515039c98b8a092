"""Where a query holds words that may be put right."""

import pytest

from indexer.parser import parse, plain_spans


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mower battry", ["mower", "battry"]),
        ("battry?", ["battry"]),
        ("re-chargable (mower)", ["re", "chargable", "mower"]),
        ('battry "exactly this" rain', ["battry", "rain"]),
        ("battry -rainn NOT sun", ["battry"]),
        ("battry -(rainn sun) blade", ["battry", "blade"]),
        ("battry -(rainn (sun)) blade", []),
        ("source:forun after:2025 author:\"Mira O\" battry", ["battry"]),
        ("error:battry LK-1047 E23 v2.1 foo@bar.example C:/tmp x_y", []),
        ("mower AND battry OR rain", ["mower", "battry", "rain"]),
        ("it won't mow", ["it", "mow"]),
        ("größe \u00fcber", ["größe", "über"]),
        ("", []),
    ],
)  # fmt: skip
def test_only_plain_loose_words_may_be_put_right(typed, expected):
    raw = parse(typed).raw
    assert [raw[start:end] for start, end in plain_spans(raw)] == expected
