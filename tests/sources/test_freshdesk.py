import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from contract import Post, Signals, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.fetch import Fetch, Held, Page
from crawler.formats.freshdesk import Listed, Walk
from crawler.sources.freshdesk import Freshdesk, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

SITE = "https://kettlebrook.example.com"
API = f"{SITE}/api/v2"
DESK = Freshdesk("desk", SITE, Options(forums=True))
AGENTS = {"11": "Moira Quill", "12": "Wim"}
EACH = "per_page=100"


@pytest.fixture
def read(page):
    """What a page says: posts by id, tombstones and wishes."""

    def opened(file, kind, note, source=DESK, *, held=(), since=EPOCH, link=""):
        headers = {"link": f'<{API}/{link}>; rel="next"'} if link else {}
        recorded = page(f"freshdesk/{file}", kind, f"{API}/{kind}", headers, **note)
        found = list(source.read(replace(recorded, held=held), since))
        posts = {item.post_id: item for item in found if isinstance(item, Post)}
        stones = [item for item in found if isinstance(item, Tombstone)]
        return posts, stones, [item for item in found if isinstance(item, Fetch)]

    return opened


def walk_of(wish):
    return json.loads(wish.note["walk"])


def place(wish):
    return wish.url.removeprefix(f"{API}/").removesuffix(f"?{EACH}")


def articles(**more):
    given = {"groups": [], "container": "Machines / Care", **more}
    return Listed(kind="articles", path=f"/api/v2/solutions/folders/31/articles?{EACH}", **given)


def topics(**more):
    given = {"groups": [], "container": "Users / How to", "asks": True, **more}
    return Listed(kind="topics", path=f"/api/v2/discussions/forums/61/topics?{EACH}", **given)


def comments_of(read, **more):
    note = Walk(lists=[topics(**more)], agents=AGENTS).note()
    return read("topics_of_all_sorts.json", "topics", note)[2][0]


# where it begins


@pytest.mark.parametrize(
    ("options", "first", "todo"),
    [
        (Options(), "agents", ["agents", "solutions/categories"]),
        (Options(agents=False), "solutions/categories", ["solutions/categories"]),
        (
            Options(forums=True),
            "agents",
            ["agents", "solutions/categories", "discussions/categories"],
        ),
    ],
)
def test_the_crawl_begins_with_who_works_here_and_then_the_rooms(options, first, todo):
    (wish,) = Freshdesk("desk", f"{SITE}/", options).start(EPOCH)
    assert place(wish) == first
    assert [path for path, _ in walk_of(wish)["todo"]] == [f"/api/v2/{one}?{EACH}" for one in todo]


def test_agents_are_read_to_their_last_page_and_keep_no_more_than_a_name(read):
    (wish,) = DESK.start(EPOCH)
    _, _, (onward,) = read(
        "agents_first_of_two.json", "agents", wish.note, link=f"agents?page=2&{EACH}"
    )
    assert (onward.kind, onward.url) == ("agents", f"{API}/agents?page=2&{EACH}")
    _, _, (rooms,) = read("agents_last.json", "agents", onward.note)
    assert (rooms.kind, place(rooms)) == ("rooms", "solutions/categories")
    assert walk_of(rooms)["agents"] == AGENTS


# rooms


def test_every_category_is_asked_for_its_folders_and_then_the_forums_for_theirs(read):
    walk = Walk(todo=[(f"/api/v2/solutions/categories?{EACH}", ""), ("/later", "")])
    _, _, (wish,) = read("rooms_categories.json", "rooms", walk.note())
    assert place(wish) == "solutions/categories/3/folders"
    assert walk_of(wish)["todo"] == [
        [f"/api/v2/solutions/categories/3/folders?{EACH}", "Machines & mills"],
        [f"/api/v2/solutions/categories/4/folders?{EACH}", "Shop"],
        ["/later", ""],
    ]


def test_rooms_go_on_by_the_link_the_server_gives(read):
    walk = Walk(todo=[(f"/api/v2/solutions/categories?{EACH}", "")])
    link = f"solutions/categories?page=2&{EACH}"
    _, _, (wish,) = read("rooms_categories.json", "rooms", walk.note(), link=link)
    assert wish.url == f"{API}/{link}"
    assert len(walk_of(wish)["todo"]) == 3


FOLDERS = Walk(todo=[(f"/api/v2/solutions/categories/3/folders?{EACH}", "Machines")])


def test_a_folder_says_whom_its_articles_are_for(read):
    _, _, (subfolders,) = read("rooms_folders_for_whom.json", "rooms", FOLDERS.note())
    assert place(subfolders) == "solutions/folders/31/subfolders"
    assert {one["container"]: one["groups"] for one in walk_of(subfolders)["lists"]} == {
        "Machines / Care": [],
        "Machines / Owners": ["users", "agents"],
        "Machines / Back office": ["agents"],
        "Machines / Dealers": ["company-7", "company-8", "agents"],
        "Machines / Bots": ["room-35", "agents"],
    }


def test_when_all_rooms_are_known_their_lists_are_asked_for_each_with_its_own_room(read):
    source = Freshdesk("desk", SITE, Options(languages=("de",)))
    _, _, (subfolders,) = read("rooms_folders_for_whom.json", "rooms", FOLDERS.note(), source)
    _, _, lists = read("articles_none.json", "rooms", subfolders.note, source)
    assert [place(wish) for wish in lists[:3]] == [
        "solutions/folders/31/articles",
        "solutions/folders/31/articles/de",
        "solutions/folders/32/articles",
    ]
    assert [len(walk_of(wish)["lists"]) for wish in lists] == [1] * 10


def test_a_folder_that_is_named_twice_is_read_once(read):
    _, _, (wish,) = read("rooms_folders_for_whom.json", "rooms", FOLDERS.note())
    walk = Walk(todo=FOLDERS.todo, lists=[Listed(**one) for one in walk_of(wish)["lists"]])
    _, _, (again,) = read("rooms_folders_for_whom.json", "rooms", walk.note())
    assert len(walk_of(again)["lists"]) == 5


def test_only_forums_for_questions_have_answers(read):
    walk = Walk(todo=[(f"/api/v2/discussions/categories/5/forums?{EACH}", "Users")])
    _, _, wishes = read("rooms_forums.json", "rooms", walk.note())
    lists = [walk_of(wish)["lists"][0] for wish in wishes]
    assert [place(wish) for wish in wishes] == [
        "discussions/forums/61/topics",
        "discussions/forums/62/topics",
    ]
    assert [(one["container"], one["asks"], one["groups"]) for one in lists] == [
        ("Users / How to", True, []),
        ("Users / Ideas", False, ["users", "agents"]),
    ]


# articles


def read_articles(read, source=DESK, file="articles_published_and_not.json", **more):
    note = Walk(lists=[articles(**more)], agents=AGENTS).note()
    return read(file, "articles", note, source)


def test_an_article_says_all_it_knows(read):
    posts, _, wishes = read_articles(read)
    post = posts["desk:a901"]
    assert (post.kind, post.thread_id, post.parent_id) == ("article", "desk:a901", None)
    assert post.title == "Descaling the <Kettlebrook 2>"
    assert post.text == "Use `citric acid`.\n\nMore"
    assert f'href="{SITE}/support/solutions/articles/902"' in post.html
    assert post.url == f"{SITE}/support/solutions/articles/901"
    assert (post.container, post.language, post.tags) == ("Machines / Care", "en", ("descaling",))
    assert post.signals == Signals(helpful_yes=9, helpful_no=2, views=340)
    assert (post.author.author_id, post.author.name) == ("desk:u11", "Moira Quill")
    assert post.author.roles == ("staff",)
    assert post.updated_at == datetime(2026, 4, 20, 8, tzinfo=UTC)
    assert wishes == []


def test_a_draft_is_buried_and_its_words_are_nowhere(read):
    posts, (stone,), _ = read_articles(read)
    assert (stone.post_id, stone.state) == ("desk:a902", "hidden")
    assert "secret" not in repr((posts, stone))


def test_an_article_of_an_agent_without_a_name_is_by_the_support(read):
    post = read_articles(read)[0]["desk:a903"]
    assert (post.author.name, post.author.roles) == ("Support", ("staff",))
    assert (post.text, post.updated_at, post.language) == ("", None, None)
    assert post.signals == Signals(helpful_yes=0, helpful_no=0, views=0)


def test_an_article_in_a_closed_folder_is_for_its_groups_alone(read):
    posts, _, _ = read_articles(read, groups=["company-7", "agents"])
    assert {post.visibility for post in posts.values()} == {"members"}
    assert {post.groups for post in posts.values()} == {("desk:company-7", "desk:agents")}


def test_a_translation_is_a_post_of_its_own_on_the_portal_readers_know(read):
    source = Freshdesk("desk", SITE, Options(portal="https://help.example.com/"))
    posts, _, _ = read_articles(read, source, "articles_in_german.json", language="de")
    post = posts["desk:a901-de"]
    assert (post.language, post.tags) == ("de", ())
    assert post.url == "https://help.example.com/de/support/solutions/articles/901"


def test_articles_are_read_to_their_last_page(read):
    note, link = Walk(lists=[articles()]).note(), f"solutions/folders/31/articles?page=2&{EACH}"
    _, _, (onward,) = read("articles_in_german.json", "articles", note, link=link)
    assert (onward.url, onward.note) == (f"{API}/{link}", note)


# forums


def test_topics_that_changed_are_asked_for_their_comments(read, since):
    note = Walk(lists=[topics()]).note()
    _, _, wishes = read("topics_of_all_sorts.json", "topics", note, since=since)
    assert [place(wish) for wish in wishes] == [
        "discussions/topics/71/comments",
        "discussions/topics/75/comments",
    ]
    everything = read("topics_of_all_sorts.json", "topics", note)[2]
    assert "discussions/topics/72/comments" in [place(wish) for wish in everything]


def test_a_topic_that_awaits_moderation_or_was_merged_is_buried(read):
    _, stones, _ = read("topics_of_all_sorts.json", "topics", Walk(lists=[topics()]).note())
    assert [(stone.post_id, stone.state, stone.reason) for stone in stones] == [
        ("desk:t73", "hidden", "not published"),
        ("desk:t74", "hidden", "merged into another topic"),
    ]


def test_the_first_comment_is_what_the_topic_says(read):
    posts, _, _ = read("comments_with_an_answer.json", "comments", comments_of(read).note)
    opening = posts["desk:t71"]
    assert (opening.kind, opening.title) == ("question", "Why does it hum <loudly>?")
    assert opening.text == "It hums and no water comes."
    assert (opening.url, opening.position) == (f"{SITE}/support/discussions/topics/71", 0)
    assert opening.tags == ("answered", "closed")
    assert opening.signals == Signals(likes=4, views=80, replies=2)
    assert "desk:c801" not in posts


def test_the_answer_is_marked_and_comments_stand_in_the_order_of_their_numbers(read):
    posts, _, _ = read("comments_with_an_answer.json", "comments", comments_of(read).note)
    assert [(p.post_id, p.position, p.kind, p.accepted) for p in posts.values()] == [
        ("desk:t71", 0, "question", None),
        ("desk:c802", 1, "answer", False),
        ("desk:c803", 2, "answer", True),
    ]
    answer = posts["desk:c803"]
    assert (answer.thread_id, answer.parent_id) == ("desk:t71", "desk:t71")
    assert answer.url == f"{SITE}/support/discussions/topics/71#post-803"
    assert answer.updated_at == datetime(2026, 4, 22, 8, tzinfo=UTC)
    assert posts["desk:c802"].updated_at is None


def test_agents_are_staff_and_of_others_there_is_only_a_number(read):
    posts, _, _ = read("comments_with_an_answer.json", "comments", comments_of(read).note)
    authors = {post_id: post.author for post_id, post in posts.items()}
    assert (authors["desk:c803"].name, authors["desk:c803"].roles) == ("Moira Quill", ("staff",))
    assert (authors["desk:c802"].name, authors["desk:c802"].roles) == ("User 22", ())


def test_spam_and_what_awaits_moderation_is_buried(read):
    posts, stones, _ = read("comments_with_an_answer.json", "comments", comments_of(read).note)
    assert [(stone.post_id, stone.reason) for stone in stones] == [
        ("desk:c804", "spam"),
        ("desk:c805", "not published"),
    ]
    assert "Buy" not in repr((posts, stones))


def test_a_comment_without_words_is_counted():
    said = "<div>Mine does, too.</div>"
    assert left_out("freshdesk", "comments_with_an_answer", said, "<img>") == ["without words"]


def test_ideas_are_no_questions_and_have_no_answers(read):
    wish = comments_of(read, asks=False, groups=["users", "agents"])
    posts, _, _ = read("comments_with_an_answer.json", "comments", wish.note)
    assert [(p.kind, p.accepted) for p in posts.values()] == [
        ("post", None),
        ("comment", None),
        ("comment", None),
    ]
    assert {post.groups for post in posts.values()} == {("desk:users", "desk:agents")}


def test_the_comments_of_a_further_page_count_on_and_open_nothing(read):
    link = f"discussions/topics/71/comments?page=2&{EACH}"
    note = comments_of(read).note
    _, _, (onward,) = read("comments_with_an_answer.json", "comments", note, link=link)
    posts, _, wishes = read("comments_last_page.json", "comments", onward.note)
    assert [(p.post_id, p.position, p.title) for p in posts.values()] == [("desk:c901", 5, "")]
    assert (onward.url, wishes) == (f"{API}/{link}", [])


# looking again


def held(*natives, thread):
    return [Held(post_id=f"desk:{n}", thread_id=f"desk:{thread}", url="") for n in natives]


def test_only_rooms_of_what_is_asked_about_are_gone_through_one_list_after_the_other(read):
    (wish,) = DESK.verify(held("a901", thread="a901") + held("a999", thread="a999"))
    assert [urlsplit(path).path for path, _ in walk_of(wish)["todo"]] == [
        "/api/v2/agents",
        "/api/v2/solutions/categories",
    ]
    assert wish.held == ("desk:a901", "desk:a999")
    walk = Walk(todo=FOLDERS.todo, threads={"desk:a901": ["desk:a901"]})
    _, _, (subfolders,) = read("rooms_folders_for_whom.json", "rooms", walk.note(), held=wish.held)
    _, _, (first,) = read("articles_none.json", "rooms", subfolders.note, held=wish.held)
    assert (place(first), first.held) == ("solutions/folders/31/articles", wish.held)
    _, _, (second,) = read(
        "articles_published_and_not.json", "articles", first.note, held=first.held
    )
    assert (place(second), second.held) == ("solutions/folders/32/articles", ("desk:a999",))


def test_what_stands_in_no_list_is_led_to_by_nothing_and_so_has_gone(read):
    walk = Walk(lists=[articles()], threads={"desk:a999": ["desk:a999"]})
    found = read("articles_in_german.json", "articles", walk.note(), held=("desk:a999",))
    assert found[2] == []


def test_a_topic_is_asked_about_by_its_comments(read):
    ids = ("desk:t72", "desk:c820")
    walk = Walk(lists=[topics()], threads={"desk:t72": list(ids)})
    _, _, (wish,) = read("topics_of_all_sorts.json", "topics", walk.note(), held=ids)
    assert (place(wish), wish.held) == ("discussions/topics/72/comments", ids)
    assert wish.optional


def test_a_topic_that_was_hidden_meanwhile_takes_its_comments_with_it(read):
    ids = ("desk:t73", "desk:c830")
    walk = Walk(lists=[topics()], threads={"desk:t73": list(ids)})
    posts, stones, wishes = read("topics_of_all_sorts.json", "topics", walk.note(), held=ids)
    assert (posts, wishes) == ({}, [])
    assert "desk:t73" in {stone.post_id for stone in stones}


def test_comments_that_were_all_met_are_not_looked_for_on_further_pages(read):
    link, note = f"discussions/topics/71/comments?page=2&{EACH}", comments_of(read).note
    file, kind = "comments_with_an_answer.json", "comments"
    assert read(file, kind, note, held=("desk:c802",), link=link)[2] == []
    (onward,) = read(file, kind, note, held=("desk:c802", "desk:c901"), link=link)[2]
    assert onward.held == ("desk:c901",)


# credentials and errors


def test_the_key_is_added_last_as_the_name_of_a_user():
    source = Freshdesk("desk", SITE, Options(), "s3cret")
    (wish,) = source.start(EPOCH)
    assert "s3cret" not in repr(wish)
    signed = source.sign(wish)
    assert (signed.url, signed.note) == (wish.url, wish.note)
    scheme, _, code = signed.headers["Authorization"].partition(" ")
    assert (scheme, b64decode(code)) == ("Basic", b"s3cret:X")
    assert DESK.sign(wish) == wish


def test_a_refusal_in_place_of_a_list_says_where():
    body = b'{"code": "invalid_credentials", "message": "You have to be logged in."}'
    page = Page(kind="agents", url=f"{API}/agents", body=body, note=Walk().note())
    with pytest.raises(UnexpectedShapeError, match=r"agents: .*`array`"):
        list(DESK.read(page, EPOCH))
