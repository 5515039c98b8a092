"""A model as it was trained, loaded by sentence-transformers: to export, to train, or to run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def load(source: str, device: str = "cpu") -> SentenceTransformer:
    """Load the model that `source` names: a folder, or a name that a hub knows."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  takes eight seconds
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # its bars run into ours
    return SentenceTransformer(source, device=device)


def shorten(model: SentenceTransformer, tokens: int) -> None:
    """Have the model read so many word pieces at most; one that knows no limit is left alone."""
    reads = model.max_seq_length
    if reads is None or tokens < reads < math.inf:
        model.max_seq_length = tokens


def prompts(model: SentenceTransformer) -> tuple[str, str]:
    """What the model wants before a query, and before a passage; empty for most.

    The names are those sentence-transformers looks for, in its order; it writes an empty "document"
    beside the "passage" of older models, which does not count.
    """
    named = model.prompts
    passage = next(filter(None, map(named.get, ("document", "passage", "corpus"))), "")
    return named.get("query") or "", passage
