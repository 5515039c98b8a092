from crawler.sources import mastodon
from tests.sources.case import PUBLIC_ONLY, Case, Proof

CASE = Case(
    "https://cafe.example.com",
    mastodon.Options(tags=("espresso",), accounts=("moira",), local=True),
    {"root": {"root": "9204"}, "context": {"root": "9101"}},
    {
        "account": "account",
        "timeline_": "timeline",
        "context_of_a_question": "context",
        "context_of_a_root": "context",
        "context_": "root",
        "status_": "status",
    },
    proof=Proof(
        recorded="Mastodon 4.6.4",
        not_offered=("reputation", "acceptance"),
        instead=PUBLIC_ONLY | {"staff": "not read"},
    ),
)
