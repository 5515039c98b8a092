from crawler.sources import discourse
from tests.sources.case import Case, Proof

ABOUT = {
    "topic": "30",
    "slug": "group-head-drips",
    "title": "Group head drips",
    "tags": "[]",
    "opening": "it:3001",
    "solutions": "[]",
    "counts": "{}",
}
CLOSED = {"room": "Beta", "groups": '["testers"]'}
CASE = Case(
    "https://discuss.example.com",
    discourse.Options(),
    {
        "list": {"number": "0", "rooms": "{}"},
        "batch": ABOUT,
        "topic_with_whispers_and_deletions": CLOSED,
    },
    {"site_": "site", "list_": "list", "topic_": "topic", "batch_": "batch"},
    proof=Proof(recorded="2016 and the API's own samples"),
)
