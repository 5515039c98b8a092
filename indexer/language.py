"""Which language a text is written in, among those we can stem."""

from __future__ import annotations

import functools
import re
from typing import Any

LANGUAGES = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}
"""BCP 47 tag to the name of its Snowball stemmer."""

DEFAULT = "en"

FEWEST_LETTERS = 40
"""A shorter text says too little: "printer" would be a language of its own."""

READ = 600
"""Characters looked at; more change no verdict and take time."""

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`]*`|https?://\S+", re.DOTALL)


def language_of(text: str, declared: str | None = None) -> str:
    """Tag of the language: as declared, else as the letters suggest, else the default.

    Code is left out, since it is English in every language.
    """
    if declared is not None:
        return declared
    words = _CODE.sub(" ", text[: 2 * READ])[:READ]
    if sum(map(str.isalpha, words)) < FEWEST_LETTERS:
        return DEFAULT
    tag: str = _identifier().classify(words)[0]
    return tag


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  a second to load

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier
