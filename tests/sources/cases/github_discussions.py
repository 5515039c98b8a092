from crawler.sources import github_discussions
from tests.sources.case import Case, Proof

CASE = Case(
    "https://api.example.com",
    github_discussions.Options(repos=("Kettlebrook/Kettle",)),
    {
        "discussions": {"repo": "kettlebrook/kettle"},
        "comments": {"node": "D_kwG71", "position": "4"},
        "replies": {"node": "DC_kwB2", "position": "2"},
        "nodes": {"positions": '{"DC_kwA1": 1}'},
    },
    {
        "discussions_": "discussions",
        "comments_": "comments",
        "replies_": "replies",
        "nodes_": "nodes",
    },
    proof=Proof(recorded="one thread, asked for with fewer fields", not_offered=("reputation",)),
)
