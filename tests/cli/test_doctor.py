"""The doctor looks at everything, changes nothing, and says what to do."""

import shutil
from datetime import timedelta

import pytest

from tests.cli.conftest import SETTINGS, line


def finding(ran, what):
    (found,) = [one for one in ran.json if one["what"] == what]
    return found


def files(folder):
    """Every file and what is in it, but for those in which SQLite works."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_a_sound_installation_is_looked_at_line_by_line_and_left_alone(owner):
    before = files(owner.folder)
    ran = owner.run("doctor")
    assert (ran.status, ran.err) == (0, "")
    assert [one.split()[1] for one in ran.out.splitlines()] == [
        "settings", "disk", "archive", "source", "source", "index", "model"
    ]  # fmt: skip
    assert f"{owner.config}, 2 sources" in ran.out
    assert "6 posts, sequence 1" in ran.out
    assert "6 posts in 3 threads" in ran.out
    assert "generation 1 of 2026-05-04 12:00, 6 posts, 6 passages, engine tantivy" in ran.out
    assert files(owner.folder) == before


def test_a_monitor_gets_the_same_as_json(reader):
    ran = reader.run("doctor", "--json")
    assert ran.status == 0
    assert all(one.keys() == {"state", "what", "said", "hint"} for one in ran.json)
    assert finding(ran, "index")["state"] == "ok"


def test_what_is_only_unusual_is_a_warning_with_a_hint_and_no_trouble(reader):
    ran = reader.run("doctor", "--json")
    warned = {one["what"]: one["hint"] for one in ran.json if one["state"] == "warn"}
    assert warned == {
        "source help": "Run `askaround crawl help`.",
        "model": 'Set `[model] name = "default"`.',
    }


def test_before_anything_is_gathered_it_says_how_to_begin_and_makes_no_folder(desk):
    ran = desk.run("doctor", "--json")
    assert ran.status == 0
    assert [one["what"] for one in ran.json] == ["settings", "disk", "archive"]
    assert "askaround import" in finding(ran, "archive")["hint"]
    assert not desk.data.exists()


def test_a_disk_that_is_nearly_full_is_trouble(reader, monkeypatch):
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, 499 * 1024**2))
    ran = reader.run("doctor", "--json")
    assert ran.status == 2
    assert finding(ran, "disk")["state"] == "fail"
    assert "--data" in finding(ran, "disk")["hint"]


def test_an_archive_that_is_none_is_named(owner):
    for path in owner.data.glob("archive.db*"):
        path.unlink()  # all of them: SQLite would mend the one from the others
    (owner.data / "archive.db").write_text("This is no database, but a letter. " * 50)
    ran = owner.run("doctor", "--json")
    assert ran.status == 2
    found = finding(ran, "archive")
    assert found["state"] == "fail"
    assert str(owner.data / "archive.db") in found["said"]


def test_without_an_index_it_says_how_to_make_one(owner):
    shutil.rmtree(owner.data / "index")
    ran = owner.run("doctor", "--json")
    assert ran.status == 2
    assert "nothing has been indexed yet" in finding(ran, "index")["said"]
    assert "askaround index" in finding(ran, "index")["hint"]


def test_posts_that_wait_to_be_indexed_are_a_warning(owner):
    owner.run("import", "qa", owner.file([line(10, "Sharpen the scythe.")]))
    ran = owner.run("doctor", "--json")
    assert ran.status == 0
    assert finding(ran, "index")["said"].endswith("; newer posts wait")
    assert finding(ran, "index")["hint"] == "Run `askaround index`."


def test_a_model_that_cannot_be_had_is_trouble_and_search_still_an_offer(owner):
    owner.settle(SETTINGS.replace('"none"', f'"{owner.folder}"'))
    ran = owner.run("doctor", "--json")
    assert ran.status == 2
    assert finding(ran, "model")["state"] == "fail"
    assert str(owner.folder) in finding(ran, "model")["said"]
    assert finding(ran, "index")["state"] == "ok"


@pytest.mark.parametrize(("days", "state"), [(0, "ok"), (7, "ok"), (8, "warn")])
def test_a_source_that_was_not_crawled_for_long_is_stale(desk, web, at_noon, days, state):
    web["https://help.example/"] = "<html><body><main><p>Dock the mower.</p></main></body></html>"
    assert desk.run("crawl", "help").status == 0
    at_noon.at += timedelta(days=days)
    found = finding(desk.run("doctor", "--json"), "source help")
    assert found["state"] == state
    assert (f"last crawl {days} days ago" if days else "last crawl today") in found["said"]


def test_posts_not_looked_at_within_their_deadline_are_counted(desk, web, at_noon):
    desk.settle(SETTINGS + "verify_days = 2\n")
    web["https://help.example/"] = "<html><body><main><p>Dock the mower.</p></main></body></html>"
    desk.run("crawl", "help")
    at_noon.at += timedelta(days=2, seconds=1)
    found = finding(desk.run("doctor", "--json"), "source help")
    assert (found["state"], "1 posts not looked at" in found["said"]) == ("warn", True)
    assert "askaround crawl help --sweep" in found["hint"]


def test_whoever_gives_no_contact_is_told_so(owner):
    assert finding(owner.run("doctor", "--json"), "settings")["state"] == "ok"
    owner.settle(SETTINGS.replace("gardener@example.com", ""))
    assert "`contact`" in finding(owner.run("doctor", "--json"), "contact")["hint"]


def test_pages_that_failed_are_counted_and_the_last_is_named(desk, web):
    assert desk.run("crawl", "help").status == 2
    found = finding(desk.run("doctor", "--json"), "source help")
    assert found["state"] == "warn"
    assert "pages that failed: 1 UnreachableError" in found["said"]
    assert "https://help.example/ answered 404" in found["said"]
    assert "askaround crawl help" in found["hint"]
