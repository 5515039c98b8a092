from crawler.sources import mailinglist
from tests.sources.case import Case, Proof

CASE = Case(
    "https://lists.example.com/archives/list/brewers@lists.example.com",
    mailinglist.Options(),
    {
        "numbers": {"volume": "2026-April", "mbox": "https://lists.example.com/2026-April.txt"},
        "message": {"thread": "EJLPIJCODXMMEWO2HLXIKJGTACPPKC2V"},
    },
    {"index_": "index", "numbers_": "numbers", "month_": "month", "message_": "message"},
    proof=Proof(
        recorded="HyperKitty and Pipermail",
        not_offered=("reputation", "acceptance", "staff", "members"),
        instead={"edits": "a mail cannot be edited"},
    ),
    signs=False,
    forgiving=True,
)
