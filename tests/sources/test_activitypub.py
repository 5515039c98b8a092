import json
from datetime import UTC, datetime

import pytest

from contract import Author, Post, Tombstone
from contract.errors import SourceError, UnexpectedShapeError
from crawler.fetch import Fetch, Held, Page, walk
from crawler.sources.activitypub import DEPTH, ActivityPub, Options
from crawler.times import EPOCH

SITE, OTHER = "https://blog.example.com", "https://other.example"
ANNA = f"{SITE}/users/anna"
BLOG = ActivityPub("blog", SITE, Options(actors=("@anna@blog.example.com",)))
OURS = ActivityPub("blog", SITE, Options(actors=(ANNA,), only_indexable=False))
AUTHOR = json.dumps({"author_id": f"blog:{ANNA}", "name": "Anna"})
OUTBOX = {"actor": ANNA, "author": AUTHOR, "group": ""}
PLACE = {"thread": f"{SITE}/p/1", "position": "1", "steps": "1"}
NOTE = {"type": "Note", "id": f"{SITE}/p/9", "attributedTo": ANNA, "to": "as:Public"}


@pytest.fixture
def read(page):
    """What a page says: posts, tombstones and wishes."""

    def opened(file, since=EPOCH, source=BLOG, url=None, **note):
        kind = file.partition("_")[0]
        opened = page(f"activitypub/{file}", kind, url or f"{SITE}/{file}", **note)
        found = list(source.read(opened, since))
        return tuple(
            [item for item in found if isinstance(item, wanted)]
            for wanted in (Post, Tombstone, Fetch)
        )

    return opened


def told(wishes):
    """Kind and path of each wish, the server's name where it is another's."""
    return [(wish.kind, wish.url.removeprefix(SITE).partition("#")[0]) for wish in wishes]


# where it begins


def test_the_crawl_begins_at_addresses_and_where_handles_lead():
    options = Options(actors=(ANNA, "@wim@other.example", "repair"))
    wishes = list(ActivityPub("blog", f"{SITE}/", options).start(EPOCH))
    finger = "/.well-known/webfinger?resource=acct%3A"
    assert told(wishes) == [
        ("actor", "/users/anna"),
        ("webfinger", f"{OTHER}{finger}wim%40other.example"),
        ("webfinger", f"{finger}repair%40blog.example.com"),
    ]
    assert all(wish.headers["Accept"].startswith("application/activity+json") for wish in wishes)


def test_a_handle_leads_to_the_actor_it_names(read):
    assert told(read("webfinger_of_a_handle.json")[2]) == [("actor", "/users/anna")]


def test_an_actor_leads_to_its_outbox_and_is_known_from_there(read):
    _, _, (wish,) = read("actor_person.json")
    assert told([wish]) == [("outbox", "/users/anna/outbox")]
    assert json.loads(wish.note["author"])["name"] == "Anna & the kettles"


def test_an_actor_who_did_not_opt_in_to_search_is_not_read(page):
    shy = page("activitypub/error_actor_not_to_be_found.json", "actor", f"{SITE}/users/shy")
    with pytest.raises(SourceError, match="did not opt in to search") as raised:
        list(BLOG.read(shy, EPOCH))
    assert "only_indexable" in raised.value.hint
    assert told(OURS.read(shy, EPOCH)) == [("outbox", "/users/shy/outbox")]


# outboxes


def test_an_outbox_begins_at_its_first_page_and_goes_on_by_its_links(read):
    first = read("outbox_whole.json", **OUTBOX)[2]
    assert told(first) == [("outbox", "/users/anna/outbox?page=true")]
    older = read("outbox_all_sorts.json", **OUTBOX)[2][-1]
    assert told([older]) == [("outbox", "/users/anna/outbox?max_id=1&page=true")]
    assert older.note == OUTBOX


def test_an_empty_page_is_the_end_though_it_has_a_next(read):
    assert read("outbox_empty_page.json", **OUTBOX) == ([], [], [])


def test_an_outbox_may_stand_on_one_page(read):
    posts, _, wishes = read("outbox_on_one_page.json", **OUTBOX)
    assert ([post.post_id for post in posts], wishes) == ([f"blog:{SITE}/p/3"], [])


def test_an_outbox_ends_where_it_reaches_back_too_far(read, since):
    posts, _, wishes = read("outbox_half_old.json", since, **OUTBOX)
    assert [post.text for post in posts] == ["Just inside."]
    assert wishes == []


def test_a_post_says_all_it_knows(read):
    post = read("outbox_all_sorts.json", **OUTBOX)[0][0]
    assert (post.post_id, post.thread_id) == (f"blog:{SITE}/p/1", f"blog:{SITE}/p/1")
    assert (post.parent_id, post.position, post.kind, post.accepted) == (None, 0, "article", None)
    assert post.title == "How to descale the Model <7> & 8"
    assert post.text == "# Descaling\n\nUse citric acid.\n\nA kettle without <scale>"
    assert post.html.endswith("<p>A kettle without &lt;scale&gt;</p>")
    assert (post.url, post.global_id) == (f"{SITE}/@x/1", f"{SITE}/p/1")
    assert (post.language, post.tags) == ("en", ("kettle",))
    assert (post.signals.likes, post.signals.shares, post.signals.replies) == (39, 24, None)
    assert post.created_at == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert post.author == Author(author_id=f"blog:{ANNA}", name="Anna")


def test_an_edit_stands_above_what_it_edits(read):
    posts, _, _ = read("outbox_all_sorts.json", **OUTBOX)
    assert "vinegar" not in repr(posts)


def test_a_poll_is_no_question_and_says_its_choices(read):
    poll = read("outbox_all_sorts.json", **OUTBOX)[0][1]
    assert (poll.kind, poll.text) == ("post", "Which filter?\n\n- Paper\n- Metal")


def test_a_content_warning_is_the_title_of_a_note(read):
    warned = read("outbox_all_sorts.json", **OUTBOX)[0][2]
    assert (warned.title, warned.text) == ("Mould, <sorry>", "It was not clean.")
    assert (warned.language, warned.tags) == (None, ("mould",))


def test_the_summary_of_an_article_is_no_warning(read):
    posts, _, _ = read("outbox_with_summaries.json", **OUTBOX)
    assert [post.title for post in posts] == ["", "Coffee"]


def test_a_date_of_edit_that_is_the_date_of_writing_is_none(read):
    assert read("outbox_all_sorts.json", **OUTBOX)[0][2].updated_at is None


def test_what_was_deleted_becomes_a_tombstone(read):
    _, (stone,), _ = read("outbox_all_sorts.json", **OUTBOX)
    assert (stone.post_id, stone.state) == (f"blog:{SITE}/p/8", "deleted")


def test_a_boost_a_like_and_a_new_profile_are_no_posts(read):
    assert f"{OTHER}/p/3" not in repr(read("outbox_all_sorts.json", **OUTBOX))


def test_nobody_speaks_for_another_server_so_that_is_asked(read):
    posts, _, wishes = read("outbox_all_sorts.json", **OUTBOX)
    assert "secret" not in repr((posts, wishes))
    assert ("post", f"{OTHER}/p/5") in told(wishes)
    assert read("post_of_another_server.json") == ([], [], [])
    assert read("post_in_the_name_of_another.json") == ([], [], [])


def test_an_outbox_may_only_name_its_posts(read):
    assert ("post", "/p/6") in told(read("outbox_all_sorts.json", **OUTBOX)[2])


def test_only_what_is_addressed_to_everybody_is_kept(read):
    posts, stones, wishes = read("outbox_to_whom.json", **OUTBOX)
    assert [post.text for post in posts] == [
        "open, as a list",
        "open, as a word",
        "open, in short",
        "open, in another short",
        "open, as its activity says",
    ]
    assert [stone.post_id for stone in stones] == [f"blog:{SITE}/p/{n}" for n in range(15, 19)]
    assert {stone.state for stone in stones} == {"hidden"}
    assert "secret" not in repr((stones, wishes))


def test_what_a_group_passes_on_was_said_in_it_by_somebody_who_is_asked(read):
    _, _, (wish,) = read("actor_group.json")
    assert wish.note["group"] == "yes"
    posts, _, wishes = read("outbox_of_a_group.json", **wish.note)
    assert posts == []
    assert told(wishes) == [
        ("author", "/users/salka"),
        ("post", f"{OTHER}/p/42"),
        ("author", "/users/repair"),
    ]
    salka = json.dumps({"type": "Person", "id": f"{SITE}/users/salka", "indexable": True})
    page = Page(kind="author", url=wishes[0].url, body=salka.encode(), note=wishes[0].note)
    (post,) = BLOG.read(page, EPOCH)
    assert (post.title, post.text) == ("Grinder 3 does not start", "Nothing moves.")
    assert (post.language, post.author.author_id) == ("nl", f"blog:{SITE}/users/salka")


def test_what_a_person_passes_on_is_a_boost(read):
    assert told(read("outbox_of_a_group.json", **OUTBOX)[2]) == [("author", "/users/repair")]


def test_what_is_not_for_everybody_is_not_even_carried_to_its_author(read):
    posts, (stone,), wishes = read("post_not_for_everybody.json")
    assert (posts, wishes) == ([], [])
    assert (stone.post_id, stone.state) == (f"blog:{SITE}/p/76", "hidden")


# threads


def test_what_somebody_answers_leads_up_and_what_they_say_first_leads_down(read):
    posts, _, wishes = read("outbox_all_sorts.json", **OUTBOX)
    reply = posts[3]
    assert (reply.thread_id, reply.parent_id) == (f"blog:{OTHER}/p/20", f"blog:{OTHER}/p/20")
    assert (reply.position, reply.title) == (1, "")
    assert told(wishes)[:3] == [
        ("replies", "/p/1/replies"),
        ("replies", "/p/2/replies"),
        ("parent", f"{OTHER}/p/20"),
    ]
    assert all(wish.optional for wish in wishes if wish.kind != "outbox")


def test_threads_are_not_read_where_the_settings_say_so(read):
    alone = ActivityPub("blog", SITE, Options(actors=(ANNA,), replies=False))
    _, _, wishes = read("outbox_all_sorts.json", source=alone, **OUTBOX)
    assert [kind for kind, _ in told(wishes)] == ["post", "post", "outbox"]


def test_the_way_up_leads_to_the_first_post_and_down_again(read):
    _, _, up = read("parent_that_answers_too.json", steps="1")
    assert (told(up), up[0].note) == ([("parent", "/p/70")], {"steps": "2"})
    _, _, (author, below) = read("parent_that_opened_the_thread.json", steps="2")
    assert told([author, below]) == [("author", "/users/moira"), ("replies", "/p/70/replies")]
    assert (author.note["thread"], author.note["position"]) == (f"{SITE}/p/70", "0")
    assert below.note == {"thread": f"{SITE}/p/70", "position": "1", "steps": "1"}
    assert read("parent_that_has_gone.json", steps="2") == ([], [], [])


def test_a_server_that_invents_posts_without_end_is_left_at_last(read):
    assert read("parent_that_answers_too.json", steps=str(DEPTH)) == ([], [], [])
    _, _, wishes = read("reply_below_a_post.json", **{**PLACE, "steps": str(DEPTH)})
    assert told(wishes) == [("author", "/users/moira")]


def test_replies_are_listed_in_turn_those_of_others_by_address(read):
    _, _, wishes = read("replies_whole.json", **PLACE)
    assert told(wishes) == [
        ("author", "/users/anna"),
        ("replies", "/p/51/replies"),
        ("replies", "/p/1/replies?only_other_accounts=true&page=true"),
    ]
    _, _, wishes = read("replies_of_others.json", **wishes[2].note)
    assert told(wishes) == [
        ("reply", f"{OTHER}/p/61"),
        ("reply", f"{OTHER}/p/62"),
        ("reply", f"{OTHER}/p/63"),
        ("replies", "/p/1/replies?max_id=63&page=true"),
    ]
    assert [wish.note["position"] for wish in wishes] == ["2", "3", "4", "5"]
    assert "secret" not in repr(wishes)
    assert read("replies_empty_page.json", **PLACE) == ([], [], [])


def test_a_reply_is_kept_in_the_thread_it_was_found_in(read):
    _, _, (author, below) = read("reply_below_a_post.json", **PLACE)
    assert below.note == {"thread": f"{SITE}/p/1", "position": "2", "steps": "2"}
    moira = {"type": "Person", "id": f"{SITE}/users/moira", "name": "Moira", "indexable": True}
    body = json.dumps(moira).encode()
    (post,) = BLOG.read(Page(kind="author", url=author.url, body=body, note=author.note), EPOCH)
    assert (post.thread_id, post.parent_id) == (f"blog:{SITE}/p/1", f"blog:{SITE}/p/51")
    assert (post.author.name, post.author.roles) == ("Moira", ("moderator",))


def test_two_posts_of_one_author_are_two_wishes(read):
    (first, *_) = read("post_note.json")[2]
    (second, *_) = read("reply_below_a_post.json", **PLACE)[2]
    assert first.url.partition("#")[0] == second.url.partition("#")[0] == f"{SITE}/users/moira"
    assert first.url != second.url


def test_a_thread_is_read_from_a_handle_to_its_last_reply(page):
    def body(file):
        return page(f"activitypub/{file}", "x", SITE).body

    moira = {"type": "Person", "id": f"{SITE}/users/moira", "indexable": True}
    outbox = {
        "type": "OrderedCollection",
        "orderedItems": json.loads(body("reply_below_a_post.json")),
    }
    outbox["orderedItems"]["attributedTo"] = ANNA
    pages = {
        f"{SITE}/.well-known/webfinger?resource=acct%3Aanna%40blog.example.com": body(
            "webfinger_of_a_handle.json"
        ),
        ANNA: body("actor_person.json"),
        f"{ANNA}/outbox": json.dumps(outbox).encode(),
    }
    pages = Answering(pages, json.dumps(moira).encode(), body("parent_that_opened_the_thread.json"))
    posts = list(walk(BLOG, EPOCH, pages))
    assert [(p.post_id, p.thread_id) for p in posts] == [
        (f"blog:{SITE}/p/52", f"blog:{SITE}/p/51"),
        (f"blog:{SITE}/p/70", f"blog:{SITE}/p/70"),
    ]


class Answering(dict):
    """Pages by address; authors for any post of theirs, and one post above."""

    def __init__(self, pages, author, above):
        super().__init__(pages)
        self._author, self._above = author, above

    def __missing__(self, url):
        if url.endswith("/replies"):
            return b'{"type": "Collection", "items": []}'
        return self._author if "/users/moira#" in url else self._above


# one post, and whose it is


def test_a_post_by_its_own_address_needs_its_authors_word(read):
    _, _, wishes = read("post_note.json")
    assert told(wishes) == [("author", "/users/moira"), ("replies", "/p/70/replies")]
    activity = read("post_reply_in_its_activity.json")[2]
    assert told(activity) == [("author", "/users/moira"), ("parent", "/p/4")]


def test_a_forum_that_addresses_nobody_but_names_a_group_is_public(read):
    _, _, (wish,) = read("post_of_a_forum.json")
    assert json.loads(wish.note["post"])["name"] == "Our next meeting"


@pytest.mark.parametrize(
    ("file", "source", "kept"),
    [
        ("author_willing.json", BLOG, True),
        ("author_not_asked.json", BLOG, False),
        ("author_not_asked.json", OURS, True),
        ("author_suspended.json", OURS, False),
    ],
)
def test_only_the_willing_are_kept(read, file, source, kept):
    note = {**PLACE, "post": json.dumps({**NOTE, "content": "secret or not"})}
    posts, stones, _ = read(file, source=source, url=ANNA, **note)
    assert [post.text for post in posts] == (["secret or not"] if kept else [])
    assert [stone.state for stone in stones] == ([] if kept else ["hidden"])
    assert "secret" not in repr(stones)


def test_a_service_is_a_bot_and_shown_where_people_read_it(read):
    _, _, (wish,) = read("actor_service_without_a_name.json")
    author = json.loads(wish.note["author"])
    assert (author["name"], author["roles"]) == ("leaks", ["bot"])
    assert author["url"] == f"{SITE}/leaks"


# does it still stand?


def test_each_post_is_asked_for_again_and_then_its_author(page):
    post_id, thread = f"blog:{SITE}/p/70", f"blog:{OTHER}/p/1"
    (wish,) = BLOG.verify([Held(post_id=post_id, thread_id=thread, url=f"{SITE}/x", position=4)])
    assert (told([wish]), wish.optional, wish.held) == ([("post", "/p/70")], True, (post_id,))
    body = page("activitypub/post_note.json", "post", SITE).body
    again = Page(kind="post", url=wish.url, body=body, note=wish.note, held=wish.held)
    (author,) = BLOG.read(again, EPOCH)
    assert (told([author]), author.held) == ([("author", "/users/moira")], (post_id,))
    assert (author.note["thread"], author.note["position"]) == (f"{OTHER}/p/1", "4")


def test_a_tombstone_says_that_a_post_has_gone(read):
    _, (stone,), wishes = read("post_tombstone.json")
    assert wishes == []
    assert (stone.post_id, stone.state) == (f"blog:{SITE}/p/74", "deleted")


# what goes wrong


@pytest.mark.parametrize(
    ("file", "kind", "what"),
    [
        ("error_not_signed.json", "post", "`type`"),
        ("error_not_signed.json", "outbox", "`type`"),
        ("error_not_signed.json", "webfinger", "`links`"),
        ("error_actor_without_an_outbox.json", "actor", "a Person without an `outbox`"),
        ("error_actor_of_another_server.json", "actor", "no actor of its own"),
        ("post_note.json", "actor", "a Note .* no actor"),
        ("actor_person.json", "outbox", "a Person, and no collection"),
        ("author_willing.json", "author", "users/anna did not write .*p/9"),
    ],
)
def test_a_page_of_another_shape_is_named(page, file, kind, what):
    note = {**PLACE, **OUTBOX, "post": json.dumps({**NOTE, "attributedTo": f"{SITE}/users/wim"})}
    with pytest.raises(UnexpectedShapeError, match=f"{SITE}/x: .*{what}"):
        list(BLOG.read(page(f"activitypub/{file}", kind, f"{SITE}/x", **note), EPOCH))


def test_what_is_public_needs_no_credentials():
    source = ActivityPub("blog", SITE, Options(actors=(ANNA,)), "s3cret")
    (wish,) = source.start(EPOCH)
    assert source.sign(wish) == wish == Fetch(kind="actor", url=ANNA, headers=wish.headers)
