"""Communities handed over as lines of JSON: every field arrives, every mistake is named."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import Author, Post, Signals
from contract.errors import ImportFormatError
from crawler.interchange import KINDS, posts

LINE = {"id": "site:12", "type": "post", "url": "https://qa.example.com/a/12", "body_text": "Hi."}


@pytest.fixture
def read(tmp_path):
    """The posts in a file of these lines, as those of "mine"."""

    def found(*lines, name="posts.jsonl"):
        path = tmp_path / name
        path.write_bytes(packed(*lines))
        return list(posts(path, "mine"))

    return found


def packed(*lines):
    return b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )


def line(**parts):
    return {**LINE, **parts}


def test_every_field_arrives(read):
    (question,) = read(
        {
            "id": "site:7",
            "type": "question",
            "url": "https://qa.example.com/q/7",
            "title": "Why  does <E17> blink?",
            "body_html": "<p>It <b>blinks</b>.</p>",
            "tags": ["e17", "light"],
            "section": ["Hardware", "Lights"],
            "language": "en",
            "score": 3,
            "up": 4,
            "down": 1,
            "views": 900,
            "answer_count": 2,
            "created": "2026-03-31T09:12:00+02:00",
            "edited": "2026-04-01",
            "updated": "2026-04-02",
            "author": {
                "id": "site:u4",
                "name": "Ada  Example",
                "reputation": 77,
                "url": "https://qa.example.com/u/4",
                "roles": ["bot", "staff", "king"],
            },
            "license": "CC BY-SA 4.0",
            "of_no_use": {"here": 1},
        }
    )
    assert question == Post(
        post_id="mine:7",
        thread_id="mine:7",
        source="mine",
        platform="import",
        kind="question",
        url="https://qa.example.com/q/7",
        title="Why does <E17> blink?",
        text="It blinks.",
        html="<p>It <b>blinks</b>.</p>",
        author=Author(
            author_id="mine:u4",
            name="Ada Example",
            url="https://qa.example.com/u/4",
            roles=("staff", "bot"),
            reputation=77,
        ),
        created_at=datetime(2026, 3, 31, 7, 12, tzinfo=UTC),
        updated_at=datetime(2026, 4, 1, tzinfo=UTC),
        language="en",
        tags=("e17", "light"),
        container="Lights",
        signals=Signals(score=3, up=4, down=1, views=900, replies=2),
        licence="CC BY-SA 4.0",
    )


def test_what_is_not_said_is_not_known_and_nought_is_nought(read):
    silent, zero = read(line(), line(id="site:13", score=0, is_accepted=False))
    assert silent.signals == Signals()
    assert (silent.accepted, silent.author, silent.created_at) == (None, None, None)
    assert (zero.signals.score, zero.accepted) == (0, False)


def test_replies_stand_in_the_thread_of_what_they_reply_to(read):
    found = read(
        line(id="site:1", type="question"),
        line(id="site:2", type="answer", parent="site:1", is_accepted=True),
        line(id="site:3", type="comment", parent="site:2"),
        line(id="site:9", type="comment", parent="site:8"),
    )
    assert [(post.thread_id, post.parent_id, post.position) for post in found] == [
        ("mine:1", None, 0),
        ("mine:1", "mine:1", 1),
        ("mine:1", "mine:2", 1),
        ("mine:8", "mine:8", 1),
    ]
    assert found[1].accepted is True


@pytest.mark.parametrize(("given", "kind"), KINDS.items())
def test_every_type_becomes_a_kind(read, given, kind):
    assert read(line(type=given))[0].kind == kind


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"body_html": "<i>a</i>", "body_md": "b", "body_text": "c"}, "a"),
        ({"body_md": "* b", "body_text": "c"}, "- b"),
        ({"body_text": "c <d>"}, "c <d>"),
        ({"summary": "s", "body_text": "c"}, "s\n\nc"),
        ({"summary": "s", "body_text": None}, "s"),
        ({"body_html": "<script>x</script>a", "body_text": None}, "a"),
        ({"body_text": None}, ""),
    ],
)
def test_the_first_form_of_a_body_counts(read, parts, text):
    assert read(line(**parts))[0].text == text


@pytest.mark.parametrize(
    ("given", "own"),
    [("site:12", "mine:12"), ("12", "mine:12"), ("a:b:c", "mine:b:c"), ("site:", "mine:site:")],
)
def test_an_id_is_taken_under_our_own_name(read, given, own):
    assert read(line(id=given))[0].post_id == own


@pytest.mark.parametrize(
    ("section", "container"), [("Lights", "Lights"), (["A", "B"], "B"), ([], None), (None, None)]
)
def test_a_post_stands_in_the_innermost_section(read, section, container):
    assert read(line(section=section))[0].container == container


@pytest.mark.parametrize("url", ["javascript:alert(1)", "no address", "mailto:a@example.com", ""])
def test_an_author_whose_address_leads_nowhere_has_none(read, url):
    author = read(line(author={"id": "site:u1", "name": "Ada", "url": url}))[0].author
    assert author == Author(author_id="mine:u1", name="Ada")


def test_an_author_without_an_id_is_nobody(read):
    assert read(line(author={"name": "Ada"}))[0].author is None


# how it is written


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz", "anything"])
def test_a_packed_file_is_known_by_its_first_bytes_whatever_its_name(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(packed(LINE)))
    assert [post.post_id for post in posts(path, "mine")] == ["mine:12"]


def test_a_mark_at_the_start_of_the_file_is_no_part_of_its_first_line(read):
    assert len(read(b"\xef\xbb\xbf" + json.dumps(LINE).encode(), line(id="site:2"))) == 2


def test_a_mark_inside_the_file_is_a_mistake_in_its_line(read):
    with pytest.raises(ImportFormatError, match=r"posts\.jsonl, line 2: "):
        read(LINE, b"\xef\xbb\xbf" + json.dumps(LINE).encode())


def test_empty_lines_and_endings_of_any_kind_count_and_say_nothing(read):
    lines = (b"", json.dumps(LINE).encode() + b"\r", b"  ", json.dumps(line(id="2")).encode())
    assert len(read(*lines)) == 2
    with pytest.raises(ImportFormatError, match="line 5: "):
        read(*lines, b"{")
    assert read() == []


@given(st.text(), st.text(max_size=20))
def test_any_words_arrive_without_an_error(tmp_path_factory, words, name):
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    author = {"id": "u", "name": name}
    written = json.dumps(line(title=words, body_text=words, body_md=words, author=author))
    path.write_text(written.replace("\\ud", "\\u0"), "utf-8")
    (post,) = posts(path, "mine")
    assert post.title == " ".join(post.title.split())


# mistakes


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"{", "truncated"),
        (b"not json", "malformed"),
        (b"[1]", "Expected `object`"),
        (b'{"id": "\xff"}', "utf-8"),
        (b'{"more": ' + b"[" * 100_000, "recursion"),
        (line(type="poem"), 'unknown type "poem"; known are answer, article, comment'),
        ({"type": "post", "url": "https://a.example"}, "missing required field `id`"),
        (line(score="3"), r"Expected `int \| null`, got `str` - at `\$.score`"),
        (line(views=10**30), r"\$\.views"),
        (line(author={"id": "u", "reputation": -(10**19)}), r"\$\.author\.reputation"),
        (line(tags="a"), r"\$\.tags"),
        (line(created="yesterday"), '"yesterday" is not a date; write it as 2026-03-31'),
        (line(edited="31.03.2026"), "is not a date"),
        (line(url="javascript:alert(1)"), '"javascript:alert.1." is no web address'),
        (line(url="/a/12"), "is no web address; write it as https://"),
    ],
    ids=str,
)
def test_a_bad_line_is_named_with_file_and_line_and_what_came_before_is_good(tmp_path, bad, why):
    path = tmp_path / "posts.jsonl"
    path.write_bytes(packed(LINE, b"", bad, LINE))
    found = posts(path, "mine")
    assert next(found).post_id == "mine:12"
    with pytest.raises(ImportFormatError, match=rf"posts\.jsonl, line 3: .*{why}"):
        next(found)


def test_a_file_cut_short_is_named_with_the_last_line_that_is_whole(tmp_path):
    path = tmp_path / "posts.jsonl.gz"
    many = packed(*(line(id=f"site:{n}", body_text=f"{n**9}" * 40) for n in range(400)))
    path.write_bytes(gzip.compress(many)[:-2000])
    found, read = posts(path, "mine"), []
    with pytest.raises(ImportFormatError, match=r"gz, after line (\d+): .*ended before") as caught:
        read.extend(found)
    assert 0 < len(read) < 400
    assert f", after line {len(read)}: " in str(caught.value)


def damaged(data, at):
    return data[:at] + bytes(255 - byte for byte in data[at : at + 8]) + data[at + 8 :]


@pytest.mark.parametrize("at", [4, 60, -8], ids=["head", "middle", "sum"])
def test_a_damaged_file_is_named(tmp_path, at):
    path = tmp_path / "posts.jsonl.gz"
    data = gzip.compress(packed(*(line(id=f"{n}", body_text=str(n**7)) for n in range(99))))
    path.write_bytes(damaged(data, at % len(data)))
    with pytest.raises(ImportFormatError, match=r"posts\.jsonl\.gz, (after )?line \d+: "):
        list(posts(path, "mine"))


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ImportFormatError, match=r"nowhere\.jsonl, after line 0: .*No such file"):
        list(posts(tmp_path / "nowhere.jsonl", "mine"))
