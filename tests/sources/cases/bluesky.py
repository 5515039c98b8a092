import json

from crawler.sources import bluesky
from tests.sources.case import PUBLIC_ONLY, Case, Proof

QUESTION = "at://did:plc:moira/app.bsky.feed.post/3km0001"
BY = {QUESTION: [], "at://did:plc:moira/app.bsky.feed.post/3kmgone": []}
CASE = Case(
    "https://public.api.example.com",
    bluesky.Options(accounts=("help.kettlebrook.example",), queries=("kettle",), tags=("kettle",)),
    {
        "feed": {"first": "https://public.api.example.com/feed?limit=100"},
        "search": {"first": "https://public.api.example.com/search?limit=100"},
        "roots": {"by": json.dumps(BY)},
        "thread": {"root": QUESTION, "position": "0", "known": "[]"},
        "posts": {"positions": "{}"},
    },
    {name: name.strip("_") for name in ("feed_", "search_", "roots_", "thread_", "posts_")},
    proof=Proof(
        recorded="one post",
        not_offered=("reputation", "acceptance", "staff"),
        instead=PUBLIC_ONLY | {"edits": "a post cannot be edited"},
    ),
)
