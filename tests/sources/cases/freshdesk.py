from crawler.formats.freshdesk import Listed, Walk
from crawler.sources import freshdesk
from tests.sources.case import Case, Proof

FOLDERS = ("/api/v2/solutions/categories/3/folders?per_page=100", "Machines")
ARTICLES = Listed("articles", "/api/v2/solutions/folders/31/articles", "Machines / Care", [])
TOPICS = Listed("topics", "/api/v2/discussions/forums/61/topics", "Users / How to", [], asks=True)
TOPIC = {
    "topic": "71",
    "title": "Why does it hum?",
    "tags": "[]",
    "counts": "{}",
    "container": "Users / How to",
    "groups": "[]",
    "asks": "yes",
    "agents": "{}",
    "after": "0",
}
CASE = Case(
    "https://kettlebrook.example.com",
    freshdesk.Options(languages=("de",), forums=True),
    {
        "agents": Walk(todo=[("/api/v2/agents?per_page=100", ""), FOLDERS]).note(),
        "rooms": Walk(todo=[FOLDERS]).note(),
        "articles": Walk(lists=[ARTICLES]).note(),
        "topics": Walk(lists=[TOPICS]).note(),
        "comments": TOPIC,
        "comments_last_page": TOPIC | {"groups": '["agents"]'},
    },
    {
        "agents_": "agents",
        "rooms_": "rooms",
        "articles_": "articles",
        "topics_": "topics",
        "comments_": "comments",
    },
    proof=Proof(not_offered=("reputation",)),
)
