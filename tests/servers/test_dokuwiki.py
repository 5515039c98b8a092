"""A wiki on DokuWiki itself, which is crawled as any web site is."""

import pytest

from tests.servers.dokuwiki import DokuWiki
from tests.servers.outage import die_half_way

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.fixture(scope="module")
def wiki(serve):
    return serve(DokuWiki)


@pytest.fixture(autouse=True)
def _open(wiki):
    """Robots may read a page at once; each test leaves the wiki so."""
    wiki.settle_for(days=0)
    yield
    wiki.settle_for(days=0)


@pytest.fixture
def settings(wiki):
    """The start page, whence links lead on."""
    return f'name = "wiki"\nplatform = "site"\nurl = "{wiki.url}/"\n'


def test_pages_are_left_alone_as_long_as_they_ask_for_it(wiki, askaround, settings):
    wiki.settle_for(days=5)
    askaround.set_up(settings)
    askaround.crawl()
    assert askaround.kept("wiki") == {}

    wiki.settle_for(days=0)
    askaround.crawl()
    assert askaround.kept("wiki") == wiki.items()


def test_a_page_that_asks_for_it_later_is_buried_when_it_is_visited(wiki, askaround, settings):
    askaround.set_up(settings)
    askaround.crawl()
    assert askaround.kept("wiki") == wiki.items()
    wiki.settle_for(days=5)
    askaround.crawl()
    assert askaround.kept("wiki").keys() == wiki.items().keys() - {"/"}  # it leads nowhere now
    askaround.a_day_passes()
    askaround.crawl("--sweep")
    assert askaround.kept("wiki") == {}


def test_a_sitemap_leads_to_pages_that_no_link_does(wiki, askaround, settings):
    wiki.write("lonely", "====== Lonely ======\nNo page of this wiki leads to this one, so that "
               "only those find it who know its address, or read the sitemap.")  # fmt: skip
    askaround.set_up(settings)
    askaround.crawl()
    assert wiki.items().keys() - askaround.kept("wiki").keys() == {"/doku.php?id=lonely"}
    askaround.set_up(f'{settings}sitemaps = ["{wiki.url}/doku.php?do=sitemap"]\n')
    askaround.crawl()
    assert askaround.kept("wiki") == wiki.items()
    wiki.delete("lonely")


def test_edits_and_new_pages_are_kept_and_deleted_ones_are_buried(wiki, askaround, settings):
    askaround.set_up(settings)
    askaround.crawl()
    before = wiki.items()
    wiki.write("winter", "====== In winter ======\nEmpty the tank, take the battery out, and see "
               "to it that the [[mower:shed]] is locked before the first frost.")  # fmt: skip
    wiki.write("mower:shed", "====== The shed ======\nIt stands behind the house, it is dry all "
               "the year round, and the mower stands in its corner.")  # fmt: skip
    askaround.crawl()
    assert askaround.kept("wiki") == wiki.items() != before

    wiki.delete("mower:shed")
    askaround.crawl()
    kept, shed = askaround.kept("wiki"), "/doku.php?id=mower:shed"
    assert {path: item for path, item in kept.items() if path != shed} == wiki.items()
    askaround.a_day_passes()
    for again in ("--sweep", "--full"):
        program = askaround.copied(again.strip("-"))
        program.crawl(again)
        assert program.kept("wiki") == wiki.items()
        assert program.buried("wiki").keys() == {shed}


def test_a_server_that_dies_half_way_is_a_failure_and_buries_nothing(wiki, askaround, settings):
    askaround.set_up(settings)
    askaround.crawl()
    die_half_way(askaround, wiki.server, settings)
    askaround.crawl()
    assert askaround.kept("wiki") == wiki.items()
