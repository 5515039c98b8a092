"""Names of the licences that places state by their address."""

from __future__ import annotations

import re

_COMMONS = re.compile(r"creativecommons\.org/(?:licenses/([a-z+-]+)|publicdomain/(zero))/([\d.]+)")


def licence(address: str | None) -> str | None:
    """Return a name such as "CC BY-SA 4.0"; None where the address is of no licence we know."""
    found = _COMMONS.search((address or "").lower())
    if found is None:
        return None
    kind = "CC0" if found[2] else f"CC {found[1].upper()}"
    return f"{kind} {found[3]}"
