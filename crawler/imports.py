"""From a file or folder on disk to posts in the archive."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from contract.errors import ImportFormatError
from crawler import exports, interchange, mbox, stackexchange_dump
from crawler.owner import as_owner_says
from crawler.times import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from contract import Post, SourceSettings
    from crawler.archive import Archive

BATCH = 500
"""Posts kept in one transaction: large enough to be quick, small enough to lose little."""


def posts(
    path: Path, source: SourceSettings, seen_by: Mapping[str, str] | None = None
) -> Iterator[Post]:
    """Read what is at `path`: JSON lines, mail (`.mbox`), a dump's folder or a chat's export.

    Files may be packed (`.gz`). `seen_by` names for a room of a chat the group that sees it. Raises
    ImportFormatError where it is none of them.
    """
    if path.is_dir() and (path / "Posts.xml").exists():
        found = stackexchange_dump.posts(path, source.name, source.url)
    elif (chat := exports.posts(path, source, seen_by)) is not None:
        found = chat
    elif path.name.endswith((".jsonl", ".jsonl.gz", ".json", ".json.gz")) and path.is_file():
        found = interchange.posts(path, source.name)
    elif path.name.endswith((".mbox", ".mbox.gz")) and path.is_file():
        found = mbox.posts(path, source.name, source.url)
    else:
        forms = "neither a file of JSON lines nor one of mail nor a folder with Posts.xml"
        forms = f"{forms} nor the export of a chat"
        raise ImportFormatError(f"{path}: {forms}")
    return (as_owner_says(post, source) for post in found)


def keep(
    archive: Archive, found: Iterator[Post], progress: Callable[[int], None] = lambda _: None
) -> int:
    """Keep posts in the archive, batch by batch; how many are new or changed.

    A file does not say how old it is: what has been deleted at its place stays deleted.
    """
    changed = 0
    while batch := list(itertools.islice(found, BATCH)):
        with archive.store.writing() as tx:
            changed += archive.keep(tx, batch, asked_at=EPOCH)
        progress(len(batch))
    return changed
