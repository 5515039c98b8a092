from crawler.sources import hackernews
from tests.sources.case import Case, Proof

CASE = Case(
    "https://search.example.com",
    hackernews.Options(queries=("kettlebrook",)),
    {
        "search": {"query": "kettlebrook", "after": "0", "before": "", "page": "0"},
        "item": {"thread": "9100", "position": "3"},
    },
    {"search_": "search", "thread_": "thread", "item_": "item"},
    proof=Proof(
        recorded="one story",
        not_offered=("acceptance", "staff", "edits"),
        instead={
            "reputation": "not read: one more call for each person",
            "members": "everybody may read everything",
        },
    ),
    signs=False,
)
