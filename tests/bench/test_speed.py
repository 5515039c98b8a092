import pytest

from bench.apart import apart, peak_mb
from bench.crawling import Crawl
from bench.indexing import Build
from bench.querying import Wait
from bench.run import BY_WHOOSH, KEYWORDS, WHOLE, Corpus, corpus_table, crawl_table
from bench.vectors import recall


def crawl(seconds):
    return Crawl(seconds=seconds, pages=100, posts=400, peak_mb=120.0)


def test_crawls_are_compared_within_their_round():
    said = crawl_table({"Askaround": [crawl(4.0), crawl(8.0)], "Scrapy": [crawl(2.0), crawl(4.0)]})
    assert "| Scrapy | 38 | 150 | 2.0 | 120 |" in said


def test_vectors_are_paid_for_in_the_whole_index_alone():
    build = Build(seconds=2.0, posts=1000, passages=800, bytes=3_000_000, peak_mb=1.0)
    wait = Wait(p50_ms=20.0, p95_ms=40.0, asked=90, peak_mb=300.0)
    names = (WHOLE, KEYWORDS, BY_WHOOSH)
    said = corpus_table(
        Corpus(
            name="samples",
            posts_kept_per_s=None,
            passages_embedded_per_s=100.0,
            builds=dict.fromkeys(names, build),
            waits=dict.fromkeys(names, wait),
        )
    )
    assert f"| {WHOLE} | 100 | 3.0 | 20.0 | 40.0 | 1 | 300 |" in said
    assert f"| {KEYWORDS} | 500 | 3.0 | 20.0 | 40.0 | 1 | 300 |" in said


def test_recall_is_the_share_of_the_nearest_that_was_found():
    assert recall([1, 2, 3, 9], [1, 2, 3, 4]) == 0.75


@pytest.mark.slow
def test_a_measurement_has_a_process_of_its_own():
    assert 5 < apart(peak_mb) < peak_mb() + 100
