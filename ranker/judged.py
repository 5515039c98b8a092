"""Judged sets on disk, in the forms that docs/evaluation.md describes.

A folder with `corpus`, `queries` and `qrels.tsv` judges retrieval; one with `evidence`, `queries`,
`qrels.tsv` and `meta.json` judges experts; a file of lines with `answers` judges trust, one of
lines with `intent` judges whether two questions are one. Lines are JSON, packed with gzip or not.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from contract.errors import JudgementError

if TYPE_CHECKING:
    from collections.abc import Iterator

Form = Literal["retrieval", "experts", "trust", "intents"]
Row = TypeVar("Row", bound=msgspec.Struct)

ENDINGS = (".jsonl.gz", ".jsonl")


class Document(msgspec.Struct, frozen=True):
    """A post of a judged corpus."""

    id: str = msgspec.field(name="_id")
    text: str
    title: str | None = None


class Question(msgspec.Struct, frozen=True):
    """A judged query; `body` is what the asker wrote below the title, where there is one."""

    id: str = msgspec.field(name="_id")
    text: str
    body: str = ""


class Reply(msgspec.Struct, frozen=True):
    """An answer somebody gave before an expert set's cut-off."""

    id: str = msgspec.field(name="_id")
    user: str
    title: str
    score: int | None = None
    is_accepted: bool | None = None
    """None where the place does not accept answers."""


class Meta(msgspec.Struct, frozen=True):
    """Who may be named in an expert set, and when it was cut."""

    candidates: tuple[str, ...]


class Given(msgspec.Struct, frozen=True):
    """An answer of a trust set."""

    id: str


class Choice(msgspec.Struct, frozen=True):
    """A question of a trust set, and which of its answers was accepted."""

    qid: str
    accepted: str
    answers: tuple[Given, ...]


class Utterance(msgspec.Struct, frozen=True):
    """A message of an intent set."""

    text: str
    intent: str
    split: str


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """One set: where it is and what it judges."""

    name: str
    path: Path
    form: Form

    def rows(self, kind: type[Row], part: str = "") -> Iterator[Row]:
        """Lines of a part ("queries"), or of the file itself. Raises JudgementError."""
        path = _part(self.path, part) if part else self.path
        yield from _rows(path, kind)

    def qrels(self) -> dict[str, dict[str, int]]:
        """Judgements: query id to document id to grade. Raises JudgementError."""
        path = self.path / "qrels.tsv"
        judged: dict[str, dict[str, int]] = {}
        try:
            with path.open(encoding="utf-8", newline="") as file:
                rows = csv.reader(file, delimiter="\t")
                try:
                    for query, document, grade in (row[:3] for row in rows if row):
                        if rows.line_num > 1 or grade.isdigit():  # the first may be a heading
                            judged.setdefault(query, {})[document] = int(grade)
                except (ValueError, csv.Error) as error:
                    raise JudgementError(f"{path}, line {rows.line_num}: {error}") from error
        except OSError as error:
            raise JudgementError(f"{path}: {error}") from error
        return judged

    def meta(self) -> Meta:
        """Candidates of an expert set. Raises JudgementError."""
        path = self.path / "meta.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=Meta)
        except (OSError, msgspec.DecodeError) as error:
            raise JudgementError(f"{path}: {error}") from error


def find(path: Path) -> Iterator[JudgedSet]:
    """Every set at a path or below it. Raises JudgementError where there is none."""
    found = list(_find(path))
    if not found:
        raise JudgementError(f"{path}: no judged set here")
    yield from found


def _find(path: Path) -> Iterator[JudgedSet]:
    if path.is_dir():
        if _has(path, "corpus"):
            yield JudgedSet(path.name, path, "retrieval")
        elif _has(path, "evidence"):
            yield JudgedSet(path.name, path, "experts")
        else:
            for inner in sorted(path.iterdir()):
                yield from _find(inner)
    elif path.name.endswith(ENDINGS):
        name = path.name.partition(".")[0]
        first: dict[str, Any] = next(_raw(path), {})
        if "answers" in first:
            yield JudgedSet(name, path, "trust")
        elif "intent" in first:
            yield JudgedSet(name, path, "intents")


def _has(folder: Path, part: str) -> bool:
    return any((folder / f"{part}{ending}").exists() for ending in ENDINGS)


def _part(folder: Path, part: str) -> Path:
    for ending in ENDINGS:
        if (path := folder / f"{part}{ending}").exists():
            return path
    raise JudgementError(f"{folder}: no {part}.jsonl")


def _rows(path: Path, kind: type[Row]) -> Iterator[Row]:
    for number, line in _lines(path):
        try:
            yield msgspec.json.decode(line, type=kind)
        except msgspec.DecodeError as error:
            raise JudgementError(f"{path}, line {number}: {error}") from error


def _raw(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in _lines(path):
        try:
            decoded = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise JudgementError(f"{path}, line {number}: {error}") from error
        yield decoded if isinstance(decoded, dict) else {}


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each line that is not empty, and its number."""
    try:
        data = path.read_bytes()
        whole = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError, zlib.error) as error:
        raise JudgementError(f"{path}: {error}") from error
    numbered = enumerate(whole.splitlines(), start=1)
    yield from ((number, line) for number, line in numbered if line.strip())
