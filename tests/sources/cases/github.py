from crawler.sources import github
from tests.sources.case import Case, Proof

ABOUT = {"repo": "kettlebrook/kettle", "now": "Kettlebrook/Kettle", "group": ""}
CASE = Case(
    "https://api.example.com",
    github.Options(repos=("Kettlebrook/Kettle",)),
    {
        "repo": {"repo": "kettlebrook/kettle"},
        "issues": ABOUT,
        "issue": ABOUT,
        "comments": ABOUT,
        "threads": {
            "repo": "kettlebrook/kettle",
            "threads": '{"40": [], "41": [], "43": [], "45": ["it:c1"]}',
        },
    },
    {
        "repo_": "repo",
        "issues_": "issues",
        "issue_": "issue",
        "comments_": "comments",
        "threads_": "threads",
    },
    proof=Proof(recorded="2012 to 2024", not_offered=("reputation", "acceptance")),
)
