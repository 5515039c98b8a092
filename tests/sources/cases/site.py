from crawler.sources import site
from tests.sources.case import Case

CASE = Case(
    "https://help.example.com/en",
    site.Options(),
    {},
    {"robots_": "robots", "sitemap_": "sitemap", "": "page"},
    signs=False,
    forgiving=True,
)
