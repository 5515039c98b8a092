import json

from crawler.sources import mediawiki
from tests.sources.case import Case, Proof

SITE = json.dumps(
    {
        "licence": "CC BY-SA 4.0",
        "language": "en",
        "address": "https://wiki.example.com/wiki/$1",
        "spaces": {"0": "", "1": "Talk", "12": "Hilfe"},
        "roles": {"Moira Quill": ["moderator"], "Dripbot": ["bot"]},
    }
)
ABOUT = {
    "pageid": "2",
    "ns": "0",
    "title": "Descaling",
    "page_url": "https://wiki.example.com/wiki/Descaling",
    "language": "en",
    "subject": "",
    "updated": "2026-05-02T09:30:00+00:00",
}
TEXT = ABOUT | {
    "created": "2026-03-01T10:00:00+00:00",
    "licence": "CC BY-SA 4.0",
    "space": "",
    "author": "Moira Quill",
    "author_url": "https://wiki.example.com/wiki/User:Moira_Quill",
    "roles": '["moderator"]',
}

CASE = Case(
    "https://wiki.example.com/w",
    mediawiki.Options(),
    {
        "site": {"query": '{"meta": "siteinfo"}', "roles": "{}"},
        "list": {"query": '{"generator": "allpages"}', "site": SITE},
        "log": {"query": '{"list": "logevents"}', "site": SITE},
        "first": ABOUT | {"site": SITE},
        "text": TEXT,
    },
    {"site_": "site", "list_": "list", "log_": "log", "first_": "first", "text_": "text"},
    proof=Proof(
        server="MediaWiki 1.39",
        recorded="MediaWiki 1.23 and 1.28",
        not_offered=("reputation", "votes", "acceptance", "members"),
    ),
)
