"""Events as platforms send them, signed, and what a source makes of them."""

import hashlib
import hmac
import json
from base64 import b64encode
from pathlib import Path

from contract import SourceSettings
from crawler.delivery import Delivery
from crawler.registry import PLATFORMS, build
from tests.sources.test_conformance import CASES

EVENTS = Path(__file__).parent / "events"
SECRET = "kettle-secret-0123456789"  # noqa: S105  opens nothing
AT = "2026-05-04T11:59:31Z"


def hexed(body, prefix="sha256="):
    return prefix + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def dated(body):
    made = hmac.new(SECRET.encode(), AT.encode() + body, hashlib.sha256)
    return b64encode(made.digest()).decode()


SIGNED = {
    "discourse": ("discourse_post_edited", "x-discourse-event-signature", hexed),
    "facebook": ("facebook_feed", "x-hub-signature-256", hexed),
    "github": ("github_issue_comment", "x-hub-signature-256", hexed),
    "github-discussions": ("github_discussion_comment", "x-hub-signature-256", hexed),
    "mastodon": ("mastodon_status_created", "x-hub-signature", hexed),
    "redmine": ("redmine_issue_updated", "x-redmine-signature-256", hexed),
    "zendesk": ("zendesk_article_published", "x-zendesk-webhook-signature", dated),
}
"""Each platform's event, the header it is signed in, and how that is computed."""

OPTIONS = {
    "facebook": {"page": "1142469655832956"},
    "github": {"repos": ("example/kettle",)},
    "github-discussions": {"repos": ("example/kettle",)},
    "mastodon": {"tags": ("kettle",)},
    "zendesk": {"community": True},
}


def source_of(platform, **options):
    made = PLATFORMS[platform][1](**{**OPTIONS.get(platform, {}), **options})
    settings = SourceSettings(
        name="it", platform=platform, url=CASES[platform].url, options=made, api_key="a-key"
    )
    return build(settings)


def delivery(platform, body=None, **headers):
    file, header, sign = SIGNED[platform]
    body = (EVENTS / f"{file}.json").read_bytes() if body is None else body
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    stamp = {"x-zendesk-webhook-signature-timestamp": AT} if sign is dated else {}
    return Delivery(headers={header: sign(body), **stamp, **named}, body=body)


def event(platform):
    return json.loads((EVENTS / f"{SIGNED[platform][0]}.json").read_bytes())


def heard(platform, body=None, *, options=None, **headers):
    """What a platform's source makes of an event: the only thing it speaks of."""
    (only,) = source_of(platform, **options or {}).webhook(delivery(platform, body, **headers))
    return only


def changed(platform, **parts):
    """The event with other values, by the path to each: `post__deleted_at="…"`."""
    told = event(platform)
    for path, value in parts.items():
        *above, last = path.split("__")
        inside = told
        for part in above:
            inside = inside[part]
        inside[last] = value
    return told


def github(action, *without, **more):
    told = {**event("github"), "action": action, **more}
    return {name: value for name, value in told.items() if name not in without}
