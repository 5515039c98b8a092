from crawler.sources import x
from tests.sources.case import PUBLIC_ONLY, Case, Proof

FIRST = "https://api.example.com/2/tweets/search/recent?query=kettlebrook"
CASE = Case(
    "https://api.example.com",
    x.Options(queries=("kettlebrook",), users=("501",)),
    {
        "list": {"by": "next_token", "first": FIRST, "number": "1"},
        "posts": {"positions": "{}"},
    },
    {"list_": "list", "posts_": "posts"},
    proof=Proof(
        recorded="2022", not_offered=("reputation", "acceptance", "staff"), instead=PUBLIC_ONLY
    ),
)
