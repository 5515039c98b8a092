"""The help site as people see it, in their language, with everything around the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse
from starlette.routing import Route

from samples.cast import person, proven_home
from samples.kb.markup import SITE_NAME, script
from samples.kb.shelves import article_path, section_name, section_path
from samples.layout import Layout
from samples.prose import cook
from samples.story import last_change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from samples.kb.shelves import Shelves
    from samples.sites import Sites
    from samples.story import Article, Person

WORDS = {
    "en": {
        "home": "Help center",
        "updated": "Updated",
        "by": "by",
        "helpful": "{yes} of {all} readers found this helpful",
        "related": "Related articles",
        "cookies": "We use no cookies. Nothing here is real, and nothing is for sale.",
        "contact": "Still stuck? Ask the community",
        "internal": "For our technicians",
        "missing": "This page does not exist",
    },
    "de": {
        "home": "Hilfe",
        "updated": "Aktualisiert am",
        "by": "von",
        "helpful": "{yes} von {all} Lesenden fanden das hilfreich",
        "related": "Verwandte Artikel",
        "cookies": "Wir setzen keine Cookies. Nichts hier ist echt, und nichts steht zum Verkauf.",
        "contact": "Noch Fragen? Die Community hilft",
        "internal": "Für den Kundendienst",
        "missing": "Diese Seite gibt es nicht",
    },
}
"""What stands around an article, by language."""


class Pages:
    """Articles and the lists that lead to them; the markup of the article `broken` is spoilt."""

    def __init__(
        self, shelves: Shelves, people: Mapping[str, Person], sites: Sites, broken: Article | None
    ) -> None:
        self.shelves = shelves
        self.layout = Layout(SITE_NAME, sites.kb, "#2c5f8a")
        self.authors = {article.by: person(people, article.by).name for article in shelves.articles}
        self.markup = {
            path: script(article, self.authors[article.by], sites.kb, broken=article is broken)
            for path, article in shelves.by_path.items()
        }
        homes = (proven_home(who, sites.kb, sites.social) for who in people.values())
        self.around = {
            "community": sites.forum,
            "profiles": [home for home in homes if home],
            "section_name": section_name,
            "section_path": section_path,
            "article_path": article_path,
        }

    def routes(self) -> list[Route]:
        """Return every page."""
        return [
            Route("/", self.front),
            self.layout.style(),
            Route("/{lang}", self.home),
            Route("/{lang}/articles/{slug}", self.article),
            Route("/{lang}/sections/{section}", self.section),
            Route("/internal/{slug}", self.article),
            Route("/articles/{slug}", self.moved),
            Route("/{rest:path}", self.missing),
        ]

    async def front(self, request: Request) -> Response:
        """Lead on to the English pages."""
        return RedirectResponse("/en", 302)

    async def home(self, request: Request) -> Response:
        """List a language's sections, with an old address and one that tells where it was found."""
        lang = request.path_params["lang"]
        sections = self.shelves.sections(lang)
        if not sections:
            return await self.missing(request)
        articles = [article for section in sections.values() for article in section]
        return self._show(
            "kb/home.html",
            WORDS[lang]["home"],
            f"/{lang}",
            lang,
            changed=last_change(articles),
            sections=sections,
            newsletter=article_path(articles[0]) + "?utm_source=newsletter&utm_medium=email",
            bookmark=f"/articles/{articles[-1].slug}",
            internal=[a for a in self.shelves.articles if a.internal and a.language == lang],
        )

    async def section(self, request: Request) -> Response:
        """List the articles of one section."""
        lang = request.path_params["lang"]
        for name, articles in self.shelves.sections(lang).items():
            path = section_path(articles[0])
            if path == f"/{lang}/sections/{request.path_params['section']}":
                changed = last_change(articles)
                return self._show(
                    "kb/section.html", name, path, lang, changed=changed, articles=articles
                )
        return await self.missing(request)

    async def article(self, request: Request) -> Response:
        """Show an article; its canonical address carries no parameters."""
        article = self.shelves.by_path.get(request.url.path)
        if article is None:
            return await self.missing(request)
        path = article_path(article)
        shelf = self.shelves.sections(article.language).get(section_name(article), [])
        return self._show(
            "kb/article.html",
            article.title,
            path,
            article.language,
            changed=article.changed_at,
            robots="noindex" if article.noindex else "",
            article=article,
            author=self.authors[article.by],
            translations=self.shelves.translations(article),
            related=[other for other in shelf if other is not article],
            markup=self.markup[path],
            cook=cook,
        )

    async def moved(self, request: Request) -> Response:
        """Lead on from an address of before the site knew languages."""
        for article in self.shelves.public:
            if article.slug == request.path_params["slug"]:
                return RedirectResponse(article_path(article), 301)
        return await self.missing(request)

    async def missing(self, request: Request) -> Response:
        """Say that there is no such page."""
        lang = "de" if request.url.path.startswith("/de/") else "en"
        return self._show("missing.html", WORDS[lang]["missing"], "", lang, status=404)

    def _show(self, template: str, title: str, path: str, lang: str, **facts: Any) -> Response:
        facts |= self.around | {"words": WORDS[lang]}
        return self.layout.show(template, title, path=path, lang=lang, **facts)
