"""What an article says of itself to machines: schema.org in JSON-LD.

A page is an Article, a HowTo with its steps, or a FAQPage with its questions, beside a
BreadcrumbList. https://developers.google.com/search/docs/appearance/structured-data
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from samples.instant import iso_s
from samples.kb.shelves import article_path, section_name, section_path
from samples.prose import cook, steps

if TYPE_CHECKING:
    from samples.story import Article, Question

    Node = dict[str, Any]

SITE_NAME = "Meadowlark Help"
PUBLISHER = {"@type": "Organization", "name": "Meadowlark Garden Robotics"}
BROKEN = "/* checked by the documentation team */"
"""A comment, which JSON does not have: some real pages carry one and lose their markup."""


def script(article: Article, author: str, site: str, *, broken: bool) -> str:
    """Return the JSON-LD of an article, safe inside `script`; `broken` puts a comment in it."""
    nodes = [_page(article, author, site), _crumbs(article, site)]
    text = msgspec.json.format(msgspec.json.encode(nodes)).decode()
    # `</script>` in somebody's words would end the script: JSON can spell `<` otherwise
    text = text.replace("<", "\\u003c")
    return text.replace("[", f"[ {BROKEN}", 1) if broken else text


def _page(article: Article, author: str, site: str) -> Node:
    yes, no = article.helpful
    return {
        "@context": "https://schema.org",
        "url": f"{site}{article_path(article)}",
        "description": article.summary,
        "author": {"@type": "Person", "name": author},
        "publisher": PUBLISHER,
        "datePublished": iso_s(article.at),
        "dateModified": iso_s(article.changed_at),
        "inLanguage": article.language,
        "interactionStatistic": [_count("LikeAction", yes), _count("DislikeAction", no)],
    } | _kind(article)


def _kind(article: Article) -> Node:
    match article.kind:
        case "faq":
            asked = [_question(each) for each in article.question]
            return {"@type": "FAQPage", "name": article.title, "mainEntity": asked}
        case "howto":
            told = [
                {"@type": "HowToStep", "position": at, "text": text}
                for at, text in enumerate(steps(article.text), 1)
            ]
            return {"@type": "HowTo", "name": article.title, "step": told}
        case "article":
            about = {"headline": article.title, "articleSection": section_name(article)}
            return {"@type": "TechArticle"} | about


def _question(asked: Question) -> Node:
    answer = {"@type": "Answer", "text": cook(asked.answer)}
    return {"@type": "Question", "name": asked.question, "acceptedAnswer": answer}


def _count(kind: str, count: int) -> Node:
    return {
        "@type": "InteractionCounter",
        "interactionType": {"@type": kind},
        "userInteractionCount": count,
    }


def _crumbs(article: Article, site: str) -> Node:
    trail = [
        (SITE_NAME, f"/{article.language}"),
        (section_name(article), section_path(article)),
        (article.title, article_path(article)),
    ]
    told = [
        {"@type": "ListItem", "position": at, "name": name, "item": f"{site}{path}"}
        for at, (name, path) in enumerate(trail, 1)
    ]
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": told,
    }
