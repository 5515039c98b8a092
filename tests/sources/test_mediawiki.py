import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Tombstone
from contract.errors import SourceError, UnexpectedShapeError
from crawler.fetch import Fetch, Held, walk
from crawler.sources.mediawiki import BUSY_WAIT_S, MAX_TRIES, RECENT, MediaWiki, Options
from crawler.times import EPOCH
from tests.sources.cases.mediawiki import ABOUT, SITE, TEXT
from tests.sources.recorded import left_out

API = "https://wiki.example.com/w/api.php"
WIKI = MediaWiki("wiki", "https://wiki.example.com/w")
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
"""What the wiki's own clock says in the fixtures."""


@pytest.fixture
def read(page):
    """What a page says: posts, tombstones and wishes."""

    def opened(file, kind, source=WIKI, *, held=(), since=EPOCH, url=API, **note):
        recorded = replace(page(f"mediawiki/{file}.json", kind, url, **note), held=held)
        found = list(source.read(recorded, since))
        return tuple(
            [item for item in found if isinstance(item, wanted)]
            for wanted in (Post, Tombstone, Fetch)
        )

    return opened


@pytest.fixture
def site(read):
    """Where a wiki is looked at, after it said what it is."""

    def opened(file="site_of_a_small_wiki", source=WIKI, **more):
        (begin,) = source.start(more.get("since", EPOCH))
        return read(file, "site", source, **{**begin.note, **more})[2]

    return opened


def asked(wish):
    query = parse_qs(urlsplit(wish.url).query, keep_blank_values=True)
    return {name: values[0] for name, values in query.items()}


def listing(**query):
    return {"site": SITE, "query": json.dumps(query)}


# the wiki itself


@pytest.mark.parametrize("url", ["https://wiki.example.com/w", "https://wiki.example.com/w/", API])
def test_the_crawl_begins_with_the_wiki_and_who_keeps_order_there(url, since):
    (wish,) = MediaWiki("wiki", url).start(since)
    assert (wish.kind, wish.url.partition("?")[0]) == ("site", API)
    query = asked(wish)
    assert (query["siprop"], query["augroup"]) == (
        "general|namespaces|rightsinfo",
        "sysop|bureaucrat|bot",
    )
    assert (query["formatversion"], query["maxlag"], query["continue"]) == ("2", "5", "")


def test_what_the_wiki_says_of_itself_is_known_of_every_page(site):
    about = json.loads(site()[0].note["site"])
    assert about == {
        "licence": "CC BY-SA 4.0",
        "language": "en",
        "address": "https://wiki.example.com/wiki/$1",
        "spaces": {"0": "", "12": "Hilfe"},
        "roles": {"Moira Quill": ["moderator"], "Dripbot": ["bot"]},
    }


def test_a_wiki_of_2014_says_the_same_in_its_own_form(site):
    (wish,) = site("site_of_1_23")
    about = json.loads(wish.note["site"])
    assert about["spaces"] == {"0": ""}
    assert about["address"] == "https://wiki.example.com/w/index.php?title=$1"
    assert about["licence"] == ""
    talk = MediaWiki("wiki", API, Options(namespaces=(12,), talk=True))
    assert json.loads(site("site_of_1_23", talk)[0].note["site"])["spaces"] == {"12": "Help"}


def test_all_who_keep_order_are_known_before_the_pages_are_read(site, read):
    (further,) = site("site_with_more_members_than_fit")
    assert (further.kind, asked(further)["aufrom"]) == ("site", "Salka")
    assert asked(further)["continue"] == "-||siteinfo"
    wishes = read("site_of_1_23", "site", **further.note)[2]
    assert {wish.kind for wish in wishes} == {"list"}
    both = read("site_of_a_small_wiki", "site", **further.note)[2][0]
    assert json.loads(both.note["site"])["roles"] == {
        "Moira Quill": ["moderator"],
        "Dripbot": ["bot"],
    }


def test_a_wiki_that_guests_may_not_read_says_so_and_what_to_do(read):
    with pytest.raises(SourceError, match="readapidenied") as told:
        read("error_guests_may_not_read", "site", query="{}", roles="{}")
    assert "api_key" in told.value.hint
    assert not isinstance(told.value, UnexpectedShapeError)


# where to look


def test_a_first_crawl_goes_through_every_namespace_of_content_and_no_log(site):
    wishes = site()
    assert [asked(wish)["gapnamespace"] for wish in wishes] == ["0", "12"]
    assert {asked(wish)["gapfilterredir"] for wish in wishes} == {"nonredirects"}
    assert {asked(wish)["generator"] for wish in wishes} == {"allpages"}


def test_the_settings_name_other_namespaces_and_their_talk_pages(site):
    some = MediaWiki("wiki", API, Options(namespaces=(0, 2), talk=True))
    assert [asked(wish)["gapnamespace"] for wish in site(source=some)] == ["0", "1", "2", "3"]


def test_a_later_crawl_asks_what_changed_and_looks_into_the_logs(site, since):
    changes, *logs = site(since=since)
    query = asked(changes)
    assert (query["generator"], query["grcstart"]) == ("recentchanges", "2026-04-15T00:00:00Z")
    assert (query["grcdir"], query["grcnamespace"]) == ("newer", "0|12")
    assert [(wish.kind, asked(wish)["letype"]) for wish in logs] == [
        ("log", "delete"),
        ("log", "move"),
        ("log", "import"),
    ]
    assert {asked(wish)["lestart"] for wish in logs} == {"2026-04-15T00:00:00Z"}


def test_after_a_pause_longer_than_recent_changes_reach_every_page_is_read(site):
    def generators(since):
        return [asked(w).get("generator", asked(w).get("letype")) for w in site(since=since)]

    logs = ["delete", "move", "import"]
    assert generators(NOW - RECENT) == ["recentchanges", *logs]
    assert generators(NOW - RECENT - timedelta(seconds=1)) == ["allpages", "allpages", *logs]


def test_a_log_leads_to_the_pages_as_they_are_now_each_once(read):
    _, stones, (pages, further) = read("log_of_deletions", "log", **listing(letype="delete"))
    assert stones == []
    assert (pages.kind, asked(pages)["pageids"]) == ("list", "3|4")
    assert (further.kind, asked(further)["lecontinue"]) == ("log", "20260503101500|77")
    assert read("log_empty", "log", **listing())[2] == []


# lists of pages


def test_every_word_of_continue_goes_back_as_it_came(read):
    _, _, wishes = read("list_with_more", "list", **listing(generator="allpages", gaplimit="4"))
    further = asked(wishes[-1])
    assert (further["rvcontinue"], further["gapcontinue"]) == ("7|70", "Pump")
    assert (further["continue"], further["generator"]) == ("gapcontinue||info", "allpages")
    assert wishes[-1].note == listing(generator="allpages", gaplimit="4")


def test_the_list_of_a_wiki_of_2012_goes_on_too(read):
    _, stones, wishes = read("list_of_1_23", "list", **listing(generator="allpages"))
    assert asked(wishes[-1])["gapcontinue"] == "Pump"
    assert [(wish.kind, asked(wish).get("pageid")) for wish in wishes[:-1]] == [("text", "4")]
    assert [stone.post_id for stone in stones] == ["wiki:5", "wiki:3"]


def test_a_page_never_edited_is_read_at_once_and_others_after_who_began_them(read):
    _, _, wishes = read("list_with_more", "list", **listing())
    assert [(wish.kind, asked(wish).get("pageids", asked(wish).get("pageid"))) for wish in wishes][
        :4
    ] == [("first", "2"), ("text", "4"), ("first", "5"), ("text", "9")]
    assert asked(wishes[0])["rvdir"] == "newer"


def test_a_list_that_is_empty_or_at_its_end_ends(read):
    assert read("list_empty", "list", **listing()) == ([], [], [])
    assert [wish.kind for wish in read("list_last_piece", "list", **listing())[2]] == ["text"]


def test_a_title_that_is_only_in_the_recent_changes_is_no_page(read):
    _, stones, wishes = read("list_of_recent_changes", "list", **listing())
    assert stones == []
    assert [asked(wish)["pageid"] for wish in wishes] == ["4"]


def test_what_was_deleted_made_a_redirect_or_moved_away_is_buried(read):
    _, stones, wishes = read("list_by_number", "list", **listing())
    assert [(stone.post_id, stone.state) for stone in stones] == [
        ("wiki:3", "removed"),
        ("wiki:5", "removed"),
        ("wiki:8", "hidden"),
    ]
    assert [wish.kind for wish in wishes] == ["text", "first"]


# a page


def texts(read, file, **note):
    posts, stones, _ = read(file, "text", **TEXT | note)
    return posts, stones


def test_an_article_says_all_it_knows(read):
    ((post,), _) = texts(read, "text_of_an_article")
    assert (post.post_id, post.kind, post.parent_id) == ("wiki:2", "article", None)
    assert (post.title, post.url) == ("Descaling", "https://wiki.example.com/wiki/Descaling")
    assert (post.tags, post.container) == (("Care & cleaning",), None)
    assert (post.licence, post.language, post.accepted) == ("CC BY-SA 4.0", "en", None)
    assert post.created_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 5, 2, 9, 30, tzinfo=UTC)


def test_of_the_text_the_words_stay_and_what_stands_around_them_goes(read):
    ((post,), _) = texts(read, "text_of_an_article")
    assert post.text == (
        "Use citric acid. See Pump or Boiler.\n\n"
        "# Steps\n\n1. Run `brewctl --descale`\n1. Ten grams."
    )
    assert 'href="https://wiki.example.com/wiki/Pump"' in post.html
    assert "redlink" not in post.html


def test_a_page_that_comes_without_an_address_is_found_by_number(read):
    ((post,), _) = texts(read, "text_of_an_article", page_url="")
    assert post.url == "https://wiki.example.com/w/index.php?curid=2"


def test_both_forms_of_answers_say_the_same(read):
    assert texts(read, "text_of_1_23") == texts(read, "text_of_an_article")


@pytest.mark.parametrize("file", ["text_not_to_be_found", "text_not_to_be_found_of_1_23"])
def test_a_page_marked_noindex_is_hidden(read, file):
    posts, (stone,) = texts(read, file)
    assert (posts, stone.post_id, stone.state) == ([], "wiki:2", "hidden")


def test_a_page_without_a_word_is_no_post(read):
    assert texts(read, "text_emptied") == ([], [])


def test_a_page_without_a_word_is_counted():
    assert left_out("mediawiki", "text_emptied") == ["without words"]


def test_a_page_that_is_deleted_while_we_walk_is_buried_and_no_trouble(read):
    assert texts(read, "text_of_a_deleted_page")[1][0].state == "removed"
    _, (stone,), wishes = read("first_version_of_a_deleted_page", "first", **ABOUT, site=SITE)
    assert (stone.post_id, stone.state, wishes) == ("wiki:2", "removed", [])


def test_a_page_in_a_namespace_is_called_without_it_and_stands_in_it(read):
    wish = read("list_with_more", "list", **listing())[2][3]
    ((post,), _, _) = read("text_of_an_article", "text", **wish.note)
    assert (post.title, post.container, post.language) == ("Brewing", "Hilfe", "de")
    assert post.updated_at is None


# people


def test_who_began_a_page_is_its_author(read):
    _, _, (wish,) = read("first_version", "first", **ABOUT, site=SITE)
    ((post,), _, _) = read("text_of_an_article", "text", **wish.note)
    assert (post.author.author_id, post.author.name) == ("wiki:Moira Quill", "Moira Quill")
    assert post.author.url == "https://wiki.example.com/wiki/User:Moira_Quill"
    assert (post.author.roles, post.author.reputation) == (("moderator",), None)


@pytest.mark.parametrize(
    "file",
    [
        "first_version_by_a_hidden_account",
        "first_version_by_an_address",
        "first_version_of_1_23",
    ],
)
def test_a_hidden_account_or_an_address_of_the_net_is_nobody(read, file):
    _, _, (wish,) = read(file, "first", **ABOUT, site=SITE)
    assert "192.0.2.7" not in repr(wish)
    ((post,), _, _) = read("text_of_an_article", "text", **wish.note)
    assert post.author is None
    assert post.created_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_talk_page_is_a_comment_of_many_under_its_article(read):
    both = read("list_with_a_talk_page", "list", **listing())[2]
    posts = [read("text_of_an_article", "text", **wish.note)[0][0] for wish in both]
    assert [(p.post_id, p.kind, p.thread_id, p.parent_id, p.title) for p in posts] == [
        ("wiki:11", "comment", "wiki:4", "wiki:4", ""),
        ("wiki:12", "post", "wiki:12", None, "Nothing"),
    ]
    assert {post.author for post in posts} == {None}


# a wiki that is behind


def test_a_wiki_that_is_behind_is_asked_again_after_a_while(read):
    posts, stones, (wish,) = read("error_lagging", "text", url=f"{API}?pageid=2", **TEXT)
    assert (posts, stones) == ([], [])
    assert (wish.kind, wish.url, wish.wait_s) == ("text", f"{API}?pageid=2#2", BUSY_WAIT_S)
    assert wish.note == TEXT | {"tries": "2"}


def test_a_wiki_that_stays_behind_is_left_to_the_next_crawl(read):
    note = TEXT | {"tries": str(MAX_TRIES - 1)}
    (wish,) = read("error_lagging", "text", **note)[2]
    with pytest.raises(SourceError, match="maxlag: Waiting for db1"):
        read("error_lagging", "text", **wish.note)


def test_what_is_held_is_held_by_the_wish_that_asks_again(read):
    (wish,) = read("error_lagging", "list", held=("wiki:2",), **listing())[2]
    assert wish.held == ("wiki:2",)
    further = read("list_with_more", "list", held=wish.held, **wish.note)[2][-1]
    assert "tries" not in further.note


# looking again


def held(*numbers):
    return [Held(post_id=f"wiki:{n}", thread_id=f"wiki:{n}", url="") for n in numbers]


def test_posts_are_asked_for_again_by_number_fifty_at_a_time(read):
    (begin,) = WIKI.verify(held(*range(1, 52)))
    assert (begin.kind, len(begin.held)) == ("site", 51)
    wishes = read("site_of_a_small_wiki", "site", held=begin.held, **begin.note)[2]
    assert [(wish.kind, len(wish.held)) for wish in wishes] == [("list", 50), ("list", 1)]
    assert (asked(wishes[1])["pageids"], wishes[1].held) == ("51", ("wiki:51",))


def test_each_page_that_stands_is_held_by_the_wish_that_shows_it(read):
    ids = ("wiki:2", "wiki:3", "wiki:4")
    _, (stone,), wishes = read("list_by_number", "list", held=ids, **listing())
    assert stone.post_id == "wiki:3"
    assert [(wish.kind, wish.held) for wish in wishes] == [
        ("text", ("wiki:4",)),
        ("first", ("wiki:2",)),
    ]
    _, _, (text,) = read("first_version", "first", held=wishes[1].held, **wishes[1].note)
    assert (text.kind, text.held) == ("text", ("wiki:2",))


def test_an_answer_without_pages_buries_nothing(read):
    with pytest.raises(UnexpectedShapeError, match="`query`"):
        read("list_empty", "list", held=("wiki:2",), **listing())


def test_a_page_is_walked_to_from_the_wiki_on(page):
    def body(name):
        return page(f"mediawiki/{name}.json", "", API).body

    only_articles = MediaWiki("wiki", API, Options(namespaces=(0,)))
    (begin,) = only_articles.start(EPOCH)
    opened = replace(page("mediawiki/site_of_a_small_wiki.json", "site", API), note=begin.note)
    (pages,) = only_articles.read(opened, EPOCH)
    answers = {begin.url: body("site_of_a_small_wiki"), pages.url: body("list_last_piece")}
    listed = page("mediawiki/list_last_piece.json", "list", API, **pages.note)
    (text,) = only_articles.read(listed, EPOCH)
    answers[text.url] = body("text_of_an_article")
    assert [post.post_id for post in walk(only_articles, EPOCH, answers)] == ["wiki:6"]


def test_the_token_is_added_last_and_in_a_header_alone(since):
    keyed = MediaWiki("wiki", API, Options(), "s3cret")
    (wish,) = keyed.start(since)
    assert "s3cret" not in repr(wish)
    signed = keyed.sign(wish)
    assert (signed.url, signed.headers) == (wish.url, {"Authorization": "Bearer s3cret"})
    assert WIKI.sign(wish) == wish
