"""The name we give ourselves to every server, and whom it may write to about us.

RFC 9110, section 10.1.5: https://www.rfc-editor.org/rfc/rfc9110#name-user-agent
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from crawler import urls
from crawler.directives import ROBOT
from crawler.egress import is_public

if TYPE_CHECKING:
    from contract.settings import SiteSettings


def user_agent(site: SiteSettings) -> str:
    """What is sent, such as "askaround/1.2 (+https://help.example.com)"."""
    name, about = f"{ROBOT}/{version('askaround')}", contact(site)
    return name if about is None else f"{name} (+{about})"


def contact(site: SiteSettings) -> str | None:
    """Where somebody can ask about the crawler: as the owner says, else the site itself.

    None where nobody else could reach that, as with a site that runs on one's own machine.
    """
    if said := " ".join(site.contact.split()):
        return said
    try:
        name = urls.parts(site.url).hostname
    except ValueError:
        return None
    is_numeric = ":" in name or name.rpartition(".")[2].isdigit()
    is_reachable = is_public(name) if is_numeric else "." in name and not name.endswith(_OWN)
    return site.url if is_reachable else None


_OWN = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
"""Ends of names that mean something in one's own network alone (RFC 6761, 6762, 8375)."""
