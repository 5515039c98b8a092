from crawler.sources import stackexchange
from tests.sources.case import Case, Proof

CASE = Case(
    "https://api.example.com",
    stackexchange.Options(site="brew"),
    {"questions": {"filter": "!f", "min": "0", "page": "1"}},
    {"filter_": "filter", "question": "questions"},
    proof=Proof(recorded="API 2.2", not_offered=("members",)),
)
