from crawler.sources import mailinglist
from tests.sources.case import Case

CASE = Case(
    "https://lists.example.com/archives/list/brewers@lists.example.com",
    mailinglist.Options(),
    {
        "numbers": {"volume": "2026-April", "mbox": "https://lists.example.com/2026-April.txt"},
        "message": {"thread": "EJLPIJCODXMMEWO2HLXIKJGTACPPKC2V"},
    },
    {"index_": "index", "numbers_": "numbers", "month_": "month", "message_": "message"},
    signs=False,
    forgiving=True,
)
