from crawler.sources import zendesk
from tests.sources.case import Case, Proof

ABOUT = {
    "thread": "it:a101-en-us",
    "home": "https://help.example.com/hc/en-us/articles/101",
    "groups": "[]",
    "container": "Machines / Care & cleaning",
    "language": "en",
    "hidden": "",
    "after": "0",
}
CASE = Case(
    "https://help.example.com",
    zendesk.Options(locales=("en-us", "de"), community=True),
    {"comments": ABOUT, "replies": {**ABOUT, "thread": "it:p201", "language": ""}},
    {
        "articles_": "articles",
        "article_": "article",
        "posts_": "posts",
        "post_": "post",
        "comments_": "comments",
        "replies_": "replies",
    },
    proof=Proof(recorded="one article, 2024", not_offered=("reputation",)),
)
