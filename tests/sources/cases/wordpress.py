import json

from crawler.sources import wordpress
from tests.sources.case import PUBLIC_ONLY, Case, Proof

QUERY = json.dumps({"per_page": "100", "offset": "0"})

CASE = Case(
    "https://blog.example.com",
    wordpress.Options(),
    {
        "posts": {"route": "wp/v2/posts", "query": QUERY},
        "comments": {"route": "wp/v2/comments", "query": QUERY, "slugs": "post,page"},
    },
    {"types_": "types", "posts_": "posts", "comments_": "comments"},
    proof=Proof(
        server="WordPress 6.1.9",
        not_offered=("reputation", "votes", "acceptance", "staff"),
        instead=PUBLIC_ONLY,
    ),
)
