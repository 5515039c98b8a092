"""Generations: immutable folders, one of them in use, and the switch between them.

    index/gen-000007/manifest.json   what it holds, with the size and checksum of every file
    index/CURRENT                    the name of the one in use

A generation may share files with the one it was made out of: neither ever changes them.

A generation is written under another name, checked and flushed to disk, renamed into place, and
then named by an atomic rename of CURRENT: readers see the old one or the new one, never a mixture,
and so does whoever comes after a power cut. Anything newer than what CURRENT names is rubbish.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from contract.errors import BrokenGenerationError, NoGenerationError
from indexer.embed import Model
from indexer.sealed import is_same

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORM = 4
"""Grows when the files of a generation change; another form is rebuilt, not read."""

MANIFEST = "manifest.json"
CURRENT = "CURRENT"
UNFINISHED = ".tmp"


class Kept(msgspec.Struct, frozen=True):
    """A file as it must be found again."""

    bytes: int
    sha256: str


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """The generation that was built of everything, from which later ones were made."""

    number: int
    built_at: datetime
    passages: int
    """Rows that its vector index holds; those of later ones stand behind."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation says of itself."""

    form: int
    number: int
    archive: int
    """Identity of the archive it was built from."""
    sequence: int
    """The archive's sequence it covers: later changes are not in it."""
    built_at: datetime
    engine: str
    model: Model | None
    languages: tuple[str, ...]
    posts: int
    passages: int
    keys: int
    """Keys given since all was written whole: more than posts, the more has changed since."""
    rows: int
    """Rows given since then."""
    whole: Whole
    """This one itself, or the one it goes back to."""
    files: dict[str, Kept] = {}
    digest: str = ""
    """SHA-256 of all the above: an altered manifest would hide what it says of its files."""


class Generations:
    """The generations below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path:
        """Folder of the one in use. Raises NoGenerationError where there is none."""
        try:
            name = (self.folder / CURRENT).read_text("utf-8").strip()
        except FileNotFoundError as error:
            raise NoGenerationError(f"{self.folder}: nothing has been indexed yet") from error
        return self.folder / name

    def all(self) -> list[Path]:
        """Every finished generation, oldest first."""
        return sorted(path for path in self.folder.glob("gen-*") if path.suffix != UNFINISHED)

    @contextlib.contextmanager
    def new(self) -> Iterator[tuple[int, Path]]:
        """An empty folder to build in, with the number it will have; gone if the build fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(f"gen-*{UNFINISHED}"):
            shutil.rmtree(leftover)
        numbers = [int(path.name.removeprefix("gen-")) for path in self.all()]
        number = max(numbers, default=0) + 1
        folder = self.folder / f"{_name(number)}{UNFINISHED}"
        folder.mkdir()
        try:
            yield number, folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def seal(self, folder: Path, manifest: Manifest, base: Path | None = None) -> Path:
        """Finish what was built in `folder` and put it in use; its folder from now on.

        `base` is the generation it was made out of, checked just now: files that are one with files
        of that need not be read again.
        """
        known = {} if base is None else read_manifest(base).files
        files = {
            name: known[name]
            if base is not None and name in known and is_same(folder / name, base / name)
            else _kept(folder / name)
            for name in _names(folder)
        }
        whole = msgspec.structs.replace(manifest, files=files)
        whole = msgspec.structs.replace(whole, digest=_digest(whole))
        encoded = msgspec.json.format(msgspec.json.encode(whole), indent=1)
        (folder / MANIFEST).write_bytes(encoded)
        shared = {folder / name for name, kept in files.items() if kept is known.get(name)}
        for path in folder.rglob("*"):
            if path not in shared:  # those were flushed with the generation they come from
                _flush(path)
        _flush(folder)
        final = self.folder / _name(manifest.number)
        folder.rename(final)
        _flush(self.folder)
        self.use(final)
        return final

    def use(self, folder: Path) -> None:
        """Put a finished generation in use: the one step that readers can see."""
        waiting = self.folder / f"{CURRENT}{UNFINISHED}"
        waiting.write_text(f"{folder.name}\n", "utf-8")
        _flush(waiting)
        waiting.replace(self.folder / CURRENT)
        _flush(self.folder)

    def prune(self, keep: int) -> list[Path]:
        """Remove all but the newest `keep` and the one in use; those removed."""
        in_use = self.current()
        kept = {*self.all()[-max(1, keep) :], in_use}
        removed = [path for path in self.all() if path not in kept]
        for path in removed:
            shutil.rmtree(path)
        return removed


def read_manifest(folder: Path) -> Manifest:
    """Read what a generation says of itself.

    Raises BrokenGenerationError where it says nothing that can be read, has been altered or is of
    another form.
    """
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise BrokenGenerationError(f"{folder / MANIFEST} cannot be read ({error})") from error
    if manifest.form != FORM:
        raise BrokenGenerationError(f"{folder}: written by another release (form {manifest.form})")
    if manifest.digest != _digest(manifest):
        raise BrokenGenerationError(f"{folder / MANIFEST} has been altered")
    return manifest


def check(folder: Path, manifest: Manifest, beside: Path | None = None) -> None:
    """Raise BrokenGenerationError that names the first file which is not as it was sealed.

    Files that are one with those of a generation `beside`, which was checked before, are not read.
    """
    for name, kept in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BrokenGenerationError(f"{path} is missing")
        if beside is not None and beside != folder and is_same(path, beside / name):
            continue
        found = _kept(path)
        if found.bytes != kept.bytes:
            raise BrokenGenerationError(f"{path} has {found.bytes} bytes, not {kept.bytes}")
        if found.sha256 != kept.sha256:
            raise BrokenGenerationError(f"{path} has been altered")


def _name(number: int) -> str:
    return f"gen-{number:06d}"


def _digest(manifest: Manifest) -> str:
    bare = msgspec.structs.replace(manifest, digest="")
    return hashlib.sha256(msgspec.json.encode(bare)).hexdigest()


def _names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(folder)) for path in files if not path.name.startswith("."))


def _kept(path: Path) -> Kept:
    with path.open("rb") as file:
        return Kept(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _flush(path: Path) -> None:
    """Wait until the disk has it; folders too, since a rename lives in its folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
