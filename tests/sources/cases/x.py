from crawler.sources import x
from tests.sources.case import Case

FIRST = "https://api.example.com/2/tweets/search/recent?query=kettlebrook"
CASE = Case(
    "https://api.example.com",
    x.Options(queries=("kettlebrook",), users=("501",)),
    {
        "list": {"by": "next_token", "first": FIRST, "number": "1"},
        "posts": {"positions": "{}"},
    },
    {"list_": "list", "posts_": "posts"},
)
