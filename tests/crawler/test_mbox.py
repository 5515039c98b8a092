"""mbox files as archives write them, to posts; a file is walked and never held."""

import gzip
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.errors import ImportFormatError
from crawler.formats import mail
from crawler.formats.mail_threads import Envelope, Threads
from crawler.mbox import posts, split

BEGIN = "From moira@example.com Mon Apr 20 09:30:00 2026"
HEAD = (
    "From: Moira Quill <moira@example.com>\nSubject: {}\nMessage-ID: <{}@x>\n"
    "Date: Mon, 20 Apr 2026 09:30:00 +0000"
)
SITE = "https://lists.example.com/archives/list/brewers@lists.example.com"


def letter(number, text, *more, subject="Pump"):
    head = "\n".join([HEAD.format(subject, number), *more])
    return f"{BEGIN}\n{head}\n\n{text}\n\n"


@pytest.fixture
def file(tmp_path):
    def written(text, name="list.mbox"):
        path = tmp_path / name
        raw = text if isinstance(text, bytes) else text.encode()
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
        return path

    return written


def read(path):
    return list(posts(path, "brewers", SITE))


# where a mail begins


def lines(text):
    return text.encode().splitlines(keepends=True)


def test_each_mail_begins_at_its_own_line():
    text = letter(1, "One.") + letter(2, "Two.")
    assert [raw.decode() for raw in split(lines(text))] == [letter(1, "One."), letter(2, "Two.")]


def test_the_empty_line_before_a_mail_may_be_missing():
    text = letter(1, "One.").rstrip() + "\n" + letter(2, "Two.")
    assert len(list(split(lines(text)))) == 2


@pytest.mark.parametrize(
    "sentence",
    [
        "From here on all is well.",
        f"{BEGIN}\nit says in my mailbox.",
        "From Monday the 20th, at 09:30 in 2026: rest.",
    ],
)
def test_a_sentence_that_begins_so_opens_no_mail(sentence):
    (raw,) = split(lines(letter(1, f"Listen.\n\n{sentence}")))
    assert sentence.encode() in raw


def test_a_file_that_ends_in_such_a_line_keeps_it():
    (raw,) = split(lines(letter(1, f"Listen.\n\n{BEGIN}").rstrip()))
    assert raw.decode().endswith(BEGIN)


def test_escaped_lines_are_what_was_written(file):
    (post,) = read(file(letter(1, ">From here on.\n\n>>From is how it began")))
    assert post.text == "From here on."  # the second is a quote of such a line
    (raw,) = split(lines(letter(1, ">>From a\n>Fromage\n> From b")))
    assert raw.decode().splitlines()[-4:-1] == [">From a", ">Fromage", "> From b"]


def test_lines_may_end_as_they_do_in_windows():
    text = (letter(1, "One.") + letter(2, "Two.")).replace("\n", "\r\n")
    assert len(list(split(lines(text)))) == 2


def test_what_stands_before_the_first_mail_is_no_mail():
    assert list(split([b"<html>\n", b"Subject: x\n"])) == []


# threads


def chain(**parents):
    envelopes = [Envelope(key=key, parents=tuple(above)) for key, above in parents.items()]
    threads = Threads(envelopes)
    return {one.key: threads.place(one) for one in envelopes}


def test_answers_stand_below_what_they_answer_in_the_thread_of_the_first():
    places = chain(a="", b="a", c="ab")
    assert [(p.thread, p.parent, p.position) for p in places.values()] == [
        ("a", None, 0),
        ("a", "a", 1),
        ("a", "b", 2),
    ]


def test_a_missing_mail_still_has_its_place():
    places = chain(c="ab", d="b", e="bx")
    assert {p.thread for p in places.values()} == {"a"}
    assert [p.parent for p in places.values()] == ["b", "b", "x"]


def test_a_mail_that_came_before_what_it_answers_is_in_its_thread():
    places = chain(b="a", a="")
    assert (places["b"].thread, places["b"].parent) == ("a", "a")


def test_the_nearest_mail_that_is_there_is_the_one_answered():
    assert chain(a="", c="abx")["c"].parent == "a"


def test_a_ring_of_mails_has_one_that_opens_it():
    places = chain(b="a", a="c", c="b")
    assert [key for key, place in places.items() if place.parent is None] == ["a"]
    assert {place.thread for place in places.values()} == {"a"}


KEYS = st.sampled_from("abcdefgh")


@given(st.dictionaries(KEYS, st.lists(KEYS, max_size=4, unique=True), min_size=1))
def test_whatever_mails_say_of_each_other_every_thread_is_opened_once_or_not_at_all(named):
    places = chain(**{key: [p for p in above if p != key] for key, above in named.items()})
    for key, place in places.items():
        assert (place.parent is None) == (place.thread == key)
        assert place.parent != key
        assert (place.position == 0) == (place.parent is None)


def test_a_thread_of_ten_thousand_answers_is_put_together():
    envelopes = [Envelope(key="0", parents=())]
    envelopes += [Envelope(key=str(n), parents=(str(n - 1),)) for n in range(1, 10_000)]
    threads = Threads(reversed(envelopes))
    assert {threads.place(one).thread for one in envelopes} == {"0"}
    assert threads.place(envelopes[-1]).position > sys.getrecursionlimit()


# files


@pytest.mark.parametrize("name", ["list.mbox", "list.mbox.gz"])
def test_a_file_is_read_packed_or_not(file, name):
    path = file(letter(1, "One.") + letter(2, "Two.", "In-Reply-To: <1@x> from Monday"), name)
    first, second = read(path)
    assert (first.post_id, first.title, first.text) == (
        f"brewers:{mail.key('1@x')}",
        "Pump",
        "One.",
    )
    assert (second.thread_id, second.parent_id) == (first.post_id, first.post_id)
    assert first.url == f"{SITE}/message/{mail.key('1@x')}/"
    assert (first.platform, first.global_id) == (
        "mailinglist",
        f"message-id-hash:{mail.key('1@x')}",
    )


def test_a_mail_that_names_its_page_leads_there(file):
    (post,) = read(file(letter(1, "One.", "Archived-At: <https://mail.example.org/1>")))
    assert post.url == "https://mail.example.org/1"
    (post,) = read(file(letter(1, "One.", "Archived-At: <javascript:x>")))
    assert post.url.startswith(SITE)


def test_the_key_is_the_one_that_mailman_gives():
    assert mail.key("87myycy5eh.fsf@uwakimon.sk.tsukuba.ac.jp") == (
        "JJIGKPKB6CVDX6B2CUG4IHAJRIQIOUTP"
    )


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        ("", "list.mbox", "no message begins in it"),
        ("hello", "list.mbox", "no message begins in it"),
        (b"\x1f\x8bnot packed at all", "list.mbox", "after message 0"),
    ],
)
def test_what_is_no_mbox_is_refused_by_name(file, text, name, what):
    with pytest.raises(ImportFormatError, match=f"{name}.*{what}"):
        read(file(text, name))


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(ImportFormatError, match="nowhere"):
        read(tmp_path / "nowhere.mbox")


# what mails are made of


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        (("Content-Type: text/plain; charset=utf-8",), "Grüße".encode(), "Grüße"),
        (("Content-Type: text/plain; charset=us-ascii",), "Grüße".encode(), "Grüße"),
        (("Content-Type: text/plain; charset=utf-8",), "Grüße".encode("latin-1"), "Grüße"),
        (("Content-Type: text/plain; charset=gb2312",), "咖啡豆".encode("gb18030"), "咖啡豆"),
        (("Content-Type: text/plain; charset=hex",), b"plain", "plain"),
        (("Content-Transfer-Encoding: base64",), b"T2lsIGl0Lg==", "Oil it."),
        (("Content-Transfer-Encoding: quoted-printable",), b"Oil=20it=\n.", "Oil it."),
        (("Content-Type: application/pdf",), b"%PDF", ""),
        (("Content-Type: multipart/mixed",), b"no boundary", ""),
        (("Content-Type: \xff\xfe",), b"odd", "odd"),
    ],
)
def test_a_body_is_read_in_whatever_it_was_packed(file, headers, body, said):
    head = f"{BEGIN}\n{HEAD.format('S', 1)}\n" + "\n".join(headers) + "\n\n"
    (post,) = read(file(head.encode("latin-1") + body + b"\n"))
    assert (post.title, post.text) == ("S", said)


def test_attachments_and_forwarded_mails_are_not_what_was_said(file):
    parts = (
        "--b\nContent-Type: text/plain\n\nSee below.\n"
        "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=x.txt\n\nsecret\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nothers\n--b--"
    )
    (post,) = read(file(letter(1, parts, "Content-Type: multipart/mixed; boundary=b")))
    assert post.text == "See below."


def test_parts_within_parts_without_end_are_nobody_s_words(file):
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
    head = f"{BEGIN}\n{HEAD.format('Deep', 1)}\n"
    (post,) = read(file(head + deep + "\nx\n"))
    assert (post.title, post.text) == ("Deep", "")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("[Brewers] Pump", "Pump"),
        ("[PATCH] Pump", "[PATCH] Pump"),
        ("=?utf-8?b?R3LDvMOfZQ==?= =?utf-8?q?_aus_K=C3=B6ln?=", "Grüße aus Köln"),
        ("=?utf-8?b?broken", "=?utf-8?b?broken"),
        ("Pump\n of moira@example.com", "Pump of [address]"),
        ("Pump <T> & more", "Pump <T> & more"),
    ],
)
def test_a_subject_is_read_as_it_was_meant(file, written, title):
    assert [post.title for post in read(file(letter(1, "One.", subject=written)))] == [title]
