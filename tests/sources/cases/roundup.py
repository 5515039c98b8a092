import json

from crawler.sources import roundup
from tests.sources.case import Case, Proof

THREADS = [
    {
        "designator": "issue12",
        "issue": {
            "id": "12",
            "title": "Pump hums <no water>",
            "creation": "2026-04-18.10:00:00",
            "creator": {"id": "3", "username": "moira"},
            "messages": [{"id": "100"}, {"id": "34"}, {"id": "35"}, {"id": "36"}, {"id": "37"}],
        },
        "tags": ["pump"],
    }
]
CASE = Case(
    "https://tracker.example.com/support",
    roundup.Options(),
    {
        "list": {"class": "issue", "min": "1970-01-01.00:00:00", "index": "1"},
        "messages": {"ids": "34,35,36,37,100", "threads": json.dumps(THREADS)},
    },
    {"list_": "list", "messages_": "messages"},
    proof=Proof(not_offered=("reputation", "votes", "acceptance", "edits", "members")),
)
