"""The XML dump of a Stack Exchange site: a stream of rows, none of them trusted."""

import time
from datetime import UTC, datetime
from html import escape

import pytest

from contract import Author, Post, Signals
from contract.errors import ImportFormatError
from crawler.stackexchange_dump import _rows, posts

SITE = "https://qa.example.com"


@pytest.fixture
def dump(tmp_path):
    """Write a dump, each file from its rows or as it is; the folder."""

    def written(**files):
        for name, rows in files.items():
            text = rows if isinstance(rows, str) else document(*rows)
            (tmp_path / f"{name}.xml").write_text(text, "utf-8")
        return tmp_path

    return written


def document(*rows):
    told = ("".join(f' {name}="{escape(str(value))}"' for name, value in r.items()) for r in rows)
    lines = "\n".join(f"  <row{attributes} />" for attributes in told)
    return f'\ufeff<?xml version="1.0" encoding="utf-8"?>\n<all>\n{lines}\n</all>'


def read(folder):
    return list(posts(folder, "qa", f"{SITE}/"))


QUESTION = {"Id": 7, "PostTypeId": 1}
ANSWER = {"Id": 8, "PostTypeId": 2, "ParentId": 7}


def test_every_field_arrives(dump):
    question = {
        "Id": 7,
        "PostTypeId": 1,
        "AcceptedAnswerId": 8,
        "CreationDate": "2026-03-31T09:12:00.123",
        "Score": -3,
        "ViewCount": 900,
        "AnswerCount": 2,
        "Body": "<p>It <b>blinks</b>.</p>",
        "OwnerUserId": 4,
        "LastEditDate": "2026-04-01T00:00:00",
        "Title": "Why does  <E17> blink?",
        "Tags": "<e17><light>",
        "ContentLicense": "CC BY-SA 4.0",
    }
    answer = {**ANSWER, "Body": "<p>So.</p>", "OwnerUserId": 99, "Title": "none of its own"}
    comment = {
        "Id": 5,
        "PostId": 8,
        "Score": 1,
        "Text": "Thanks, 1 < 2!",
        "UserId": 4,
        "CreationDate": "2026-04-02",
        "ContentLicense": "CC BY-SA 4.0",
    }
    ada = {"Id": 4, "DisplayName": "Ada  Example", "Reputation": 77}
    opening, reply, remark = read(dump(Posts=[question, answer], Comments=[comment], Users=[ada]))
    author = Author(author_id="qa:u4", name="Ada Example", url=f"{SITE}/users/4", reputation=77)
    assert opening == Post(
        post_id="qa:7",
        thread_id="qa:7",
        source="qa",
        platform="stackexchange",
        kind="question",
        url=f"{SITE}/questions/7",
        title="Why does <E17> blink?",
        text="It blinks.",
        html="<p>It <b>blinks</b>.</p>",
        author=author,
        created_at=datetime(2026, 3, 31, 9, 12, 0, 123000, tzinfo=UTC),
        updated_at=datetime(2026, 4, 1, tzinfo=UTC),
        tags=("e17", "light"),
        signals=Signals(score=-3, views=900, replies=2),
        licence="CC BY-SA 4.0",
    )
    assert reply == Post(
        post_id="qa:8",
        thread_id="qa:7",
        parent_id="qa:7",
        position=1,
        source="qa",
        platform="stackexchange",
        kind="answer",
        url=f"{SITE}/a/8",
        text="So.",
        html="<p>So.</p>",
        author=Author(author_id="qa:u99", name="user 99", url=f"{SITE}/users/99"),
        accepted=True,
    )
    assert remark == Post(
        post_id="qa:c5",
        thread_id="qa:7",
        parent_id="qa:8",
        position=1,
        source="qa",
        platform="stackexchange",
        kind="comment",
        url=f"{SITE}/questions/7#comment5_8",
        text="Thanks, 1 < 2!",
        author=author,
        created_at=datetime(2026, 4, 2, tzinfo=UTC),
        signals=Signals(score=1),
        licence="CC BY-SA 4.0",
    )


def test_an_answer_that_was_not_accepted_says_so(dump):
    _, reply = read(dump(Posts=[QUESTION, ANSWER]))
    assert reply.accepted is False


def test_users_and_comments_may_be_missing(dump):
    assert [post.author for post in read(dump(Posts=[QUESTION]))] == [None]


def test_wiki_pages_and_notices_are_not_what_people_said(dump):
    odd = ({"Id": n, "PostTypeId": n} for n in range(3, 9))
    assert len(read(dump(Posts=[*odd, QUESTION, {"Id": 99}]))) == 1


@pytest.mark.parametrize("tags", ["<a><b-c>", "|a|b-c|"])
def test_tags_are_read_in_both_forms(dump, tags):
    assert read(dump(Posts=[{**QUESTION, "Tags": tags}]))[0].tags == ("a", "b-c")


@pytest.mark.parametrize("odd", ["", "many", "1.5", "²", "--5", "٣", "9" * 30, "9" * 5000])
def test_a_number_that_is_none_is_not_known(dump, odd):
    folder = dump(
        Posts=[{**QUESTION, "Score": odd, "OwnerUserId": 4}], Users=[{"Id": 4, "Reputation": odd}]
    )
    (post,) = read(folder)
    assert (post.signals.score, post.author.reputation) == (None, None)


def test_a_row_is_let_go_before_the_next_is_read(dump):
    """So a dump may be larger than memory; a block of the file is read at once."""
    folder = dump(Posts=[{"Id": n, "PostTypeId": 1, "Body": "x" * 3000} for n in range(500)])
    held = [len(row.getparent()) for row in _rows(folder / "Posts.xml")]
    assert len(held) == 500
    assert max(held) < 25


# mistakes


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"Posts": [QUESTION, {"PostTypeId": 1}]}, r"Posts\.xml, row 2: lacks the attribute 'Id'"),
        ({"Posts": [QUESTION, {"Id": 8, "PostTypeId": 2}]}, r"Posts\.xml, row 2: .*'ParentId'"),
        ({"Posts": [QUESTION], "Users": [{"Id": 1}, {}]}, r"Users\.xml, row 2: .*'Id'"),
        ({"Posts": [QUESTION], "Comments": [{"Id": 1}]}, r"Comments\.xml, row 1: .*'PostId'"),
        ({"Posts": document(QUESTION)[:-12]}, r"Posts\.xml: .*line 3"),
        ({"Posts": ""}, r"Posts\.xml: "),
        ({"Posts": document(QUESTION) + "<row/>"}, r"Posts\.xml: .*line 4"),
        ({"Posts": "<all>\n<row Id='1' PostTypeId='1' Body='&nbsp;'/></all>"}, r"Posts\.xml: "),
        ({"Posts": f"<all><row Id='{'x' * 11_000_000}'/></all>"}, r"Posts\.xml: .*limit"),
        ({"Users": []}, r"Posts\.xml: "),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_mistake_is_named_with_file_and_place(dump, files, where):
    with pytest.raises(ImportFormatError, match=where):
        read(dump(**files))


def test_what_came_before_a_mistake_is_good(dump):
    found = posts(dump(Posts=[QUESTION, {"PostTypeId": 1}]), "qa", SITE)
    assert next(found).post_id == "qa:7"
    with pytest.raises(ImportFormatError):
        next(found)


# entities

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "a billion laughs in an attribute": (f'<!ENTITY l0 "ha">{LAUGHS}', 'Body="&l9;"/>'),
    "a billion laughs between rows": (f'<!ENTITY l0 "ha">{LAUGHS}', "Id='1'/>&l9;<row "),
    "a long word many times": (f'<!ENTITY l "{"ha" * 40000}">', f'Body="{"&l;" * 4000}"/>'),
    "an entity inside itself": ('<!ENTITY l "&l;">', 'Body="&l;"/>'),
    "a file in an attribute": ('<!ENTITY l SYSTEM "{secret}">', 'Body="&l;"/>'),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_of_entities_is_refused_before_it_grows(dump, tmp_path, bomb):
    entities, row = BOMBS[bomb]
    entities = entities.replace("{secret}", (tmp_path / "secret").as_uri())
    (tmp_path / "secret").write_text("secret words")
    text = f"<!DOCTYPE all [{entities}]><all><row Id='2' PostTypeId='1' {row}</all>"
    started = time.process_time()
    with pytest.raises(ImportFormatError, match=r"Posts\.xml: "):
        read(dump(Posts=text))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "doctype",
    [
        '[<!ENTITY l SYSTEM "{secret}">]',
        '[<!ENTITY % l SYSTEM "{secret}"> %l;]',
        'SYSTEM "{secret}"',
        'SYSTEM "http://192.0.2.1/all.dtd"',
    ],
)
def test_no_file_and_no_other_machine_is_read_for_a_dump(dump, tmp_path, doctype):
    (tmp_path / "secret").write_text('<!ATTLIST row Body CDATA "secret words">')
    doctype = doctype.replace("{secret}", (tmp_path / "secret").as_uri())
    inside = "&l;" if "ENTITY l " in doctype else ""
    rows = f"<row Id='7' PostTypeId='1'>{inside}</row>{inside}"
    (post,) = read(dump(Posts=f"<!DOCTYPE all {doctype}><all>{rows}</all>"))
    assert post.text == ""
