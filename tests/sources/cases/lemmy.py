from crawler.sources import lemmy
from tests.sources.case import PUBLIC_ONLY, Case, Proof

LIST = {
    "first": "https://lemmy.example.com/list?limit=50",
    "page": "1",
    "languages": '{"37": "en"}',
}
CASE = Case(
    "https://lemmy.example.com",
    lemmy.Options(communities=("espresso",)),
    {"posts": LIST, "post": LIST, "comments": LIST},
    {"site_": "site", "posts_": "posts", "post_": "post", "comments_": "comments"},
    proof=Proof(not_offered=("reputation", "acceptance"), instead=PUBLIC_ONLY),
)
