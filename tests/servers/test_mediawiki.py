"""A wiki on MediaWiki itself, through all that happens to one."""

import pytest

from tests.servers.mediawiki import OLD_PAGES, MediaWiki
from tests.servers.outage import die_half_way

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.nightly]


@pytest.fixture(scope="module")
def wiki(serve):
    return serve(MediaWiki)


@pytest.fixture
def settings(wiki):
    return f'name = "wiki"\nplatform = "mediawiki"\nurl = "{wiki.url}"\ntalk = true\n'


def test_articles_and_their_talk_are_kept_with_who_began_them_and_when(wiki, askaround, settings):
    askaround.set_up(settings)
    askaround.crawl()
    kept = askaround.kept("wiki")
    assert kept == wiki.items()
    assert len(kept) > OLD_PAGES
    assert {post.licence for post in askaround.posts("wiki")} == {"CC BY-SA 4.0"}


def test_the_recent_changes_and_the_logs_tell_of_all_that_happens(wiki, askaround, settings):
    askaround.set_up(settings)
    askaround.crawl()
    numbers = {item.title: number for number, item in wiki.items().items()}
    wiki.write("Note 1", "The mower was '''mended''' in spring.")
    wiki.write("Winter", "Empty the tank.")
    wiki.do("delete", title="Note 2")
    wiki.do("move", **{"from": "Note 3", "to": "User:Mira/Note 3", "noredirect": 1})
    wiki.write("Note 4", "#REDIRECT [[Note 1]]")
    wiki.do("move", **{"from": "Note 5", "to": "Five"})
    asked = len(wiki.server.asked())
    askaround.crawl()
    assert len(wiki.server.asked(asked)) < OLD_PAGES
    assert askaround.kept("wiki") == wiki.items()
    gone = {"Note 2": "removed", "Note 3": "hidden", "Note 4": "removed"}
    assert askaround.buried("wiki") == {numbers[page]: state for page, state in gone.items()}

    wiki.do("undelete", title="Note 2")
    askaround.crawl()
    assert askaround.kept("wiki") == wiki.items()
    askaround.a_day_passes()
    askaround.crawl("--sweep")
    assert askaround.kept("wiki") == wiki.items()


def test_a_server_that_dies_half_way_is_a_failure_and_buries_nothing(wiki, askaround, settings):
    askaround.set_up(settings)
    askaround.crawl()
    die_half_way(askaround, wiki.server, settings)
    wiki.write("Back again", "The server is up.")
    askaround.crawl()
    assert askaround.kept("wiki") == wiki.items()


def test_crawled_as_a_web_site_its_pages_are_not_sent_again_unchanged(wiki, askaround):
    only = 'include = ["/index.php/"]\nexclude = ["/index.php?", "/index.php/Special:"]\n'
    askaround.set_up(f'name = "web"\nplatform = "site"\nurl = "{wiki.url}/index.php/Blade"\n{only}')
    askaround.crawl()
    said = {item.url: item.words for item in wiki.items().values()}
    blade = f"{wiki.url}/index.php/Blade"
    assert {i.url: i.words for i in askaround.kept("web").values()}[blade] == said[blade]
    asked = len(wiki.server.asked())
    askaround.crawl()
    assert ("/index.php/Blade", 304) in wiki.server.asked(asked)
