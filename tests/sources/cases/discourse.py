from crawler.sources import discourse
from tests.sources.case import Case

ABOUT = {
    "topic": "30",
    "slug": "group-head-drips",
    "title": "Group head drips",
    "tags": "[]",
    "opening": "it:3001",
    "solutions": "[]",
    "counts": "{}",
}
CASE = Case(
    "https://discuss.example.com",
    discourse.Options(),
    {"list": {"number": "0", "rooms": "{}"}, "batch": ABOUT},
    {"site_": "site", "list_": "list", "topic_": "topic", "batch_": "batch"},
)
