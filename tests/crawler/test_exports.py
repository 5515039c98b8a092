"""Exports of chats: which messages make a thread, and that nobody sees what was said in private."""

import gzip
import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract import SourceSettings
from contract.errors import ImportFormatError
from crawler.imports import keep, posts

HERE = Path(__file__).parent / "exports"
CHAT = SourceSettings(name="chat", platform="import", url="https://kettlebrook.slack.com/")
PUMP = "chat:C01GENERAL-1777620000.000200"
PUBLIC = {"*": "public"}


@pytest.fixture
def read():
    """The posts of an export, by id."""

    def told(path, source=CHAT, **seen_by):
        return {post.post_id: post for post in posts(HERE / path, source, seen_by)}

    return told


@pytest.fixture
def copied(tmp_path):
    """A copy of an export that may be changed: `copied("slack")`."""

    def made(name):
        return Path(shutil.copytree(HERE / name, tmp_path / name))

    return made


def zipped(folder, below=""):
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as packed:
        for file in sorted(folder.rglob("*.json")):
            packed.write(file, f"{below}{file.relative_to(folder)}")
    return path


def changed(file, **fields):
    """Write other values over those of the first message in a file."""
    told = json.loads(file.read_text())
    told[0].update(fields)
    file.write_text(json.dumps(told))


def by_text(found):
    return {post.text: post for post in found.values()}


# Slack


def test_a_thread_is_one_in_slack_and_a_message_outside_of_one_stands_alone(read):
    found = read("slack")
    thread = [post for post in found.values() if post.thread_id == PUMP]
    assert [(post.parent_id, post.position) for post in thread] == [(None, 0), (PUMP, 1), (PUMP, 2)]
    lunch = by_text(found)["Lunch?"]
    assert (lunch.thread_id, lunch.parent_id, lunch.position) == (lunch.post_id, None, 0)
    assert {post.kind for post in found.values()} == {"message"}


def test_a_reply_shown_to_the_whole_channel_is_still_a_reply(read):
    post = by_text(read("slack"))["That did it!"]
    assert (post.thread_id, post.position) == (PUMP, 2)


def test_where_the_first_message_was_deleted_the_first_reply_opens_the_thread(read):
    found = by_text(read("slack"))
    first, second = found["Sieve number two fits."], found["Thanks."]
    assert (first.parent_id, second.parent_id) == (None, first.post_id)
    assert second.thread_id == first.post_id


def test_a_message_says_all_it_knows(read):
    post = read("slack")[PUMP]
    assert post.text == "My pump hums & no water comes, @Moira. See the page and #help."
    assert 'href="https://help.kettlebrook.example/pump?a=1&amp;b=2"' in post.html
    assert post.url == "https://kettlebrook.slack.com/archives/C01GENERAL/p1777620000000200"
    assert post.created_at == datetime(2026, 5, 1, 7, 20, 0, 200, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 5, 1, 7, 21, tzinfo=UTC)
    assert (post.container, post.platform, post.visibility) == ("general", "slack", "public")
    assert (post.signals.likes, post.signals.down, post.signals.replies) == (3, 1, 3)
    assert post.accepted is None


def test_a_reply_links_into_its_thread(read):
    post = next(post for post in read("slack").values() if post.text.startswith("Hold"))
    assert post.url.endswith("/p1777620300000300?thread_ts=1777620000.000200&cid=C01GENERAL")
    assert (
        post.text == "Hold both keys, then run\n\n```\nprime --twice\nif a < b\n```\n\nand `wait`."
    )


@pytest.mark.parametrize(
    ("said", "author"),
    [
        ("Lunch?", ("chat:U02WIM", "Wim Dekker", ())),
        ("Sieve number two fits.", ("chat:U01MOIRA", "Moira", ("staff",))),
        ("Firmware 7 is out.", ("chat:B01NEWS", "Newsbot", ("bot",))),
        ("Good morning.", ("chat:U03DRIP", "Dripbot", ("bot",))),
    ],
)
def test_authors_have_their_names_and_what_they_are(read, said, author):
    told = by_text(read("slack"))[said].author
    assert (told.author_id, told.name, told.roles) == author


def test_a_guest_of_another_workspace_has_a_name_and_the_unknown_are_somebody(read):
    (post,) = (post for post in read("slack").values() if post.author.name == "Ines")
    assert "@here ask @somebody" in post.text


def test_no_address_of_a_member_and_no_notice_of_slack_is_kept(read):
    told = repr(read("slack"))
    assert "@mail.example" not in told
    assert "has joined" not in told
    assert "was deleted" not in told


# who sees what


def test_private_channels_and_direct_messages_are_never_read_unasked(read):
    told = repr(read("slack"))
    assert "secret" not in told
    assert "backroom" not in told


def test_a_folder_that_no_list_names_is_not_read_whatever_is_asked(read):
    with pytest.raises(ImportFormatError, match='no room "stray"'):
        read("slack", stray="crew")


@pytest.mark.parametrize("room", ["backroom", "G01BACK", "D01DIRECT", "mpdm-moira--wim-1"])
def test_a_private_room_shows_to_the_group_that_is_named_for_it_and_to_nobody_else(read, room):
    secrets = [p for p in read("slack", **{room: "crew"}).values() if "secret" in p.text]
    assert [(post.visibility, post.groups) for post in secrets] == [("members", ("chat:crew",))]


def test_what_is_said_of_all_rooms_is_not_said_of_private_ones(read):
    assert "secret" not in repr(read("slack", **{"*": "crew"}))


def test_a_private_room_cannot_be_made_public(read):
    with pytest.raises(ImportFormatError, match='"backroom" is private'):
        read("slack", backroom="public")


def test_a_private_room_of_a_source_for_members_is_not_opened_to_all_of_them(read):
    source = SourceSettings(name="chat", platform="import", url="https://x", members_only=True)
    found = read("slack", source, backroom="crew")
    assert {post.groups for post in found.values()} == {("chat:members",), ("chat:crew",)}
    assert by_text(found)["A private secret."].groups == ("chat:crew",)


def test_a_channel_that_says_it_is_private_is(copied, read):
    folder = copied("slack")
    changed(folder / "channels.json", is_private=True)
    assert {post.container for post in read(folder).values()} == {"help"}


def test_a_channel_in_the_folder_of_a_private_one_is_private(copied, read):
    folder = copied("slack")
    changed(folder / "groups.json", name="general")
    assert {post.container for post in read(folder).values()} == {"help"}


@pytest.mark.parametrize("name", ["discord", "matrix_events"])
def test_a_room_of_which_nobody_tells_who_sees_it_is_refused(read, name):
    with pytest.raises(ImportFormatError, match="does not tell who sees") as refused:
        read(name)
    assert "--seen-by ROOM=GROUP" in refused.value.hint


def test_a_group_named_for_a_room_counts_before_what_is_said_of_all(read):
    found = by_text(read("discord", **PUBLIC, help="users"))
    assert found["Change the gasket."].groups == ("chat:users",)
    assert found["Reset the boiler."].groups == ()


@pytest.mark.parametrize(
    ("event", "content"),
    [
        ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
        ("m.room.history_visibility", {"history_visibility": "joined"}),
    ],
)
def test_an_encrypted_or_closed_matrix_room_is_private(copied, read, event, content):
    folder = copied("matrix")
    told = json.loads((folder / "export.json").read_text())
    last = {**told["messages"][0], "event_id": "$last", "type": event, "content": content}
    told["messages"].append({**last, "origin_server_ts": 1777630000000})
    (folder / "export.json").write_text(json.dumps(told))
    assert read(folder) == {}
    assert {post.groups for post in read(folder, **{"Kettlebrook users": "crew"}).values()} == {
        ("chat:crew",)
    }


def test_a_matrix_room_that_was_not_always_open_does_not_pass_for_public(copied, read):
    folder = copied("matrix")
    told = json.loads((folder / "export.json").read_text())
    told["messages"][0]["unsigned"] = {"prev_content": {"history_visibility": "shared"}}
    (folder / "export.json").write_text(json.dumps(told))
    with pytest.raises(ImportFormatError, match="does not tell who sees"):
        read(folder)


# Discord


def test_a_message_of_a_channel_belongs_with_the_one_it_replies_to(read):
    found = by_text(read("discord", **PUBLIC))
    answer, again = found["Change the gasket."], found["Which one?"]
    opening = next(post for said, post in found.items() if said.startswith("Why does"))
    assert (answer.thread_id, answer.parent_id) == (opening.post_id, opening.post_id)
    assert (again.thread_id, again.parent_id, again.position) == (
        opening.post_id,
        answer.post_id,
        2,
    )
    orphan = found["I did, long ago."]
    assert (orphan.thread_id, orphan.parent_id) == (orphan.post_id, None)


def test_a_post_of_a_forum_is_a_thread_with_a_title(read):
    found = read("discord", **PUBLIC)
    opening, reply = found["chat:700100000000000300"], found["chat:700100000000000301"]
    assert (opening.title, opening.container) == ("Steam is weak <since firmware 7>", "questions")
    assert (reply.title, reply.parent_id) == ("", opening.post_id)
    assert opening.text.endswith("```\npressure < 1 bar\n```")


def test_a_thread_hangs_below_the_message_it_was_started_from(read):
    found = read("discord", **PUBLIC)
    opening = found["chat:700100000000000104"]
    thread = [post for post in found.values() if post.thread_id == opening.post_id]
    assert [post.text for post in thread] == [opening.text, "Mine, for 40.", "Sold!"]
    assert (opening.title, opening.container) == ("Used grinders", "help")


def test_a_private_thread_does_not_lend_its_name_to_a_public_message(copied, read):
    folder = copied("discord")
    file = folder / "kettlebrook-used-grinders.json"
    file.write_text(file.read_text().replace("GuildPublicThread", "GuildPrivateThread"))
    assert read(folder, **PUBLIC)["chat:700100000000000104"].title == ""
    told = read(folder, **PUBLIC, **{"Used grinders": "crew"})
    assert told["chat:700100000000000104"].title == ""
    assert told["chat:700100000000000202"].groups == ("chat:crew",)


def test_discord_markdown_is_read_and_what_looks_like_a_tag_is_not_one(read):
    post = read("discord", **PUBLIC)["chat:700100000000000101"]
    assert post.text == "Why does List<String> drip?\nSecond line, @Moira Quill :drip:"
    assert "<strong>List&lt;String&gt;</strong>" in post.html
    assert (post.signals.likes, post.signals.down) == (3, 1)
    assert post.created_at == datetime(2026, 5, 1, 8, 0, 0, 123000, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 5, 1, 8, 5, tzinfo=UTC)


def test_notices_direct_messages_and_the_words_of_others_are_not_kept(read):
    found = read("discord", **PUBLIC)
    told = repr(found)
    for left_out in ("Joined", "Started a thread", "secret", "Not what Wim said"):
        assert left_out not in told
    assert {post.author.roles for post in found.values()} == {(), ("bot",)}  # a role's name is none


# Matrix


def test_matrix_threads_and_replies_make_one_thread(read):
    found = read("matrix")
    thread = [post for post in found.values() if post.thread_id == "chat:$question"]
    assert [(post.post_id, post.parent_id) for post in thread] == [
        ("chat:$question", None),
        ("chat:$answer", "chat:$question"),
        ("chat:$thanks", "chat:$question"),
    ]


def test_the_last_version_counts_and_only_its_author_can_write_one(read):
    found = read("matrix")
    assert found["chat:$answer"].text == "Hold both keys."
    assert found["chat:$answer"].updated_at == datetime(2026, 5, 1, 7, 22, tzinfo=UTC)
    assert found["chat:$bundled"].text == "Bought it today"
    assert "Hit it" not in repr(found)


def test_what_was_redacted_is_not_kept_nor_files_nor_what_says_nothing(read):
    found = read("matrix")
    assert "secret" not in repr(found)
    assert set(found) == {
        f"chat:${n}" for n in ("question", "answer", "thanks", "bundled", "notice")
    }


def test_what_a_reply_repeats_is_cut_and_what_somebody_quotes_is_not(copied, read):
    assert read("matrix")["chat:$thanks"].text == "> not a reply\nThat worked."
    folder = copied("matrix")
    told = (folder / "export.json").read_text()
    (folder / "export.json").write_text(told.replace('"m.replace"', '"m.other"'))
    assert read(folder)["chat:$answer"].text == "Hold one key."


def test_people_of_a_matrix_room(read):
    found = read("matrix")
    moira, drip = found["chat:$answer"].author, found["chat:$notice"].author
    assert (moira.name, moira.roles) == ("Moira Quill", ("moderator",))
    assert (drip.name, drip.roles) == ("drip", ("bot",))
    assert moira.url == "https://matrix.to/#/@moira:kettlebrook.example"


def test_events_of_a_server_are_read_oldest_first_with_their_reactions(read):
    (post,) = read("matrix_events", **PUBLIC).values()
    assert (post.signals.likes, post.signals.down) == (1, 1)
    assert read("matrix")["chat:$question"].signals.likes is None  # Element leaves them out


# packings and errors


@pytest.mark.parametrize("name", ["slack", "discord", "matrix"])
@pytest.mark.parametrize("below", ["", "export of May/"])
def test_a_zip_says_what_its_folder_says(copied, read, name, below):
    told = PUBLIC if name == "discord" else {}
    assert read(zipped(copied(name), below), **told) == read(name, **told)


def test_one_file_is_enough_packed_or_not_on_one_line_or_many(copied, read):
    file = copied("discord") / "kettlebrook-help.json"
    found = read(file, **PUBLIC)
    assert len(found) == 5
    file.write_text(json.dumps(json.loads(file.read_text())))
    assert read(file, **PUBLIC) == found
    packed = file.with_suffix(".json.gz")
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + file.read_bytes()))
    assert read(packed, **PUBLIC) == found


def test_files_that_people_sent_are_no_rooms(copied, read):
    folder = copied("discord")
    (folder / "kettlebrook-help.json_Files").mkdir()
    (folder / "kettlebrook-help.json_Files" / "settings.json").write_text("[1]")
    assert read(folder, **PUBLIC) == read("discord", **PUBLIC)
    folder = copied("matrix")
    (folder / "settings.json").write_text("[1]")
    assert read(folder) == read("matrix")


def test_a_day_that_cannot_be_read_is_named_with_the_place_in_it(copied, read):
    folder = copied("slack")
    changed(folder / "help" / "2026-05-01.json", ts=1777620000)
    with pytest.raises(ImportFormatError, match=r"slack/help/2026-05-01\.json: .*`\$\[0\]\.ts`"):
        read(folder)


@pytest.mark.parametrize("body", ["{", "[1]", '{"guild": 1, "messages": []}', ""])
def test_a_file_among_those_of_a_platform_that_is_none_is_named(copied, read, body):
    folder = copied("discord")
    (folder / "zz.json").write_text(body)
    with pytest.raises(ImportFormatError, match=r"discord/zz\.json"):
        read(folder, **PUBLIC)


def test_a_broken_zip_is_named(tmp_path, read):
    path = tmp_path / "export.zip"
    path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ImportFormatError, match=r"export\.zip: "):
        read(path)


def test_an_export_comes_into_the_archive_once(archive):
    assert keep(archive, posts(HERE / "slack", CHAT)) == 10
    assert keep(archive, posts(HERE / "slack", CHAT)) == 0
