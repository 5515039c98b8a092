"""Where the four communities live, and the story told with those addresses."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

import msgspec

from samples.story import Story


@dataclass(frozen=True, slots=True)
class Sites:
    """The base URL of each community, without a slash at its end."""

    qa: str = "https://qa.example"
    forum: str = "https://forum.example"
    kb: str = "https://help.example"
    social: str = "https://social.example"

    def settle(self, story: Story) -> Story:
        """Return the story with every placeholder address, wherever it stands, made real."""
        told = msgspec.json.encode(story).decode()
        real = asdict(self)
        for name, placeholder in asdict(PLACEHOLDERS).items():
            # `https://qa.example.` may end a sentence; `https://qa.example.org` is somebody else
            told = re.sub(rf"{re.escape(placeholder)}(?!\.?[\w-])", real[name], told)
        return msgspec.json.decode(told, type=Story)


PLACEHOLDERS = Sites()
"""The addresses by which the stories link to one another."""
