from crawler.sources import feed
from tests.sources.case import Case, Proof

CASE = Case(
    "https://blog.example.com/feed.xml",
    feed.Options(),
    {"comments": {"opening": "it:0a"}},
    {"feed_": "feed", "comments_": "comments"},
    proof=Proof(recorded="", not_offered=("reputation", "votes", "acceptance", "staff", "members")),
    signs=False,
)
