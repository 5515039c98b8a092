"""What places send of their own accord: signed by their rules, and read for whom it is about."""

import hmac
import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from contract.errors import UnexpectedShapeError
from crawler import urls
from crawler.delivery import Delivery, Hooked, Ignored, Touched
from crawler.registry import hooked
from tests.sources.signed import (
    SECRET,
    SIGNED,
    changed,
    delivery,
    event,
    github,
    heard,
    source_of,
)

PLATFORM = pytest.mark.parametrize("platform", list(SIGNED))


def test_the_platforms_with_webhooks_are_these():
    assert hooked() == SIGNED.keys()
    assert all(isinstance(source_of(platform), Hooked) for platform in SIGNED)


# signatures


@PLATFORM
def test_what_the_place_has_signed_fits(platform):
    signing, sent = source_of(platform).signing, delivery(platform)
    assert signing.fits(SECRET, sent)
    assert not signing.fits(f"{SECRET}x", sent)
    assert not signing.fits(SECRET, replace(sent, body=sent.body.replace(b"{", b"{ ", 1)))


@PLATFORM
@pytest.mark.parametrize("given", ["", "sha256=", "sha1=00", "é" * 64, "0" * 71])
def test_a_signature_that_is_none_does_not_fit(platform, given):
    sent = delivery(platform)
    _, header, _ = SIGNED[platform]
    assert not source_of(platform).signing.fits(SECRET, replace(sent, headers={header: given}))
    assert not source_of(platform).signing.fits(SECRET, replace(sent, headers={}))


def test_a_signature_by_hand():
    """The body {"ping":"OK"} under the key of RFC 4231's second case."""
    sent = "sha256=" + hmac.new(b"Jefe-of-kettles", b'{"ping":"OK"}', "sha256").hexdigest()
    asked = Delivery(headers={"x-discourse-event-signature": sent}, body=b'{"ping":"OK"}')
    assert source_of("discourse").signing.fits("Jefe-of-kettles", asked)


def test_the_time_that_zendesk_signs_cannot_be_changed():
    sent, signing = delivery("zendesk"), source_of("zendesk").signing
    later = {**sent.headers, "x-zendesk-webhook-signature-timestamp": "2026-05-04T12:09:31Z"}
    assert signing.sent_at(sent).isoformat() == "2026-05-04T11:59:31+00:00"
    assert not signing.fits(SECRET, replace(sent, headers=later))


# what they speak of


@pytest.mark.parametrize(
    ("platform", "post_id", "thread_id"),
    [
        ("discourse", "it:3002", ""),
        ("github", "it:c88", "it:example/kettle#7"),
        ("github-discussions", "it:DC_kwDO901", "it:D_kwDO301"),
        ("mastodon", "it:113001", "it:113001"),
        ("redmine", "it:12", "it:12"),
        ("zendesk", "it:a101-en-us", "it:a101-en-us"),
    ],
)
def test_an_event_names_its_post_and_nothing_has_gone(platform, post_id, thread_id):
    touched = heard(platform)
    assert (touched.post.post_id, touched.post.thread_id) == (post_id, thread_id)
    assert touched.state == "live"


@PLATFORM
def test_what_an_event_leads_to_is_asked_of_the_place_itself(platform):
    source = source_of(platform)
    found = [one for one in source.webhook(delivery(platform)) if isinstance(one, Touched)]
    wishes = list(source.verify([one.post for one in found]))
    assert wishes
    assert {urls.origin(wish.url) for wish in wishes} == {urls.origin(source.url)}
    assert {post_id for wish in wishes for post_id in wish.held} == {
        one.post.post_id for one in found
    }


@PLATFORM
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nonsense", b"\xff\xfe", b"payload=%7B", b"payload="]
)
def test_what_is_no_event_is_of_an_unexpected_shape(platform, body):
    with pytest.raises(UnexpectedShapeError, match="event cannot be read"):
        list(source_of(platform).webhook(delivery(platform, body)))


@pytest.mark.parametrize("platform", ["github", "discourse"])
def test_an_event_may_come_as_a_form(platform):
    body = urlencode({"payload": json.dumps(event(platform))}).encode()
    assert heard(platform, body) == heard(platform)


PULL = {"number": 9, "html_url": "https://github.com/example/kettle/pull/9"}
ELSEWHERE = {"full_name": "example/grinder"}


@pytest.mark.parametrize(
    ("platform", "body", "headers", "why"),
    [
        ("discourse", {"ping": "OK"}, {"x_discourse_event_type": "ping"}, "ping"),
        ("discourse", changed("discourse", post__topic_archetype="private_message"), {}, "letter"),
        ("github", {"zen": "Keep it logically awesome.", "hook_id": 1}, {}, "no repository"),
        ("github", github("created", repository=ELSEWHERE), {}, "example/grinder"),
        ("github", event("github-discussions"), {}, "no issue"),
        ("github", github("opened", "issue", "comment", pull_request=PULL), {}, "pull request"),
        ("github-discussions", event("github"), {}, "no discussion"),
        ("mastodon", {"event": "report.created", "object": {"id": "1"}}, {}, "report.created"),
        ("redmine", {"type": "wiki_page.created", "data": {"wiki_page": {}}}, {}, "wiki_page"),
        ("zendesk", {**event("zendesk"), "type": "zen:event-type:article.subscription_created"}, {},
         "subscription"),
        ("zendesk", {"ticket_id": 5}, {}, "no article"),
        ("facebook", {"object": "user", "entry": []}, {}, '"user"'),
        ("facebook", {"object": "page", "entry": [{"id": "7", "changes": []}]}, {}, "page 7"),
    ],
)  # fmt: skip
def test_an_event_that_is_none_of_ours_says_why(platform, body, headers, why):
    ignored = heard(platform, body, **headers)
    assert isinstance(ignored, Ignored)
    assert why in ignored.reason


@pytest.mark.parametrize(
    ("platform", "body", "headers", "state", "whole_thread"),
    [
        ("discourse", None, {"x_discourse_event": "post_destroyed"}, "deleted", False),
        ("discourse", changed("discourse", post__user_deleted=True), {}, "deleted", False),
        ("discourse", changed("discourse", post__post_number=1),
         {"x_discourse_event": "post_destroyed"}, "deleted", True),
        ("github", github("deleted"), {}, "deleted", False),
        ("github", github("deleted", "comment"), {}, "deleted", True),
        ("github", github("transferred", "comment"), {}, "gone", True),
        ("github-discussions", changed("github-discussions", action="deleted"), {}, "deleted",
         False),
        ("redmine", changed("redmine", type="issue.deleted"), {}, "deleted", True),
        ("zendesk", changed("zendesk", type="zen:event-type:article.unpublished"), {}, "hidden",
         True),
    ],
)  # fmt: skip
def test_what_has_gone_is_told_with_all_that_stood_below_it(
    platform, body, headers, state, whole_thread
):
    touched = heard(platform, body, **headers)
    assert (touched.state, touched.whole_thread) == (state, whole_thread)
