"""From a file to the archive: in batches that last, whatever comes after them."""

import json

import pytest

from contract import SourceSettings
from contract.errors import ImportFormatError
from crawler.imports import BATCH, keep, posts

MINE = SourceSettings(name="mine", platform="site", url="https://qa.example.com", staff=("4",))


def lines(count, bad=None):
    made = (
        {"id": f"site:{n}", "type": "post", "url": "https://qa.example.com/a", "body_text": f"{n}"}
        for n in range(1, count + 1)
    )
    text = [json.dumps(line) for line in made]
    if bad is not None:
        text[bad - 1] = "{"
    return "\n".join(text)


@pytest.fixture
def file(tmp_path):
    def written(text, name="posts.jsonl"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return written


def test_batches_before_a_bad_line_are_kept(archive, file):
    found, told = posts(file(lines(2 * BATCH + 300, bad=2 * BATCH + 7)), MINE), []
    with pytest.raises(ImportFormatError, match=f"line {2 * BATCH + 7}: "):
        keep(archive, found, told.append)
    assert archive.count() == 2 * BATCH
    assert archive.sequence() == 2
    assert told == [BATCH, BATCH]


def test_an_import_that_was_cut_short_is_made_whole_by_the_next(archive, file):
    with pytest.raises(ImportFormatError):
        keep(archive, posts(file(lines(BATCH + 9, bad=BATCH + 9)), MINE))
    told = []
    assert keep(archive, posts(file(lines(BATCH + 9)), MINE), told.append) == 9
    assert archive.count() == BATCH + 9
    assert told == [BATCH, 9]
    assert keep(archive, posts(file(lines(BATCH + 9)), MINE)) == 0


def test_nothing_is_kept_of_nothing(archive, file):
    assert keep(archive, posts(file(""), MINE)) == 0
    assert archive.sequence() == 0


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.json", "a.json.gz"])
def test_lines_of_json_are_known_by_their_name(file, name):
    (post,) = posts(file(lines(1), name), MINE)
    assert (post.post_id, post.platform) == ("mine:1", "import")


def test_a_dump_is_known_by_its_posts_and_the_owner_has_a_word_in_it(tmp_path):
    rows = "<posts><row Id='7' PostTypeId='1' OwnerUserId='4'/></posts>"
    (tmp_path / "Posts.xml").write_text(rows)
    (post,) = posts(tmp_path, MINE)
    assert (post.post_id, post.url) == ("mine:7", "https://qa.example.com/questions/7")
    assert post.author.roles == ("staff",)


def test_mail_is_known_by_its_name(file):
    begin = "From moira@example.com Mon Apr 20 09:30:00 2026"
    (post,) = posts(file(f"{begin}\nSubject: Pump\n\nHums.\n", "list.mbox"), MINE)
    assert (post.source, post.platform, post.title) == ("mine", "mailinglist", "Pump")
    assert post.url.startswith("https://qa.example.com/message/")


@pytest.mark.parametrize("name", ["posts.csv", "Posts.xml", "nowhere/posts.jsonl", "empty"])
def test_what_is_neither_is_refused_by_name(tmp_path, name):
    (tmp_path / "empty").mkdir()
    for there in ("posts.csv", "Posts.xml"):
        (tmp_path / there).touch()
    with pytest.raises(ImportFormatError, match=f"{name}: neither a file of JSON lines nor"):
        posts(tmp_path / name, MINE)
