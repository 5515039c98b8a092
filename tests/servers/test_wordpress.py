"""A blog on WordPress itself, through all that happens to one."""

import pytest

from tests.servers.outage import die_half_way
from tests.servers.wordpress import WordPress

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.fixture(scope="module")
def blog(serve):
    return serve(WordPress)


@pytest.fixture
def settings(blog):
    return f'name = "blog"\nplatform = "wordpress"\nurl = "{blog.url}"\n'


@pytest.mark.parametrize("plain", ["false", "true"], ids=["/wp-json", "?rest_route"])
def test_all_that_guests_may_read_is_kept_though_its_api_asks_for_no_index(
    blog, askaround, settings, plain
):
    askaround.set_up(f"{settings}plain_permalinks = {plain}\n")
    askaround.crawl()
    assert blog.answer("posts").headers["x-robots-tag"] == "noindex"
    assert askaround.kept("blog") == blog.items()
    assert {post.container for post in askaround.posts("blog")} == {"Mowers", None}


def test_what_changes_is_kept_at_once_and_what_goes_is_buried_when_looked_at_again(
    blog, askaround, settings
):
    note, emptied, binned, hidden = blog.some_posts(4)
    said = blog.write("comments", post=note, content="Mine too.")
    deleted = blog.write("comments", post=note, content="Never mind.")
    askaround.set_up(settings)
    askaround.crawl()
    assert askaround.kept("blog") == blog.items()

    blog.write(f"posts/{note}", title="Once more", content="The belt was <i>new</i>.")
    blog.write("posts", title="Winter", content="Empty the tank.", status="publish")
    blog.write(f"comments/{said}", content="Mine too, since spring.")
    blog.delete(f"posts/{emptied}")
    blog.delete(f"posts/{binned}", for_good=False)
    blog.write(f"posts/{hidden}", status="private")
    blog.delete(f"comments/{deleted}")
    asked = len(blog.server.asked())
    askaround.crawl()
    assert len(blog.server.asked(asked)) == 5  # robots.txt, types, posts, pages, comments
    kept, items = askaround.kept("blog"), blog.items()
    gone = {f"{emptied}", f"{binned}", f"{hidden}", f"c{deleted}"}
    assert kept.keys() - items.keys() == gone
    assert {post_id: kept[post_id] for post_id in items} == items

    askaround.a_day_passes()
    for again in ("--sweep", "--full"):
        program = askaround.copied(again.strip("-"))
        program.crawl(again)
        assert program.kept("blog") == items
        assert program.buried("blog").keys() == gone


def test_a_server_that_dies_half_way_is_a_failure_and_buries_nothing(blog, askaround, settings):
    askaround.set_up(settings)
    askaround.crawl()
    die_half_way(askaround, blog.server, settings)
    blog.write("posts", title="Back again", content="The server is up.", status="publish")
    askaround.crawl()
    assert askaround.kept("blog") == blog.items()


def test_its_feed_shows_its_newest_and_is_not_sent_again_unchanged(blog, askaround):
    askaround.set_up(f'name = "news"\nplatform = "feed"\nurl = "{blog.url}/feed/"\n')
    askaround.crawl()
    assert _articles(askaround) >= _newest(blog)
    asked = len(blog.server.asked())
    askaround.crawl()
    assert ("/feed/", 304) in blog.server.asked(asked)
    assert _articles(askaround) >= _newest(blog)

    blog.write("posts", title="In the feed", content="It stands first.", status="publish")
    askaround.crawl()
    assert _articles(askaround) >= _newest(blog)
    assert not any("4711" in item.words for item in askaround.kept("news").values())


def test_comments_are_read_from_the_feeds_that_its_feed_names(blog, askaround):
    askaround.set_up(f'name = "news"\nplatform = "feed"\nurl = "{blog.url}/feed/"\n')
    askaround.crawl()
    items = {item.url: item for item in blog.items().values()}
    replies = [item for item in askaround.kept("news").values() if item.parent]
    assert replies
    for reply in replies:
        said = items[reply.url]
        assert (reply.author, reply.created_at) == (said.author, said.created_at)
        assert reply.words[-len(said.words) :] == said.words  # before that: "In reply to Jo."


def _articles(askaround):
    items = askaround.kept("news").values()
    return {_told_by_feeds(item) for item in items if item.parent is None}


def _newest(blog):
    return {_told_by_feeds(item) for item in blog.newest()}


def _told_by_feeds(item):
    return item.url, item.title, item.words, item.author, item.created_at
