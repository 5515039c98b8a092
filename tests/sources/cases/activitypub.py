import json

from crawler.sources import activitypub
from tests.sources.case import PUBLIC_ONLY, Case, Proof

SITE = "https://blog.example.com"
ANNA = {"author_id": f"it:{SITE}/users/anna", "name": "Anna"}
POST = {
    "type": "Note",
    "id": f"{SITE}/p/9",
    "attributedTo": f"{SITE}/users/anna",
    "to": "as:Public",
    "content": "<p>Yes.</p>",
}
SPOKEN = json.dumps(POST | {"distinguished": True})  # by a moderator, as such
PLACE = {"thread": f"{SITE}/p/1", "position": "1", "steps": "1"}
CASE = Case(
    SITE,
    activitypub.Options(actors=("@anna@blog.example.com", f"{SITE}/users/anna")),
    {
        "outbox": {"actor": f"{SITE}/users/anna", "author": json.dumps(ANNA), "group": ""},
        "replies": PLACE,
        "reply": PLACE,
        "parent": {"steps": "1"},
        "post": {"group": ""},
        "author": {**PLACE, "post": json.dumps(POST)},
        "author_willing": {**PLACE, "post": SPOKEN},
    },
    {
        "webfinger_": "webfinger",
        "actor_": "actor",
        "author_": "author",
        "outbox_": "outbox",
        "replies_": "replies",
        "parent_": "parent",
        "post_": "post",
        "reply_": "reply",
    },
    proof=Proof(
        recorded="Lemmy, Mastodon, Pleroma and Discourse",
        not_offered=("reputation", "acceptance"),
        instead=PUBLIC_ONLY,
    ),
    signs=False,
)
