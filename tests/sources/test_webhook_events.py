"""What the events of each platform come to, where one platform is unlike the others."""

import json
from dataclasses import replace

import pytest

from contract import Post, Tombstone
from crawler.delivery import Ignored
from crawler.fetch import Fetch, Held, Page
from crawler.times import EPOCH
from tests.sources.signed import EVENTS, changed, delivery, event, github, heard, source_of

PULL = {"number": 9, "html_url": "https://github.com/example/kettle/pull/9"}


# Discourse


def test_a_topic_stands_for_all_its_posts():
    topic = heard("discourse", (EVENTS / "discourse_topic_edited.json").read_bytes())
    assert topic.whole_thread
    assert topic.post.url == "https://discuss.example.com/t/group-head-drips/30/1"


@pytest.fixture
def topic(page):
    """The long topic as its page: `topic(visible=False)`."""

    def made(held, **other):
        shown = page("discourse/topic_long.json", "topic", "https://discuss.example.com/t/30.json")
        body = json.dumps({**json.loads(shown.body), **other}).encode()
        return replace(shown, body=body, note={"rooms": "{}"}, held=tuple(held))

    return made


def test_of_a_topic_that_we_do_not_know_every_post_is_read(topic):
    source = source_of("discourse")
    shown = topic([])
    number = json.loads(shown.body)["id"]
    all_of_it = replace(shown, held=(f"it:t{number}",))
    wished = [one for one in source.read(all_of_it, EPOCH) if isinstance(one, Fetch)]
    usual = [one for one in source.read(shown, EPOCH) if isinstance(one, Fetch)]
    assert [one.url for one in wished] == [one.url for one in usual] != []
    assert all(one.held for one in wished)


@pytest.mark.parametrize("other", [{"visible": False}, {"archetype": "private_message"}])
def test_letters_and_unlisted_topics_are_not_kept_whoever_sends_word_of_them(topic, other):
    found = list(source_of("discourse").read(topic(["it:1"], **other), EPOCH))
    assert found
    assert {type(one) for one in found} == {Tombstone}


# GitHub


def test_an_answer_that_was_chosen_or_taken_back_is_read_anew():
    body = {**event("github-discussions"), "action": "answered"}
    del body["comment"]
    body["answer"] = {"id": 5, "node_id": "DC_5", "html_url": "https://github.com/e/k/d/3#5"}
    found = source_of("github-discussions").webhook(delivery("github-discussions", body))
    assert [one.post.post_id for one in found] == ["it:D_kwDO301", "it:DC_5"]


def test_pull_requests_are_heard_of_where_they_are_read():
    body = github("opened", "issue", "comment", pull_request=PULL)
    touched = heard("github", body, options={"pull_requests": True})
    assert touched.post.post_id == "it:example/kettle#9"
    review = github("created", "issue", pull_request=PULL)  # of the code: we do not read them
    assert isinstance(heard("github", review, options={"pull_requests": True}), Ignored)


# Zendesk


COMMENT = {
    **event("zendesk"),
    "type": "zen:event-type:article.comment_created",
    "event": {"comment": {"id": "5005", "author_id": "21", "locale": "en-us", "body": "Thanks"}},
}
COMMUNITY = {
    **event("zendesk"),
    "type": "zen:event-type:community_post.comment_unpublished",
    "detail": {"brand_id": "1", "id": "70", "topic_id": "3"},
    "event": {"comment": {"id": "71"}},
}


def test_a_comment_is_asked_for_under_its_article():
    touched = heard("zendesk", COMMENT)
    assert touched.post.post_id == "it:c5005"
    (wish,) = source_of("zendesk").verify([touched.post])
    assert "/help_center/en-us/articles/101.json" in wish.url


def test_the_community_has_ids_of_its_own_and_is_heard_of_where_it_is_read():
    touched = heard("zendesk", COMMUNITY)
    assert (touched.post.post_id, touched.post.thread_id) == ("it:r71", "it:p70")
    assert touched.state == "hidden"
    assert isinstance(heard("zendesk", COMMUNITY, options={"community": False}), Ignored)


def test_an_event_that_tells_no_locale_means_those_that_are_read():
    body = {**event("zendesk"), "event": {}}
    both = source_of("zendesk", locales=("en-us", "de")).webhook(delivery("zendesk", body))
    assert [one.post.post_id for one in both] == ["it:a101-de", "it:a101-en-us"]
    any_of_them = heard("zendesk", body)
    assert any_of_them.post.post_id == "it:a101"
    (wish,) = source_of("zendesk").verify([any_of_them.post])
    assert "/help_center/articles/101.json" in wish.url
    assert isinstance(heard("zendesk", options={"locales": ("de",)}), Ignored)


# Mastodon


@pytest.mark.parametrize(
    ("follows", "only_known"),
    [
        ({"tags": ("Kettle",)}, False),
        ({"tags": (), "local": True}, False),
        ({"tags": (), "accounts": ("@support",)}, False),
        ({"tags": (), "accounts": ("support@cafe.example.com",)}, False),
        ({"tags": (), "accounts": ("support@elsewhere.example",)}, True),
        ({"tags": ("espresso",)}, True),
    ],
)
def test_what_nobody_follows_is_read_only_where_its_thread_is_known(follows, only_known):
    assert heard("mastodon", options=follows).only_known is only_known


def status(number, answers=None):
    return {
        **event("mastodon")["object"],
        "id": str(number),
        "in_reply_to_id": answers,
        "uri": f"https://social.example.com/users/support/statuses/{number}",
    }


def walk(source, held, pages):
    """Ask for a post, and for what that leads to; the posts, by id."""
    wishes, found = list(source.verify([held])), {}
    while wishes:
        wish = wishes.pop(0)
        body = json.dumps(pages[wish.url.partition("/api/v1/statuses/")[2]]).encode()
        page = Page(kind=wish.kind, url=wish.url, body=body, note=wish.note, held=wish.held)
        for one in source.read(page, EPOCH):
            if isinstance(one, Fetch) and one.held:
                wishes.append(one)
            elif isinstance(one, Post):
                found[one.post_id] = one.thread_id
    return found


def test_a_reply_of_an_unknown_thread_is_read_from_the_top():
    told = changed("mastodon", object=status(9, answers="8"))
    touched = heard("mastodon", told)
    assert (touched.post.thread_id, touched.answers) == ("", "it:8")
    pages = {
        "9/context": {"ancestors": [status(7), status(8, "7")], "descendants": []},
        "7/context": {"ancestors": [], "descendants": [status(8, "7"), status(9, "8")]},
    }
    found = walk(source_of("mastodon"), touched.post, pages)
    assert found == dict.fromkeys(["it:7", "it:8", "it:9"], "it:7")


def test_a_reply_to_what_nobody_may_see_stands_alone():
    held = Held(post_id="it:9", thread_id="", url="https://social.example.com/@support/9")
    source, alone = source_of("mastodon"), {"ancestors": [], "descendants": []}
    pages = {"9/context": alone, "9": status(9, "8")}
    assert walk(source, held, pages) == {"it:9": "it:9"}
    (wish,) = source.verify([held])
    above = Page(
        kind=wish.kind,
        url=wish.url,
        body=json.dumps(alone).encode(),
        note=wish.note,
        held=wish.held,
    )
    # what stands below it does not show it, and must not be asked whether it has gone
    assert [one.kind for one in source.read(above, EPOCH) if one.held] == ["status"]


# Facebook


def test_one_delivery_may_speak_of_many_and_reactions_are_none():
    comment, reaction = source_of("facebook").webhook(delivery("facebook"))
    assert comment.post.post_id == "it:1164870100259578_1164870500259538"
    assert comment.post.thread_id == "it:1142469655832956_1164870100259578"
    assert isinstance(reaction, Ignored)


@pytest.mark.parametrize(
    ("verb", "state"), [("remove", "deleted"), ("hide", "hidden"), ("unhide", "live")]
)
def test_a_post_that_was_taken_off_the_page_takes_its_comments_along(verb, state):
    value = {"item": "status", "verb": verb, "post_id": "1142469655832956_1"}
    entry = {"id": "1142469655832956", "changes": [{"field": "feed", "value": value}]}
    touched = heard("facebook", {"object": "page", "entry": [entry]})
    assert (touched.state, touched.whole_thread) == (state, state != "live")


@pytest.mark.parametrize("native", ["", "1?access_token=", "1/../2"])
def test_an_id_that_is_none_reaches_no_address(native):
    value = {"item": "comment", "verb": "add", "post_id": "1_2", "comment_id": native}
    entry = {"id": "1142469655832956", "changes": [{"field": "feed", "value": value}]}
    assert isinstance(heard("facebook", {"object": "page", "entry": [entry]}), Ignored)


@pytest.mark.parametrize(
    ("mode", "said", "answer"),
    [
        ("subscribe", "1158201444", "1158201444"),
        ("unsubscribe", "1158201444", None),
        ("subscribe", "<script>", None),
        ("subscribe", "١٢", None),
        ("subscribe", "", None),
    ],
)
def test_facebook_is_told_that_the_address_is_right(mode, said, answer):
    query = {"hub.mode": mode, "hub.challenge": said, "hub.verify_token": "whatever"}
    assert source_of("facebook").greeting(query) == answer
