from crawler.sources import redmine
from tests.sources.case import Case

CASE = Case(
    "https://tracker.example.com",
    redmine.Options(),
    {
        "list": {
            "rooms": "{}",
            "path": "issues",
            "min": "1970-01-01T00:00:00Z",
            "offset": "0",
        },
    },
    {"projects_": "projects", "list_": "list", "issue_": "issue"},
)
