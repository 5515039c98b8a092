"""What a crawl brings is indexed soon, and indexing leaves the crawls their time."""

from cli.pace import APART_S, Pace


def indexed(took, began=1000.0):
    """A pace after an indexing of so many seconds."""
    pace = Pace(0.0)
    pace.begin(began)
    pace.end(began + took)
    return pace


def test_where_no_crawl_goes_on_it_is_due_at_once():
    assert Pace(0.0).is_due(0.0, crawling=False)
    assert indexed(took=90).is_due(1090.0, crawling=False)


def test_while_a_long_crawl_goes_on_posts_are_indexed_every_half_minute():
    pace = Pace(1000.0)
    assert not pace.is_due(1000.0 + APART_S - 1, crawling=True)
    assert pace.is_due(1000.0 + APART_S, crawling=True)
    pace = indexed(took=5)
    assert not pace.is_due(1004.0 + APART_S, crawling=True)
    assert pace.is_due(1005.0 + APART_S, crawling=True)


def test_a_crawl_that_ends_beside_others_waits_no_longer_than_an_indexing_takes():
    pace = indexed(took=5)
    pace.crawl_ended()
    assert not pace.is_due(1009.0, crawling=True)
    assert pace.is_due(1010.0, crawling=True)
    pace.begin(1010.0)
    pace.end(1012.0)
    assert not pace.is_due(1014.0, crawling=True)  # what that crawl brought is indexed by now


def test_indexing_takes_at_most_a_third_of_the_time_of_a_crawl():
    pace = indexed(took=100)
    assert not pace.is_due(1299.0, crawling=True)
    assert pace.is_due(1300.0, crawling=True)


def test_an_indexing_that_failed_is_tried_again_after_half_a_minute():
    pace = Pace(0.0)
    pace.begin(1000.0)
    pace.end(1002.0, failed=True)
    for crawling in (False, True):
        assert not pace.is_due(1001.0 + APART_S, crawling=crawling)
        assert pace.is_due(1002.0 + APART_S, crawling=crawling)
