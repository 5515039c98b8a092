import json

from crawler.sources import facebook
from tests.sources.case import PUBLIC_ONLY, Case, Proof

ASKED = [("9001_1", "9001_1", 0), *((f"1_{n}", "9001_1", n) for n in (12, 16, 13))]
CASE = Case(
    "https://graph.example.com/v25.0",
    facebook.Options(page="kettlebrook"),
    {
        "comments": {"thread": "9001_1", "first": "1"},
        "batch": {"asked": json.dumps(ASKED)},
    },
    {"feed_": "feed", "comments_": "comments", "batch_": "batch"},
    proof=Proof(
        recorded="2021", not_offered=("reputation", "acceptance", "edits"), instead=PUBLIC_ONLY
    ),
)
