"""Where articles live: `/en/articles/…`, or `/internal/…` for what robots must not read.

Two articles with the same slug in two languages are translations of each other. Before it knew
languages the site had `/articles/…`; those addresses still lead on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.cast import all_different
from samples.prose import slug

if TYPE_CHECKING:
    from samples.story import Article, Story


def article_path(article: Article) -> str:
    """Return the address of an article within the site."""
    if article.internal:
        return f"/internal/{article.slug}"
    return f"/{article.language}/articles/{article.slug}"


def section_path(article: Article) -> str:
    """Return the address of the list that the article is on."""
    return f"/{article.language}/sections/{slug(article.section)}"


def section_name(article: Article) -> str:
    """Return the section as people read it: `app-and-account` is "App and account"."""
    words = article.section.replace("-", " ")
    return words[:1].upper() + words[1:]


class Shelves:
    """The articles by address, and which of them are for search engines."""

    def __init__(self, story: Story) -> None:
        all_different("article", map(article_path, story.articles))
        self.articles = story.articles
        self.by_path = {article_path(article): article for article in story.articles}
        self.public = [article for article in story.articles if not article.internal]
        self.indexable = [article for article in self.public if not article.noindex]

    def translations(self, article: Article) -> list[Article]:
        """Return the article and its counterparts; alone it is nobody's translation."""
        if article.internal:
            return []
        same = [other for other in self.public if other.slug == article.slug]
        return same if len(same) > 1 else []

    def sections(self, language: str) -> dict[str, list[Article]]:
        """Return the articles of a language by the name of their section, in story order."""
        told: dict[str, list[Article]] = {}
        for article in self.public:
            if article.language == language:
                told.setdefault(section_name(article), []).append(article)
        return told
