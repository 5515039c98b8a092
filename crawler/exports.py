"""Exports of chats as they lie on disk: which platform wrote them, and their files one by one."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from typing import TYPE_CHECKING

import msgspec

from contract.errors import ImportFormatError
from crawler.formats import discord_export, matrix_export, slack_export
from crawler.formats.chat import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from contract import Post, SourceSettings
    from crawler.formats.chat import Files

ZIPPED = b"PK\x03\x04"
GZIPPED = b"\x1f\x8b"


class _Head(msgspec.Struct):
    """What tells one platform's file from another's, of what stands in it."""

    guild: msgspec.Raw = msgspec.Raw()
    channel: msgspec.Raw = msgspec.Raw()
    room_name: msgspec.Raw = msgspec.Raw()
    messages: msgspec.Raw = msgspec.Raw()
    chunk: msgspec.Raw = msgspec.Raw()

    @property
    def is_discord(self) -> bool:
        return bool(self.guild and self.channel and self.messages)

    @property
    def is_matrix(self) -> bool:
        return bool(self.chunk or (self.room_name and self.messages))


def posts(
    path: Path, source: SourceSettings, seen_by: Mapping[str, str] | None = None
) -> Iterator[Post] | None:
    """Read the export of Slack, Discord or Matrix that is at `path`; None where there is none.

    `seen_by` names for a room the group that sees it. Raises ImportFormatError where an export
    cannot be read, or holds a file that is none of its platform's.
    """
    if (files := _opened(path)) is None:
        return None
    if slack_export.root_of(files) is not None:
        return slack_export.posts(files, source.name, source.url, seen_by)
    names = _rooms(files.names)
    heads = {name: _head(files, name) for name in names}
    discord = [name for name, head in heads.items() if head is not None and head.is_discord]
    matrix = [name for name, head in heads.items() if head is not None and head.is_matrix]
    if not discord and not matrix:
        return None
    if strange := set(names) - set(discord or matrix):
        place = files.place(min(strange))
        raise ImportFormatError(f"{place}: is no {'Discord' if discord else 'Matrix'} export")
    if discord:
        return discord_export.posts(files, source.name, discord, seen_by)
    return matrix_export.posts(files, source.name, matrix, seen_by)


def _rooms(names: Sequence[str]) -> list[str]:
    """Files that may hold a room, and no file that somebody sent to one.

    Those lie in a folder of their own (Discord) or beside the `export.json` of the room (Matrix).
    """
    found = [name for name in names if name.endswith((".json", ".json.gz"))]
    rooms = [name for name in found if "_Files/" not in name]
    return [name for name in rooms if name.split("/")[-1] == "export.json"] or rooms


def _head(files: Files, name: str) -> _Head | None:
    """The head of a file; None where it is no single object of JSON."""
    try:
        return decode(files, name, _Head)
    except ImportFormatError:
        return None


def _opened(path: Path) -> Files | None:
    if path.is_dir():
        return _Folder(path)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        magic = file.read(len(ZIPPED))
    if magic == ZIPPED:
        return _Zip(path)
    if path.name.endswith((".json", ".json.gz")) and not _is_lines(path):
        return _File(path)
    return None


def _is_lines(path: Path) -> bool:
    """Whether a file holds an object of JSON a line, as the first two lines tell.

    Such a file may be larger than memory; an export is one object, on one line or on many.
    """
    try:
        with gzip.open(path) if _packed(path) else path.open("rb") as lines:
            first, second = lines.readline(), lines.readline()
        msgspec.json.decode(first, type=msgspec.Raw)
    except (OSError, EOFError, zlib.error, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return bool(second.strip())


def _packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(GZIPPED)) == GZIPPED


def _unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(GZIPPED) else content


class _Folder:
    """The files below a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        found = (file for file in path.rglob("*.json*") if file.is_file())
        self.names: tuple[str, ...] = tuple(sorted(f.relative_to(path).as_posix() for f in found))

    def read(self, name: str) -> bytes:
        try:
            return _unpacked((self._path / name).read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise ImportFormatError(f"{self.place(name)}: {error}") from error

    def place(self, name: str) -> str:
        return str(self._path / name)


class _Zip:
    """The files in a zip."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._packed = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise ImportFormatError(f"{path}: {error}") from error
        found = (one.filename for one in self._packed.infolist() if not one.is_dir())
        self.names: tuple[str, ...] = tuple(sorted(found))

    def read(self, name: str) -> bytes:
        try:
            return _unpacked(self._packed.read(name))
        # RuntimeError: it is locked by a password; NotImplementedError: packed in a strange way
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
            raise ImportFormatError(f"{self.place(name)}: {error}") from error

    def place(self, name: str) -> str:
        return f"{self._path}/{name}"


class _File:
    """One file alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.names: tuple[str, ...] = (path.name,)

    def read(self, name: str) -> bytes:
        try:
            return _unpacked(self._path.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise ImportFormatError(f"{self._path}: {error}") from error

    def place(self, name: str) -> str:
        return str(self._path)
