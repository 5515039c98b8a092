"""Templates: everything they print is escaped unless it says that it is HTML already."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse

from web import words
from web.notation import to_html
from web.site import site_of
from web.static_files import static_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

FOLDER = Path(__file__).parent / "templates"


def page(
    request: Request,
    template: str,
    shown: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Render a page of the site."""
    site = site_of(request)
    text = (
        _environment()
        .get_template(template)
        .render({"query": "", "asked": None, **shown, "site": site.settings.site})
    )
    return HTMLResponse(text, status_code=status, headers=dict(headers or {}))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static_address
    environment.filters["notation"] = to_html
    environment.filters["sanitised"] = Markup
    environment.filters["initials"] = words.initials
    environment.filters["signed"] = words.signed
    return environment
