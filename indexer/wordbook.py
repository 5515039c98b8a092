"""Everything one generation knows of words: which are in use, what else they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.language import DEFAULT
from indexer.spelling import Speller
from indexer.synonyms import Synonyms
from indexer.vocabulary import FOLDER, Vocabulary, plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.snapshot import Snapshot


class Wordbook:
    """Synonyms, and a speller where the generation holds a vocabulary."""

    def __init__(self, snapshot: Snapshot, synonyms: Sequence[Sequence[str]] = ()) -> None:
        languages = snapshot.manifest.languages or (DEFAULT,)
        vocabulary = _vocabulary(snapshot)
        self.speller: Speller | None = None
        if vocabulary is not None:
            known = {word for group in synonyms for one in group for word in plain_words(one)}
            self.speller = Speller(vocabulary, languages, known)
        is_used = self.speller.is_used if self.speller else (lambda _: False)
        self.synonyms = Synonyms(synonyms, languages, is_used)


def _vocabulary(snapshot: Snapshot) -> Vocabulary | None:
    """None where the generation has none: then nothing is corrected."""
    try:
        return Vocabulary.load(snapshot.folder / FOLDER)
    except FileNotFoundError:
        return None
