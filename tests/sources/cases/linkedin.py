import json

from crawler.sources import linkedin
from tests.sources.case import PUBLIC_ONLY, Case, Proof

POST = "urn:li:share:71"
CASE = Case(
    "https://api.example.com",
    linkedin.Options(organization="2414183", organization_name="Kettlebrook", member_comments=True),
    {
        "comments": {"thread": POST, "parent": POST, "first": "1"},
        "some-comments": {"about": json.dumps({"902": (POST, 2), "903": (POST, 3)})},
    },
    {
        "posts_": "posts",
        "comments_": "comments",
        "some_posts": "some-posts",
        "some_comments": "some-comments",
    },
    proof=Proof(not_offered=("reputation", "acceptance"), instead=PUBLIC_ONLY),
)
