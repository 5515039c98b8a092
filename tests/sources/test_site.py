from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract import Post
from contract.errors import UnexpectedShapeError
from crawler.fetch import Dropped, Fetch, Page
from crawler.sources.site import Options, Site
from crawler.times import EPOCH

HERE = Path(__file__).parent / "site"
SITE = "https://help.example.com"
HELP = Site("help", f"{SITE}/en", Options(exclude=("/en/drafts/",)))
DRIPS = f"{SITE}/en/articles/drips"


@pytest.fixture
def read(page):
    """What a page says: posts and wishes."""

    def opened(file, url=DRIPS, kind="page", since=EPOCH, *, source=HELP, headers=None):
        found = list(source.read(page(f"site/{file}", kind, url, headers), since))
        return tuple([i for i in found if isinstance(i, wanted)] for wanted in (Post, Fetch))

    return opened


def paths(wishes):
    return [wish.url.removeprefix(SITE) for wish in wishes]


# where it begins


def test_the_crawl_begins_with_robots_the_sitemap_and_the_first_page():
    wishes = list(HELP.start(EPOCH))
    assert [(w.kind, w.url.removeprefix(SITE), w.optional) for w in wishes] == [
        ("robots", "/robots.txt", True),
        ("sitemap", "/sitemap.xml", True),
        ("page", "/en", False),
    ]


def test_sitemaps_that_the_owner_names_take_the_place_of_the_usual_ones():
    site = Site("help", SITE, Options(sitemaps=(f"{SITE}/a.xml", f"{SITE}/b.xml")))
    assert [(w.kind, w.url) for w in site.start(EPOCH)] == [
        ("sitemap", f"{SITE}/a.xml"),
        ("sitemap", f"{SITE}/b.xml"),
        ("page", SITE),
    ]


def test_robots_names_sitemaps(read):
    _, wishes = read("robots_naming_sitemaps.txt", f"{SITE}/robots.txt", "robots")
    assert [(w.kind, w.url.removeprefix(SITE)) for w in wishes[:2]] == [
        ("sitemap", "/sitemaps/index.xml"),
        ("sitemap", "/sitemaps/news.txt"),
    ]
    assert all(wish.optional for wish in wishes)


def test_an_index_leads_to_the_sitemaps_that_changed(read, since):
    _, wishes = read("sitemap_index.xml", f"{SITE}/sitemap.xml", "sitemap", since)
    assert [(w.kind, w.url.removeprefix(SITE)) for w in wishes] == [("sitemap", "/sitemaps/en.xml")]


def test_a_sitemap_leads_to_pages_of_this_site_that_may_have_changed(read, since):
    _, wishes = read("sitemap_of_pages.xml", f"{SITE}/sitemap.xml", "sitemap", since)
    assert paths(wishes) == ["/en/articles/drips", "/en/articles/undated"]
    _, wishes = read("sitemap_of_pages.xml", f"{SITE}/sitemap.xml", "sitemap", EPOCH)
    assert paths(wishes) == ["/en/articles/drips", "/en/articles/old", "/en/articles/undated"]


def test_what_is_no_sitemap_leads_nowhere(read):
    assert read("article.html", f"{SITE}/sitemap.xml", "sitemap") == ([], [])


# links


def test_links_are_followed_on_this_site_once_each(read):
    _, wishes = read("home_with_links.html", f"{SITE}/en/", "page")
    assert paths(wishes) == ["/en", "/en/articles/drips", "/en/articles/hum"]


def test_links_are_not_followed_where_the_owner_does_not_wish(read):
    quiet = Site("help", f"{SITE}/en", Options(follow=False))
    assert read("home_with_links.html", f"{SITE}/en/", source=quiet)[1] == []


def test_pages_outside_of_what_is_wanted_lead_on_but_are_not_kept(read):
    some = Site("help", f"{SITE}/en", Options(include=("/en/articles/",)))
    posts, wishes = read("home_with_links.html", f"{SITE}/en/", source=some)
    assert posts == []
    assert "/en/articles/drips" in paths(wishes)
    assert len(read("article.html", source=some)[0]) == 1


# directives


def test_a_page_that_asks_not_to_be_found_is_not_kept_but_leads_on(read):
    posts, wishes = read("page_that_asks_not_to_be_found.html", f"{SITE}/en/old")
    assert posts == []
    assert "/en/articles/drips" in paths(wishes)


def test_a_header_can_ask_so_too(read):
    for said in ("noindex", "otherbot: nofollow\nnoindex", "askaround: none"):
        assert read("article.html", headers={"x-robots-tag": said})[0] == []
    assert len(read("article.html", headers={"x-robots-tag": "otherbot: noindex"})[0]) == 1


def test_a_page_whose_links_lead_nowhere_is_kept_with_what_its_owner_allows(read):
    (post,), wishes = read("page_whose_links_lead_nowhere.html", f"{SITE}/en/old")
    assert wishes == []
    assert post.usage.archive is False


# one page, one address


def test_a_page_that_names_another_as_the_original_leads_there(read):
    posts, wishes = read("copy_of_another_page.html", f"{SITE}/print/drips")
    assert posts == []
    assert paths(wishes)[-1] == "/en/articles/drips"


def test_a_page_that_names_another_site_as_the_original_is_itself(read):
    (post,), _ = read("copy_of_another_site.html", f"{SITE}/en/copy")
    assert post.url == f"{SITE}/en/copy"


def test_parameters_that_only_say_where_a_reader_came_from_make_no_other_page(read):
    (post,), _ = read("article.html", f"{DRIPS}?utm_source=mail#valve")
    assert (post.post_id, post.url) == ("help:/en/articles/drips", DRIPS)


@pytest.mark.parametrize(
    ("file", "path", "noindex", "why"),
    [
        ("copy_of_another_page", "/print/drips", False, "repeats another"),
        ("copy_of_another_page", "/print/drips", True, "not to be indexed"),
        ("home_with_links", "/blog", False, "of another kind"),
        ("phpbb_login_in_place_of_a_thread", "/en/viewtopic.php?t=5", False, "private"),
        ("phpbb_thread", "/en/memberlist.php?mode=team", False, "of another kind"),
    ],
)
def test_a_page_that_is_not_kept_is_counted_with_the_reason(page, file, path, noindex, why):
    headers = {"x-robots-tag": "noindex"} if noindex else {}
    pages = Site("help", f"{SITE}/en", Options(include=("/en", "/print")))
    shown = page(f"site/{file}.html", "page", f"{SITE}{path}", headers)
    assert [i.why for i in pages.read(shown, EPOCH) if isinstance(i, Dropped)] == [why]


# what is said


def test_an_article_is_read_with_lists_and_code_and_without_its_surroundings(read):
    (post,), _ = read("article.html")
    assert post.title == "The group head drips"
    assert post.text.endswith("quarter of an hour.\n\n1. Switch it off.\n2. Turn the `T` valve.")
    assert post.author.name == "Moira Kettlebrook"
    assert post.created_at == datetime(2026, 4, 1, 8, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_broken_markup_does_not_cost_the_page(read):
    (post,), _ = read("article_with_broken_markup.html", f"{SITE}/en/articles/descaling")
    assert (post.title, post.kind) == ("Descaling", "article")


def test_a_question_page_is_a_thread(read):
    posts, _ = read("question_with_accepted_answer.html", f"{SITE}/en/questions/hum")
    assert [(p.kind, p.accepted, p.text) for p in posts] == [
        ("question", None, "It hums."),
        ("answer", True, "Air lock."),
        ("answer", False, "Old pump."),
    ]
    assert {post.thread_id for post in posts} == {"help:/en/questions/hum"}


def test_frequent_questions_are_articles(read):
    posts, _ = read("frequent_questions.html", f"{SITE}/en/faq")
    assert [post.text for post in posts] == ["No, 58 dB.", "Yes."]


@pytest.mark.parametrize(
    "content_type",
    [
        None, "text/html", "Text/HTML; Charset=UTF-8", 'text/html; charset="utf-8"',
        "application/xhtml+xml;charset=utf-8", "text/html; charset=nonsense", "text/html;charset=",
    ],
)  # fmt: skip
def test_a_page_is_read_in_the_encoding_it_has(read, content_type):
    headers = {} if content_type is None else {"content-type": content_type}
    (post,), _ = read("article_of_no_declared_encoding.html", f"{SITE}/de/sieb", headers=headers)
    assert post.title == "Größe des Siebs"
    assert "für zwei Tassen faßt" in post.text


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("iso-8859-1", "text/html; charset=iso-8859-1"),
        ("windows-1252", "text/html; charset=windows-1252"),
        ("iso-8859-1", "text/html"),
        ("utf-16", "text/html"),
        ("utf-8-sig", "text/html"),
    ],
)
def test_other_encodings_are_read_as_well(encoding, content_type):
    text = (HERE / "article_of_no_declared_encoding.html").read_text("utf-8")
    page = Page(
        kind="page",
        url=f"{SITE}/de/sieb",
        body=text.encode(encoding),
        headers={"content-type": content_type},
    )
    assert [post.title for post in HELP.read(page, EPOCH)] == ["Größe des Siebs"]


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/json", "text/plain"])
def test_what_is_no_page_says_so_with_its_address_and_type(read, kind):
    with pytest.raises(UnexpectedShapeError, match=f"{DRIPS}: .*{kind}"):
        read("article.html", headers={"content-type": kind})


@pytest.mark.parametrize("body", [b"", b"  \n", b"<!-- nothing -->"])
def test_an_empty_page_says_so(body):
    with pytest.raises(UnexpectedShapeError, match=DRIPS):
        list(HELP.read(Page(kind="page", url=DRIPS, body=body), EPOCH))
