"""A tracker on Roundup itself, through all that happens to one."""

import pytest

from tests.servers.outage import die_half_way
from tests.servers.roundup import Roundup

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.fixture(scope="module")
def tracker(serve):
    return serve(Roundup)


@pytest.fixture
def guest(tracker):
    """Settings without a key."""
    return f'name = "bugs"\nplatform = "roundup"\nurl = "{tracker.url}"\n'


@pytest.fixture
def settings(guest):
    return f'{guest}api_key = "reader:secret"\n'


def test_issues_and_their_messages_are_kept(tracker, askaround, settings):
    askaround.set_up(settings)
    askaround.crawl()
    assert askaround.kept("bugs") == tracker.items()
    assert {post.tags for post in askaround.posts("bugs")} == {("belt & blade", "unread")}


def test_what_changes_is_kept_and_what_goes_is_buried_when_looked_at_again(
    tracker, askaround, settings
):
    askaround.set_up(settings)
    askaround.crawl()
    tracker.admin("set", "issue7", "title=Seven & more")
    said = tracker.admin("create", "msg", "author=1", "date=.", "content=And oil it.")
    tracker.admin("set", "issue8", f"messages=+{said}")
    asked = tracker.admin("create", "msg", "author=1", "date=.", "content=Where is the tank?")
    tracker.admin("create", "issue", "title=The tank", f"messages={asked}")
    lists = len(tracker.server.asked())
    askaround.crawl()
    assert len(tracker.server.asked(lists)) == 4  # robots.txt and whither it moved, two lists
    assert askaround.kept("bugs") == tracker.items()

    tracker.admin("set", "msg12", "content=Check the belt once more.")
    tracker.admin("retire", "msg14")
    tracker.admin("retire", "issue9")
    askaround.crawl()
    items, gone = tracker.items(), {"msg14", "issue9", "msg18"}
    assert askaround.kept("bugs").keys() - items.keys() == gone
    askaround.a_day_passes()
    askaround.crawl("--sweep")
    assert askaround.kept("bugs") == items
    assert askaround.buried("bugs").keys() == gone

    tracker.admin("restore", "issue9")
    askaround.crawl("--full")
    assert askaround.kept("bugs") == tracker.items()


def test_a_guest_whom_the_api_refuses_learns_nothing_from_that(tracker, askaround, settings, guest):
    askaround.set_up(settings)
    askaround.crawl()
    kept = askaround.kept("bugs")
    askaround.set_up(guest)
    assert "403" in askaround.crawl("--full", status=2)
    assert askaround.kept("bugs") == kept


def test_a_server_that_dies_half_way_is_a_failure_and_buries_nothing(tracker, askaround, settings):
    askaround.set_up(settings)
    askaround.crawl()
    die_half_way(askaround, tracker.server, settings)
    tracker.admin("create", "issue", "title=Back again")
    askaround.crawl()
    assert askaround.kept("bugs") == tracker.items()
