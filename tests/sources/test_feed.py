from datetime import UTC, datetime
from html import escape

import pytest

from contract import Post, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.fetch import Dropped, Fetch, Held, Page, walk
from crawler.sources.feed import FeedSource, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

SITE = "https://blog.example.com"
BLOG = FeedSource("blog", f"{SITE}/feed.xml")


@pytest.fixture
def read(page):
    """What a page says: posts, tombstones and wishes."""

    def opened(file, url=f"{SITE}/feed.xml", kind="feed", since=EPOCH, source=BLOG, **note):
        found = list(source.read(page(f"feed/{file}", kind, url, **note), since))
        return tuple(
            [item for item in found if isinstance(item, wanted)]
            for wanted in (Post, Tombstone, Fetch)
        )

    return opened


def said(body, url=f"{SITE}/feed.xml"):
    page = Page(kind="feed", url=url, body=body.encode())
    return [item for item in BLOG.read(page, EPOCH) if isinstance(item, Post)]


# where it begins


def test_the_crawl_begins_with_every_feed_once():
    options = Options(feeds=(f"{SITE}/news.atom", f"{SITE}/feed.xml"))
    wishes = list(FeedSource("blog", f"{SITE}/feed.xml", options).start(EPOCH))
    assert [(wish.kind, wish.url) for wish in wishes] == [
        ("feed", f"{SITE}/feed.xml"),
        ("feed", f"{SITE}/news.atom"),
    ]


def test_nothing_is_buried_because_a_feed_does_not_show_it_any_more():
    held = Held(post_id="blog:1", thread_id="blog:1", url=f"{SITE}/2020/old/")
    assert list(BLOG.verify([held])) == []
    assert BLOG.whole == frozenset()


# RSS


def test_an_rss_entry_says_all_it_knows(read):
    post = read("feed_rss_with_everything.xml")[0][0]
    assert (post.kind, post.thread_id, post.parent_id) == ("article", post.post_id, None)
    assert post.title == "Why your group head drips <again>"
    assert post.url == f"{SITE}/2026/04/group-head-drips/"
    assert (post.author.name, post.author.author_id) == ("Salka Thors", "blog:salka thors")
    assert post.created_at == datetime(2026, 4, 20, 7, 30, tzinfo=UTC)
    assert (post.tags, post.language) == (("Repair", "Group head"), "en")
    assert (post.container, post.licence) == ("Kettlebrook & friends", "CC BY 4.0")
    assert (post.signals.replies, post.signals.score, post.accepted) == (2, None, None)


def test_the_content_is_read_and_not_its_summary(read):
    post = read("feed_rss_with_everything.xml")[0][0]
    assert "[…]" not in post.text
    assert "```\ntorque 4 Nm\n  twice\n```" in post.text
    assert f'href="{SITE}/2026/04/gasket-sizes/"' in post.html


@pytest.mark.parametrize("base", ["", ' xml:base="https://blog.example.com/news/"'])
def test_relative_links_lead_where_they_would_on_the_page_around_them(base):
    item = '<item><link>7</link><description>&lt;a href="8"&gt;Next&lt;/a&gt;</description></item>'
    (post,) = said(f"<rss{base}><channel>{item}</channel></rss>")
    around = f"{SITE}/news/" if base else f"{SITE}/"
    assert post.url == f"{around}7"
    assert f'href="{around}8"' in post.html


def test_an_author_is_a_name_and_never_an_address(read):
    posts, _, _ = read("feed_rss_with_everything.xml")
    assert posts[1].author.name == "Moira Quill"
    odd, _, _ = read("feed_rss_of_odd_entries.xml")
    assert [post.author for post in odd] == [None] * len(odd)
    atom, _, _ = read("feed_atom_with_relative_links.xml")
    assert "@example.com" not in repr((posts, odd, atom))


def test_markup_written_twice_over_is_taken_for_what_it_means(read):
    assert read("feed_rss_with_everything.xml")[0][1].text == "We are back on Tuesday & rested."


def test_comments_are_asked_for_where_there_are_any(read):
    posts, _, wishes = read("feed_rss_with_everything.xml")
    comments = [wish for wish in wishes if wish.kind == "comments"]
    assert [wish.url for wish in comments] == [f"{SITE}/2026/04/group-head-drips/feed/"]
    assert comments[0].note == {"opening": posts[0].post_id}
    assert comments[0].optional


def test_comments_are_left_alone_where_the_owner_does_not_wish_them(read):
    quiet = FeedSource("blog", f"{SITE}/feed.xml", Options(comments=False))
    _, _, wishes = read("feed_rss_with_everything.xml", source=quiet)
    assert {wish.kind for wish in wishes} == {"feed"}


def test_comments_stand_below_their_entry_oldest_first(read):
    posts, _, _ = read("comments_on_an_entry.xml", kind="comments", opening="blog:31")
    assert [(p.text, p.parent_id, p.position) for p in posts] == [
        ("Mine squeaks, too.", "blog:31", 1),
        ("Oiling helps.", posts[0].post_id, 2),
    ]
    assert {(p.kind, p.thread_id, p.title, p.container) for p in posts} == {
        ("comment", "blog:31", "", None)
    }


def test_rdf_is_read_with_its_modules_and_its_charset(read):
    ((post,), _, _) = read("feed_rdf_with_modules.xml")
    assert (post.title, post.container, post.author.name) == ("Moka", "Café notes", "Wim")
    assert (post.tags, post.language, post.licence) == (("Moka",), "is", "CC BY-SA 3.0")
    assert post.created_at == datetime(2003, 12, 13, 19, 30, 2, tzinfo=UTC)


# what is odd


def test_a_date_nobody_can_read_loses_no_entry(read):
    post = read("feed_rss_of_odd_entries.xml")[0][0]
    assert (post.created_at, post.updated_at) == (None, None)
    assert post.text == "Fish & chips é unescaped"
    assert post.url == f"{SITE}/odd/undated"


def test_entries_that_share_a_guid_are_told_apart_by_their_page(read):
    posts, _, _ = read("feed_rss_of_odd_entries.xml")
    assert [post.url for post in posts[:2]] == [f"{SITE}/odd/undated", f"{SITE}/odd/another"]
    assert posts[0].post_id != posts[1].post_id


def test_an_entry_that_stands_there_twice_is_read_once_as_it_is_now(read):
    posts, _, _ = read("feed_rss_of_odd_entries.xml")
    assert [post.text for post in posts if post.title == "Said twice"] == ["The second version."]


def test_an_entry_without_guid_and_page_has_an_address_in_the_feed(read):
    post = read("feed_rss_of_odd_entries.xml")[0][-1]
    assert (post.title, post.text) == ("Nothing but a title", "")
    assert post.url.startswith(f"{SITE}/feed.xml#")


def test_an_id_does_not_change_with_the_page_it_names():
    item = '<item><guid isPermaLink="false">7</guid><title>A</title>{}</item>'
    one = f"<rss><channel>{item}</channel></rss>"
    ((old,), (new,)) = (said(one.format(f"<link>{SITE}/{path}</link>")) for path in ("a", "b"))
    assert old.post_id == new.post_id


def test_no_entity_is_expanded_and_nothing_outside_is_read():
    entities = '<!ENTITY a "lol"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">'
    declared = f"<!DOCTYPE rss [{entities}]>"
    item = "<item><title>T</title><description>&b; &x;</description></item>"
    told = repr(said(f"{declared}<rss><channel>{item}</channel></rss>"))
    assert "lollol" not in told
    assert "root:" not in told


def test_a_feed_that_asks_not_to_be_found_is_not_kept():
    asks = '<meta xmlns="http://www.w3.org/1999/xhtml" name="robots" content="noindex"/>'
    older = '<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="?page=2"/>'
    feed = f"<rss><channel>{{}}{older}<item><title>T</title></item></channel></rss>"
    pages = [Page(kind="feed", url=SITE, body=feed.format(it).encode()) for it in (asks, "")]
    hidden, (post, wish) = (list(BLOG.read(page, EPOCH)) for page in pages)
    assert hidden == [Dropped("not to be indexed")]
    assert (post.title, wish.url) == ("T", f"{SITE}/?page=2")


def test_what_stands_before_a_cut_is_read_and_the_cut_is_named():
    whole = "<rss><channel><item><title>One</title></item><item><title>Two</title></item>"
    found = []
    with pytest.raises(UnexpectedShapeError, match=r"feed\.xml: the feed ends before its end"):
        found.extend(
            BLOG.read(Page(kind="feed", url=f"{SITE}/feed.xml", body=whole.encode()), EPOCH)
        )
    read = BLOG.read(Page(kind="feed", url=f"{SITE}/feed.xml", body=whole.encode()), EPOCH)
    assert next(iter(read)).title == "One"


# Atom


def test_atom_resolves_links_against_what_stands_around_them(read):
    posts, _, wishes = read("feed_atom_with_relative_links.xml")
    assert [post.url for post in posts] == [f"{SITE}/de/muehle", f"{SITE}/de/less"]
    assert f'href="{SITE}/de/muehle/bild"' in posts[0].html
    assert posts[0].author.url == f"{SITE}/de/people/wim"
    assert [(wish.kind, wish.url) for wish in wishes] == [
        ("comments", f"{SITE}/de/muehle/replies.atom"),
        ("feed", f"{SITE}/de/archive/2026-03.atom"),
    ]


def test_atom_says_when_an_entry_was_changed_and_when_it_was_not(read):
    posts, _, _ = read("feed_atom_with_relative_links.xml")
    assert posts[0].updated_at == datetime(2026, 4, 18, 10, tzinfo=UTC)
    assert posts[1].updated_at is None


def test_atom_content_comes_as_elements_and_a_picture_is_none(read):
    posts, _, _ = read("feed_atom_with_relative_links.xml")
    assert posts[0].text == "Siehe Bild.\n\nFertig."
    assert posts[1].text == "Yes: x < y &amp; z."
    assert [post.title for post in posts] == ["Die Mühle klemmt", "Is x < y?"]


def test_an_entry_inherits_what_it_does_not_say_itself(read):
    posts, _, _ = read("feed_atom_with_relative_links.xml")
    assert [post.author.name for post in posts] == ["Wim Oster", "Salka Thors"]
    assert [post.language for post in posts] == ["de", "en"]
    assert {post.licence for post in posts} == {"CC0 1.0"}
    assert {post.container for post in posts} == {"Bohnen & Mühlen"}
    assert (posts[0].tags, posts[0].signals.replies) == (("Mühlen",), 3)
    assert posts[0].global_id == "tag:blog.example.com,2026:muehle"


def test_an_entry_that_was_taken_back_is_buried(read):
    _, (stone,), _ = read("feed_atom_with_relative_links.xml")
    entry = "<entry><id>tag:blog.example.com,2026:withdrawn</id><title>T</title></entry>"
    ((post,)) = said(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')
    assert (stone.post_id, stone.state) == (post.post_id, "deleted")


# what is left out

NOINDEX = '<channel><meta xmlns="http://www.w3.org/1999/xhtml" name="robots" content="noindex"/>'


@pytest.mark.parametrize(
    ("name", "was", "now", "why"),
    [
        ("feed_rss_of_odd_entries", "", "", ["repeats another", "without words"]),
        ("feed_rss_with_everything", "<channel>", NOINDEX, ["not to be indexed"] * 2),
        ("comments_on_an_entry", "<channel>", NOINDEX, ["not to be indexed"] * 2),
        ("comments_on_an_entry", "Oiling helps.", "", ["without words"]),
        ("comments_on_an_entry", "#comment-12", "#comment-11", ["repeats another"]),
    ],
)
def test_what_says_nothing_or_is_said_twice_is_counted(name, was, now, why):
    assert left_out("feed", name, was, now) == why


FORM = (
    f'<form action="{SITE}/wp-login.php?action=postpass" class="post-password-form" method="post">'
    "<p>This content is password-protected. To view it, please enter the password below.</p></form>"
)
NO_EXCERPT = "There is no excerpt because this is a protected post."


@pytest.mark.parametrize(
    ("name", "was", "now"),
    [
        ("comments_on_an_entry", "Oiling helps.", f"<![CDATA[{FORM}]]>"),
        ("comments_on_an_entry", "Oiling helps.", f"<![CDATA[<p>{NO_EXCERPT}</p>]]>"),
        ("feed_json_of_two_pages", "<p>Fixes", FORM.replace('"', "'") + "<p>Fixes"),
    ],
)
def test_an_entry_behind_a_password_is_not_kept_and_counted(name, was, now):
    assert left_out("feed", name, was, now) == ["private"]


def test_an_entry_about_password_forms_is_one_as_any_other():
    code = escape(f"<pre>{escape(FORM, quote=False)}</pre>")
    (post,) = said(f"<rss><channel><item><description>{code}</description></item></channel></rss>")
    assert "post-password-form" in post.text


@pytest.mark.parametrize(
    ("opening", "text"),
    [
        ('<p>In reply to <a href="{}">Quill</a>.</p>', "Oiling helps."),
        ('<p>En réponse à <a rel="ugc" href="{}">Quill &amp; Co</a>.</p>', "Oiling helps."),
        ('In reply to <a href="{}">Quill</a>.\n\n', "Oiling helps."),
        (
            '<p>See what <a href="{}">Quill</a> said, too.',
            "See what Quill said, too.\n\nOiling helps.",
        ),
    ],
)
def test_the_line_with_which_wordpress_says_what_a_comment_answers_is_cut(opening, text):
    line = opening.format(f"{SITE}/2026/04/drips/#comment-11")
    item = f"<item><description>{escape(line + '<p>Oiling helps.</p>')}</description></item>"
    assert [post.text for post in said(f"<rss><channel>{item}</channel></rss>")] == [text]


def test_a_comment_that_is_nothing_but_a_link_is_kept_whole():
    link = escape(f'<p><a href="{SITE}/x/#comment-11">Look here</a></p>')
    (post,) = said(f"<rss><channel><item><description>{link}</description></item></channel></rss>")
    assert post.text == "Look here"


# pages


def test_older_pages_are_asked_for_as_long_as_there_is_anything_new(read, since):
    for file in ("feed_rss_with_everything.xml", "feed_json_of_two_pages.json"):
        older = [wish.url for wish in read(file, since=since)[2] if wish.kind == "feed"]
        assert [url.partition("?")[2] for url in older] == ["page=2"]
    late = datetime(2026, 5, 1, tzinfo=UTC)
    assert not [w for w in read("feed_rss_with_everything.xml", since=late)[2] if w.kind == "feed"]


def test_a_feed_in_two_pages_is_read_to_its_end(page):
    item = "<item><title>{0}</title><link>https://blog.example.com/{0}</link></item>"
    following = '<link rel="next" href="{}" xmlns="http://www.w3.org/2005/Atom"/>'
    feed = "<rss><channel>{}</channel></rss>"
    pages = {
        f"{SITE}/feed.xml": feed.format(following.format("?page=2") + item.format("new")).encode(),
        f"{SITE}/feed.xml?page=2": feed.format(
            following.format("?page=2") + item.format("old")
        ).encode(),
    }
    assert [post.title for post in walk(BLOG, EPOCH, pages)] == ["new", "old"]


# JSON Feed


def test_a_json_feed_is_read_as_any_other(read):
    posts, _, _ = read("feed_json_of_two_pages.json", url=f"{SITE}/changes.json")
    first, second = posts
    assert (first.title, first.text) == ("Firmware <7>", "Fixes `E-14`. See 6.")
    assert f'href="{SITE}/changes/6"' in first.html
    assert first.updated_at == datetime(2026, 4, 20, 8, tzinfo=UTC)
    assert (first.author.name, first.author.url) == ("Kettlebrook", f"{SITE}/about")
    assert (first.tags, first.language) == (("firmware",), "en")
    assert (second.url, second.text) == ("https://help.example.com/en/6", "List<String> is\nfixed.")
    assert (second.author.name, second.language, second.created_at) == ("Salka Thors", "nl", None)


@pytest.mark.parametrize(
    "body", ["{}", "[]", "<html></html>", "", "\x00", "<svg/>", '{"items":[]}']
)
def test_what_is_no_feed_is_refused_by_name(body):
    with pytest.raises(UnexpectedShapeError, match=r"feed\.xml"):
        said(body)
