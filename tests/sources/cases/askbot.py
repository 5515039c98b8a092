from crawler.sources import askbot
from tests.sources.case import Case, Proof

ROW = (
    '{"id": 31, "title": "Pump hums, no water", "last_activity_at": "1777800000",'
    ' "added_at": "1777280400", "accepted_answer_id": 42, "answer_count": 3,'
    ' "url": "https://ask.example.com/en/question/31/pump-hums-no-water/"}'
)
ADDRESS = "https://ask.example.com/en/question/31/pump-hums-no-water/"
CASE = Case(
    "https://ask.example.com",
    askbot.Options(),
    {
        "list": {"number": "1"},
        "question": {"row": ROW, "address": ADDRESS, "page": "1"},
        "comments": {
            "address": ADDRESS,
            "thread": "it:31",
            "parent": "it:31",
            "position": "0",
            "licence": "CC BY-SA 3.0",
        },
    },
    {"list_": "list", "row_": "row", "question_31_": "question", "comments_": "comments"},
    proof=Proof(recorded="", instead={"members": "not shown to guests"}),
    signs=False,
)
