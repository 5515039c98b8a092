from crawler.sources import feed
from tests.sources.case import Case

CASE = Case(
    "https://blog.example.com/feed.xml",
    feed.Options(),
    {"comments": {"opening": "it:0a"}},
    {"feed_": "feed", "comments_": "comments"},
    signs=False,
)
