from crawler.sources import reddit
from tests.sources.case import Case, Proof

CASE = Case(
    "https://oauth.example.com",
    reddit.Options(subreddits=("kettlebrook",), user_agent="server:search:v1 (by /u/moira)"),
    {
        "list": {"path": "/r/kettlebrook/new"},
        "thread": {"first": "1", "branch": ""},
        "more": {"link": "t3_p1", "first": "9"},
        "info": {"positions": '{"t1_c1": 4}'},
    },
    {"list_": "list", "thread_": "thread", "more_": "more", "info_": "info"},
    proof=Proof(
        recorded="2016",
        not_offered=("acceptance",),
        instead={"reputation": "not told beside a post"},
    ),
)
