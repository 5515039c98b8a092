"""Files of posts come into the archive: whole, once, and with every mistake named by its line."""

import gzip
import json

import pytest

from tests.cli.conftest import GARDEN, line

DUMP = {
    "Users.xml": '<users><row Id="7" DisplayName="Greta" Reputation="500" /></users>',
    "Posts.xml": """<posts>
      <row Id="1" PostTypeId="1" Title="Mower stops" Body="&lt;p&gt;With E17.&lt;/p&gt;" Score="4"
           OwnerUserId="7" AcceptedAnswerId="2" Tags="|mower|" CreationDate="2026-03-01T09:00:00" />
      <row Id="2" PostTypeId="2" ParentId="1" Body="&lt;p&gt;Dock it.&lt;/p&gt;" Score="9" />
      <row Id="3" PostTypeId="5" Body="A wiki page" />
    </posts>""",
    "Comments.xml": '<comments><row Id="5" PostId="2" Text="Works." Score="1" /></comments>',
}

MESSAGE = {
    "type": "m.room.message",
    "sender": "@nadia:garden.example",
    "content": {"msgtype": "m.text", "body": "The shed key is under the pot."},
    "origin_server_ts": 1777620000000,
    "event_id": "$1",
    "room_id": "!crew:garden.example",
}


def dump(folder, **changed):
    folder.mkdir()
    for name, text in {**DUMP, **changed}.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_lines_of_json_become_posts_of_the_source_that_was_named(desk):
    ran = desk.run("import", "qa", desk.file(GARDEN))
    assert ran == (0, "", "qa: 6 posts read, 6 new or changed\n")
    posts = desk.posts()
    assert posts.keys() == {f"qa:{number}" for number in range(1, 7)}
    answer = posts["qa:2"]
    assert (answer.thread_id, answer.accepted, answer.signals.score) == ("qa:1", True, 31)
    assert (answer.author.name, answer.url) == ("Greta Sundmark", "https://qa.example/2")


@pytest.mark.parametrize("name", ["posts.jsonl.gz", "posts.jsonl"])
def test_packed_lines_are_unpacked_whatever_the_file_is_called(desk, name):
    path = desk.folder / name
    path.write_bytes(gzip.compress(json.dumps(GARDEN[0]).encode()))
    assert desk.run("import", "qa", path).status == 0
    assert desk.posts()["qa:1"].title == "Mower stops with E17"


def test_what_the_owner_says_of_a_source_holds_for_what_is_imported(desk):
    desk.run("import", "qa", desk.file(GARDEN))
    roles = {post.author.name: post.author.roles for post in desk.posts().values() if post.author}
    assert roles == {"Greta Sundmark": (), "Rex Bannerfield": (), "Nadia": ("staff",)}


def test_a_source_that_no_settings_name_can_be_imported(desk):
    assert desk.run("import", "old-forum", desk.file(GARDEN)).status == 0
    assert "old-forum:1" in desk.posts()


@pytest.mark.parametrize("name", ["Old Forum", "old:forum", "", "-old", "..", "old/forum"])
def test_a_name_that_cannot_start_an_id_is_refused_before_anything_is_kept(desk, ask, name):
    options = ["--config", desk.config, "--data", desk.data]
    ran = ask("import", *options, "--", name, desk.file(GARDEN))
    assert ran.status == 2
    assert f'the name "{name}" may hold only lower-case letters' in ran.err
    assert not desk.data.exists()


def test_a_dump_of_a_stack_exchange_site_is_read_with_its_users_and_comments(desk):
    ran = desk.run("import", "qa", dump(desk.folder / "dump"))
    assert ran == (0, "", "qa: 3 posts read, 3 new or changed\n")
    posts = desk.posts()
    assert posts.keys() == {"qa:1", "qa:2", "qa:c5"}
    assert (posts["qa:1"].author.name, posts["qa:1"].tags) == ("Greta", ("mower",))
    assert (posts["qa:2"].accepted, posts["qa:2"].text) == (True, "Dock it.")
    assert posts["qa:c5"].thread_id == "qa:1"
    assert posts["qa:2"].url == "https://qa.example/a/2"


@pytest.mark.parametrize("what", ["lines", "dump"])
def test_to_import_twice_changes_nothing_and_says_so(desk, what):
    path = desk.file(GARDEN) if what == "lines" else dump(desk.folder / "dump")
    assert desk.run("import", "qa", path).status == 0
    before = desk.posts()
    again = desk.run("import", "qa", path)
    assert again.status == 1
    assert again.err.endswith(" posts read, 0 new or changed\n")
    assert desk.posts() == before


def test_an_edited_post_takes_the_place_of_its_earlier_self(desk):
    desk.run("import", "qa", desk.file(GARDEN))
    edited = [{**GARDEN[0], "body_text": "It stops with E17 since 5.2."}, *GARDEN[1:]]
    assert "6 posts read, 1 new or changed" in desk.run("import", "qa", desk.file(edited)).err
    assert desk.posts()["qa:1"].text == "It stops with E17 since 5.2."
    assert len(desk.posts()) == len(GARDEN)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{not json", "malformed"),
        ({"id": "x:9", "type": "question"}, "url"),
        (line(9, "Hello", type="poem"), 'unknown type "poem"'),
        (line(9, "Hello", url="somewhere"), '"somewhere" is no web address'),
        (line(9, "Hello", created="yesterday"), '"yesterday" is not a date'),
        (line(9, "Hello", score="many"), "score"),
    ],
    ids=["no JSON", "no address", "type", "address", "date", "score"],
)
def test_a_bad_line_is_named_by_file_and_number(desk, bad, said):
    path = desk.file([*GARDEN, bad])
    ran = desk.run("import", "qa", path)
    assert (ran.status, ran.out) == (2, "")
    told, hint = ran.err.splitlines()
    assert told.startswith(f"askaround: {path}, line 7: ")
    assert said in told
    assert hint == "hint: docs/interchange.md describes the forms that can be imported."


def test_what_was_good_before_a_bad_line_is_kept_up_to_its_batch(desk):
    good = [line(number, f"Post {number}") for number in range(1, 520)]
    path = desk.file([*good, "{not json", line(600, "After it")])
    ran = desk.run("import", "qa", path)
    assert "line 520: " in ran.err
    assert desk.posts().keys() == {f"qa:{number}" for number in range(1, 501)}


def test_a_line_that_was_mended_brings_the_rest(desk):
    desk.run("import", "qa", desk.file([*GARDEN, "{not json"]))
    assert desk.run("import", "qa", desk.file(GARDEN)).status == 0
    assert len(desk.posts()) == len(GARDEN)


def test_a_dump_that_breaks_off_is_named_by_its_file(desk):
    folder = dump(desk.folder / "dump", **{"Posts.xml": DUMP["Posts.xml"][:-40]})
    ran = desk.run("import", "qa", folder)
    assert ran.status == 2
    assert str(folder / "Posts.xml") in ran.err


def test_a_row_of_a_dump_that_lacks_something_is_named_by_its_number(desk):
    folder = dump(desk.folder / "dump", **{"Comments.xml": '<comments><row Id="5" /></comments>'})
    ran = desk.run("import", "qa", folder)
    assert ran.status == 2
    assert "Comments.xml, row 1: lacks the attribute 'PostId'" in ran.err


@pytest.mark.parametrize("name", ["nowhere.jsonl", "notes.txt", "empty-folder"])
def test_what_is_neither_lines_nor_a_dump_is_refused_with_the_forms_there_are(desk, name):
    (desk.folder / "notes.txt").write_text("Hello")
    (desk.folder / "empty-folder").mkdir()
    ran = desk.run("import", "qa", desk.folder / name)
    assert ran.status == 2
    said, hint = ran.err.splitlines()
    assert f"{name}: neither a file of JSON lines" in said
    assert "Posts.xml" in said
    assert "docs/interchange.md" in hint


def test_who_sees_a_private_room_of_a_chat_is_said_on_the_command_line(desk):
    room = {"room_name": "Crew", "messages": [MESSAGE]}
    path = desk.folder / "crew.json"
    path.write_text(json.dumps(room, indent=2), "utf-8")
    refused = desk.run("import", "chat", path)
    assert refused.status == 2
    assert 'does not tell who sees "Crew"' in refused.err
    assert desk.run("import", "chat", path, "--seen-by", "Crew=staff").status == 0
    assert desk.posts()["chat:$1"].groups == ("chat:staff",)


@pytest.mark.parametrize("said", ["Crew", "=staff", "Crew="])
def test_half_an_audience_is_refused(desk, said):
    ran = desk.run("import", "chat", desk.file(GARDEN), "--seen-by", said)
    assert (ran.status, "is not of the form ROOM=GROUP" in ran.err) == (2, True)
