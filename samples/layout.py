"""What the pages of a site have in common: templates, style sheet and security policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from samples.prose import clean
from samples.reply import CSS, HTML, fixed, reply

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"
"""Content-Security-Policy of every page: its own style sheet and pictures, nothing that runs."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["clean"] = clean
_TEMPLATES.filters["day"] = lambda at: f"{at:%d %b %Y}"


class Layout:
    """The look of one site: `accent` is the colour of its style sheet."""

    def __init__(self, name: str, site: str, accent: str) -> None:
        self.facts = {"name": name, "site": site, "accent": accent, "robots": ""}

    def show(
        self,
        template: str,
        title: str,
        *,
        path: str = "",
        lang: str = "en",
        changed: datetime | None = None,
        status: int = 200,
        **facts: Any,
    ) -> Response:
        """Render `template`; `path` makes the canonical address, and none is named without it."""
        about = {"title": title, "path": path, "lang": lang}
        body = _TEMPLATES.get_template(template).render({**self.facts, **about, **facts})
        headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
        return reply(body, HTML, changed=changed, status=status, headers=headers)

    def missing(self) -> Response:
        """Answer 404 with a page that says so."""
        return self.show("missing.html", "Page not found", status=404)

    async def nowhere(self, request: Request) -> Response:
        """Answer an address that is none."""
        return self.missing()

    def style(self) -> Route:
        """Return the route of the site's one style sheet."""
        return fixed("/style.css", _TEMPLATES.get_template("style.css").render(self.facts), CSS)
