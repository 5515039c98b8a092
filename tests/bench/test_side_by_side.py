import sys

import pytest

from bench import side_by_side
from bench.rivals import fused, plain, read
from bench.side_by_side import FIRST, NAMES, Build, Shown, main, ndcg, ratio, told
from bench.talk import Partner

ECHO = "from bench.talk import answer; answer(lambda text: [print('noise') or text, text.upper()])"


def shown(name, sample_s):
    build = Build(seconds=20.0, cpu_s=19.0, bytes=3_000_000, peak_mb=300.0)
    return Shown(
        name=name,
        ndcg=0.25,
        p50_ms=10.0,
        p95_ms=20.0,
        over_ours=1.0,
        cpu_ms=9.0,
        asked_mb=150.0,
        sample=Build(seconds=sample_s, cpu_s=1.0, bytes=1, peak_mb=1.0),
        whole=build,
    )


def test_a_system_answers_from_a_process_of_its_own_whatever_it_prints():
    with Partner([sys.executable, "-c", ECHO]) as partner:
        partner.ask(["warm"], count=False)
        partner.ask(["pond", "dock"])
        partner.ask(["antenna"])
    told = partner.told
    assert told.ids == [["pond", "POND"], ["dock", "DOCK"], ["antenna", "ANTENNA"]]
    assert len(told.wall_ms) == len(told.cpu_ms) == 3
    assert told.peak_mb > 5


def test_a_system_that_ends_early_is_named():
    with (
        Partner([sys.executable, "-c", "pass"]) as partner,
        pytest.raises((RuntimeError, BrokenPipeError)),
    ):
        partner.ask(["pond"])


def test_waits_are_compared_within_the_turn():
    calm, busy = [10.0, 10.0], [40.0, 40.0]
    assert ratio([20.0, 20.0, 80.0, 80.0], calm + busy, turn=2) == 2.0


def test_a_question_finds_no_credit_in_itself():
    qrels = {"1": {"9": 2, "1": 1}, "2": {"8": 1}, "3": {"7": 1}}
    assert ndcg({"1": ["1", "9"], "2": ["4", "8"]}, {"1": {"9": 2}, "2": {"8": 1}}) > 0.8
    assert ndcg({"3": ["7"]}, qrels) == 1.0
    assert ndcg({"3": ["6"]}, qrels) == 0.0


def test_reciprocal_ranks_favour_what_both_lists_name():
    assert fused(["a", "b", "c"], ["c", "d"]) == ["c", "a", "b", "d"]


def test_the_rivals_get_title_and_text_as_one(tmp_path):
    lines = '{"_id": "1", "title": "Pond", "text": "It stops."}\n{"_id": "2", "text": "Dock."}\n'
    (tmp_path / "corpus.jsonl").write_text(lines, "utf-8")
    assert read(tmp_path / "corpus.jsonl") == [("1", "Pond\nIt stops."), ("2", "Dock.")]
    assert plain('Why "E17" (again)?') == "why e17 again"


def test_the_table_says_what_was_ready():
    args = side_by_side._arguments().parse_args(["--sample", "100"])
    said = told("mowers", [shown(NAMES[FIRST], 2.0)], args)
    assert "| Askaround | 0.2500 | 10.0 | 20.0 | 1 | 9.0 | 50 | 20 | 3 | 300 | 150 |" in said
    assert "every question was embedded when asked" in said


def test_whoever_has_no_rivals_yet_is_told_what_is_needed(tmp_path, capsys):
    assert main(["--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "--install" in said
    assert "txtai" in said
