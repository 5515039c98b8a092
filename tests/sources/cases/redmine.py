from crawler.sources import redmine
from tests.sources.case import Case, Proof

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
        "issue_in_textile": {"group": "beta"},
    },
    {"projects_": "projects", "list_": "list", "issue_": "issue"},
    proof=Proof(not_offered=("reputation", "votes", "acceptance", "staff")),
)
