"""Places that serve nobody without credentials of their own."""

from __future__ import annotations

from contract.errors import SettingsError


def needed(source: str, api_key: str | None, what: str) -> None:
    """Refuse to begin without a key: raise SettingsError that says `what` it has to be."""
    if not api_key:
        raise SettingsError(
            f'{source}: nothing is gathered without credentials of your own: "api_key" is empty',
            hint=f"Set `api_key` to {what}, or take the source out of the settings.",
        )
