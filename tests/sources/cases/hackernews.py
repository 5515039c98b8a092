from crawler.sources import hackernews
from tests.sources.case import Case

CASE = Case(
    "https://search.example.com",
    hackernews.Options(queries=("kettlebrook",)),
    {
        "search": {"query": "kettlebrook", "after": "0", "before": "", "page": "0"},
        "item": {"thread": "9100", "position": "3"},
    },
    {"search_": "search", "thread_": "thread", "item_": "item"},
    signs=False,
)
