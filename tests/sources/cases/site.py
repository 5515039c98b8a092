from crawler.sources import site
from tests.sources.case import Case, Proof

CASE = Case(
    "https://help.example.com/en",
    site.Options(),
    {},
    {"robots_": "robots", "sitemap_": "sitemap", "": "page"},
    proof=Proof(recorded="", instead={"members": "not shown to guests"}),
    signs=False,
    forgiving=True,
)
