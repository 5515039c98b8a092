import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contract import Post
from contract.errors import UnexpectedShapeError
from crawler.fetch import Fetch, Held, Page, walk
from crawler.formats import mail
from crawler.sources.mailinglist import MailingList
from crawler.times import EPOCH
from tests.sources.recorded import left_out

LIST = "https://lists.example.com/archives/list/brewers@lists.example.com"
OLD = "https://lists.example.com/pipermail/brewers"
HYPERKITTY = MailingList("brewers", LIST)
PIPERMAIL = MailingList("brewers", f"{OLD}/")
FIRST, SECOND, THIRD = (
    mail.key(f"pump.{n}@mail.example.{end}") for n, end in ((1, "com"), (2, "org"), (3, "net"))
)


@pytest.fixture
def read(page):
    """What a page says: posts and wishes."""

    def opened(file, kind, url, source=HYPERKITTY, *, since=EPOCH, held=(), **note):
        recorded = replace(page(file, kind, url, **note), held=held)
        found = list(source.read(recorded, since))
        return tuple([i for i in found if isinstance(i, wanted)] for wanted in (Post, Fetch))

    return opened


@pytest.fixture
def month(read):
    """The posts of a month's mail, by the hash of their Message-ID."""

    def opened(file, source=HYPERKITTY, folder="mailinglist", **note):
        posts, _ = read(f"{folder}/{file}", "month", f"{LIST}/export/x", source, **note)
        return {post.post_id.removeprefix("brewers:"): post for post in posts}

    return opened


# the months of a HyperKitty


def test_the_crawl_begins_with_the_months_there_are():
    assert [(wish.kind, wish.url) for wish in HYPERKITTY.start(EPOCH)] == [("index", f"{LIST}/")]


def test_only_months_that_may_have_changed_are_asked_for_newest_first(read, since):
    _, wishes = read("mailinglist/index_of_months.html", "index", f"{LIST}/", since=since)
    assert [wish.url.removeprefix(f"{LIST}/export/") for wish in wishes] == [
        "brewers%40lists.example.com-2026-05.mbox.gz?start=2026-05-01&end=2026-06-01",
        "brewers%40lists.example.com-2026-04.mbox.gz?start=2026-04-01&end=2026-05-01",
    ]
    _, wishes = read("mailinglist/index_of_months.html", "index", f"{LIST}/")
    assert [wish.url.partition("start=")[2] for wish in wishes][2:] == [
        "2026-03-01&end=2026-04-01",
        "2025-12-01&end=2026-01-01",
    ]


@pytest.mark.parametrize("source", [HYPERKITTY, PIPERMAIL])
@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Sign in</body></html>", b"<html><a href='2026"]
)
def test_an_index_that_names_no_month_is_refused_by_name(source, body):
    with pytest.raises(UnexpectedShapeError, match=f"{source.url}/: "):
        list(source.read(Page(kind="index", url=f"{source.url}/", body=body), EPOCH))


# a month's mail


def test_a_month_is_read_as_its_threads(month):
    posts = month("month_of_a_thread.mbox")
    told = [(p.kind, p.title, p.thread_id, p.parent_id, p.position) for p in posts.values()][:3]
    assert told == [
        ("question", "Pump hums, no water", f"brewers:{FIRST}", None, 0),
        ("answer", "", f"brewers:{FIRST}", f"brewers:{FIRST}", 1),
        ("answer", "", f"brewers:{FIRST}", f"brewers:{SECOND}", 2),
    ]
    assert [p.url for p in posts.values()][:2] == [
        f"{LIST}/message/{FIRST}/",
        f"{LIST}/message/{SECOND}/",
    ]
    assert {p.container for p in posts.values()} == {"brewers"}
    assert {p.accepted for p in posts.values()} == {None}


def test_an_answer_whose_thread_began_in_another_month_still_stands_in_it(month):
    late = month("month_of_a_thread.mbox")[mail.key("late.2@mail.example.net")]
    assert late.thread_id == f"brewers:{mail.key('late.0@mail.example.net')}"
    assert late.parent_id == f"brewers:{mail.key('late.1@mail.example.net')}"
    assert (late.position, late.title) == (2, "")


def test_code_is_kept_and_signature_quotes_and_foot_are_cut(month):
    posts = month("month_of_a_thread.mbox")
    assert posts[FIRST].text == (
        "Hi all,\n\nmy pump hums but no water comes. Café mode is off. I ran\n\n"
        "```\nbrewctl --pump 9 \\\n  --bar 12\n```\n\n"
        "and got E-14. Write me at [address] or [address]!\n\n"
        "From what I read it is the valve."
    )
    assert posts[SECOND].text == "It is the valve. Oil it.\n\nThat means air."


def test_a_mail_in_html_alone_is_read_and_the_plain_form_is_taken_where_there_is_one(month):
    posts = month("month_of_a_thread.mbox")
    assert posts[THIRD].text == "Thanks, that `valve --oil` worked. Mail me"
    assert "<b>valve</b>" not in posts[SECOND].html


def test_no_address_is_kept_in_any_form(month):
    for file in ("month_of_a_thread.mbox", "month_of_broken_mail.mbox"):
        for post in month(file).values():
            told = repr(replace(post, url="", thread_id="", source=""))
            assert not re.search(r"@|\(a\)| at \w+\.|mailto:", told)


def test_an_author_is_known_again_by_whatever_way_the_address_is_written(month):
    by_hyperkitty = month("month_of_a_thread.mbox")[FIRST].author
    by_pipermail = month("month_of_april.txt", PIPERMAIL, "pipermail")[FIRST].author
    assert by_hyperkitty == by_pipermail
    assert by_hyperkitty.name == "Moira Quill"
    assert re.fullmatch(r"brewers:[0-9a-f]{20}", by_hyperkitty.author_id)


def test_who_gives_no_name_is_known_by_a_number(month):
    author = month("month_of_a_thread.mbox")[THIRD].author
    assert re.fullmatch(r"member [0-9a-f]{6}", author.name)


def test_who_asks_not_to_be_archived_is_not(month):
    posts = month("month_of_a_thread.mbox")
    assert mail.key("quiet.1@mail.example.net") not in posts
    assert "archive" not in repr([post.text for post in posts.values()])


def test_a_month_may_be_packed_or_not_and_a_cut_is_named(month, page):
    recorded = page("mailinglist/month_of_a_thread.mbox", "month", f"{LIST}/export/x")
    packed = replace(recorded, body=gzip.compress(recorded.body))
    assert list(HYPERKITTY.read(packed, EPOCH)) == list(HYPERKITTY.read(recorded, EPOCH))
    for cut in (packed.body[:-40], packed.body[:20] + b"\0" * 50):
        with pytest.raises(UnexpectedShapeError, match=f"{LIST}/export/x: "):
            list(HYPERKITTY.read(replace(packed, body=cut), EPOCH))


def test_a_month_without_mail_is_empty_and_an_error_page_is_refused():
    empty = Page(kind="month", url=f"{LIST}/export/x", body=gzip.compress(b""))
    assert list(HYPERKITTY.read(empty, EPOCH)) == []
    with pytest.raises(UnexpectedShapeError, match=f"{LIST}/export/x: no line"):
        list(HYPERKITTY.read(replace(empty, body=b"<html>502</html>"), EPOCH))


# broken mail


def test_a_mail_without_sender_date_and_id_is_kept_under_the_hash_of_itself(month):
    first = next(iter(month("month_of_broken_mail.mbox").values()))
    assert (first.title, first.author.name[:7]) == ("No sender, no date, no id", "member ")
    assert first.created_at == datetime(2026, 4, 22, 7, tzinfo=UTC)
    assert first.text.endswith("From here on it is one sentence, at 10:00 in 2026 as before.")


def test_a_charset_nobody_knows_and_a_date_that_is_none_lose_no_word(month):
    post = month("month_of_broken_mail.mbox")[mail.key("bad.1@mail.example.com")]
    assert (post.title, post.text, post.author.name) == ("Grüße", "Grüße aus Köln", "Bad, Charset")
    assert post.created_at == datetime(2026, 4, 22, 8, tzinfo=UTC)


def test_a_date_in_the_future_gives_way_to_the_day_it_arrived(month):
    post = month("month_of_broken_mail.mbox")[mail.key("clock.1@mail.example.com")]
    assert post.created_at == datetime(2026, 4, 22, 9, tzinfo=UTC)


def test_mails_that_say_they_answer_each_other_are_one_thread(month):
    posts = month("month_of_broken_mail.mbox")
    pair = [posts[mail.key(f"clock.{n}@mail.example.com")] for n in (1, 2)]
    assert len({post.thread_id for post in pair}) == 1
    assert [post.parent_id is None for post in pair].count(True) == 1


def test_a_mail_delivered_twice_is_one_post(month):
    posts = month("month_of_broken_mail.mbox")
    assert posts[mail.key("clock.2@mail.example.com")].text.startswith("Two")


def test_what_answers_by_itself_is_a_bot_and_the_list_is_not_its_author(month):
    author = month("month_of_broken_mail.mbox")[mail.key("vacation.1@mail.example.com")].author
    moira = month("month_of_a_thread.mbox")[FIRST].author
    assert (author.author_id, author.name) == (moira.author_id, "Moira Quill")
    assert author.roles == ("bot",)


@pytest.mark.parametrize(
    ("name", "was", "now", "why"),
    [
        ("month_of_a_thread", "", "", ["not to be indexed"]),
        ("month_of_broken_mail", "", "", ["repeats another"]),
        (
            *("month_of_broken_mail", "One.\n", "> One.\n"),
            ["without words", "repeats another"],
        ),
        ("message_with_votes", '"content": "', '"content": "", "was": "', ["without words"]),
    ],
)
def test_mail_without_words_or_not_to_be_archived_or_sent_twice_is_counted(name, was, now, why):
    assert left_out("mailinglist", name, was, now) == why


# looking again


def test_a_mail_is_looked_for_at_its_own_address_where_404_means_it_has_gone():
    held = Held(
        post_id=f"brewers:{SECOND}",
        thread_id=f"brewers:{FIRST}",
        url=f"{LIST}/message/{SECOND}/",
        position=1,
    )
    elsewhere = replace(held, url="https://mail.example.org/x")
    (wish,) = HYPERKITTY.verify([held, elsewhere])
    api = LIST.replace("/list/", "/api/list/")
    assert wish.url == f"{api}/email/{SECOND}/?format=json"
    assert (wish.held, wish.optional) == ((held.post_id,), True)


def test_a_mail_looked_at_again_is_the_same_and_has_votes(read, month):
    url = "https://lists.example.com/archives/api/x"
    note = {"thread": FIRST, "position": "1"}
    ((again,), _) = read("mailinglist/message_with_votes.json", "message", url, **note)
    before = month("month_of_a_thread.mbox")[SECOND]
    assert (again.signals.up, again.signals.down) == (4, 1)
    assert replace(again, signals=before.signals) == before


# Pipermail


def test_pipermail_is_read_by_month_each_with_the_numbers_of_its_pages(read, since):
    _, wishes = read("pipermail/index_of_volumes.html", "index", f"{OLD}/", PIPERMAIL, since=since)
    assert [(wish.kind, wish.url, wish.note["mbox"]) for wish in wishes] == [
        ("numbers", f"{OLD}/2026-May/date.html", f"{OLD}/2026-May.txt"),
        ("numbers", f"{OLD}/2026-April/date.html", f"{OLD}/2026-April.txt.gz"),
    ]


@pytest.mark.parametrize(
    ("volume", "asked"),
    [
        ("2026", True),
        ("2025", False),
        ("2026q2", True),
        ("2026q1", False),
        ("Week-of-Mon-20260413", True),
        ("Week-of-Mon-20260406", False),
        ("20260415", True),
        ("20260414", False),
        ("2026-Brumaire", True),
        ("everything", True),
    ],
)
def test_volumes_of_any_length_are_known_by_when_they_end(volume, asked, since):
    body = f'<html><a href="{volume}.txt.gz">text</a></html>'.encode()
    page = Page(kind="index", url=f"{OLD}/", body=body)
    assert bool(list(PIPERMAIL.read(page, since))) is asked


def numbered(read):
    note = {"volume": "2026-April", "mbox": f"{OLD}/2026-April.txt.gz"}
    url = f"{OLD}/2026-April/date.html"
    _, (wish,) = read("mailinglist/numbers_of_april.html", "numbers", url, PIPERMAIL, **note)
    return wish


def test_every_mail_of_pipermail_leads_to_its_own_page(read, month):
    wish = numbered(read)
    assert (wish.kind, wish.url) == ("month", f"{OLD}/2026-April.txt.gz")
    posts = month("month_of_april.txt", PIPERMAIL, "pipermail", **wish.note)
    assert [post.url.removeprefix(OLD) for post in posts.values()] == [
        "/2026-April/000041.html",
        "/2026-April/000042.html",
        "/2026-April/000043.html",
    ]


def test_where_a_page_was_taken_out_the_others_are_told_by_who_wrote_what(read, month):
    wish = numbered(read)
    lines = wish.note["numbers"].splitlines()
    note = wish.note | {"numbers": "\n".join(lines[::2])}
    posts = month("month_of_april.txt", PIPERMAIL, "pipermail", **note)
    assert [post.url.removeprefix(f"{OLD}/2026-April/") for post in posts.values()] == [
        "000041.html",
        f"date.html#{mail.key('scale.1@mail.example.org')}",
        "000043.html",
    ]


def test_pipermail_quotes_and_scrubbed_attachments_are_cut_and_addresses_masked(month):
    posts = month("month_of_april.txt", PIPERMAIL, "pipermail")
    assert posts[FIRST].text == (
        "No water comes. Look at example.com for a picture, or ask [address]."
    )
    assert posts[SECOND].text == "Oil the valve."
    assert posts[mail.key("scale.1@mail.example.org")].title == "Descaling =?"


def test_mails_of_pipermail_are_looked_for_month_by_month(read):
    held = [
        Held(post_id=f"brewers:{n}", thread_id=f"brewers:{n}", url=f"{OLD}/{volume}/{n}.html")
        for n, volume in ((1, "2026-April"), (2, "2026-April"), (3, "2019-May"))
    ]
    (wish,) = PIPERMAIL.verify(held)
    assert wish.held == ("brewers:1", "brewers:2", "brewers:3")
    _, (asked,) = read(
        "pipermail/index_of_volumes.html", "index", wish.url, PIPERMAIL, held=wish.held, **wish.note
    )
    assert (asked.url, asked.held) == (f"{OLD}/2026-April/date.html", ("brewers:1", "brewers:2"))
    _, (mbox,) = read(
        "mailinglist/numbers_of_april.html",
        "numbers",
        asked.url,
        PIPERMAIL,
        held=asked.held,
        **asked.note,
    )
    assert (mbox.kind, mbox.held) == ("month", ("brewers:1", "brewers:2"))


def test_a_whole_archive_is_walked(page):
    def body(file):
        return page(file, "x", OLD).body

    months = ("2026-May", "2026-April", "2026-March")
    pages = {f"{OLD}/": body("pipermail/index_of_volumes.html")}
    for name in months:
        pages[f"{OLD}/{name}/date.html"] = b"<html></html>"
        pages[f"{OLD}/{name}.txt{'' if name == '2026-May' else '.gz'}"] = gzip.compress(b"")
    pages[f"{OLD}/2026-April/date.html"] = body("mailinglist/numbers_of_april.html")
    pages[f"{OLD}/2026-April.txt.gz"] = gzip.compress(body("pipermail/month_of_april.txt"))
    assert len(list(walk(PIPERMAIL, EPOCH, pages))) == 3
