"""Models tuned to one archive, beside it in the data folder, and which of them is in use.

    models/tuned-000001/          the model as it is served; weights/ holds it as it was trained
    models/tuned-000001.json      by which figures it came into use, or was refused
    models/IN_USE                 the one in use, and which model it was made of

It takes the place of the model in the settings for as long as these name the one it was made of.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from filelock import FileLock, Timeout

from contract.errors import BusyError, ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_USE = "IN_USE"
_NAME = re.compile(r"tuned-(\d{6})")


class Use(msgspec.Struct, frozen=True):
    """Which tuned model is in use, and instead of which one in the settings."""

    model: str
    instead_of: str


class TunedModels:
    """The tuned models below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def in_use(self, instead_of: str) -> Path | None:
        """Folder of the model to use where the settings name `instead_of`; None: that itself.

        Raises ModelError where the model is not there.
        """
        use = self._use()
        if use is None or use.instead_of != instead_of:
            return None
        folder = self.folder / use.model
        if not folder.is_dir():
            raise ModelError(
                f"{folder}, the tuned model in use, is missing",
                hint="Run `askaround tune --undo`, or `askaround tune` again.",
            )
        return folder

    def all(self) -> list[Path]:
        """Folder of every tuned model, oldest first."""
        found = self.folder.glob("tuned-*") if self.folder.exists() else iter(())
        return sorted(path for path in found if path.is_dir())

    @contextlib.contextmanager
    def new(self) -> Iterator[tuple[str, Path]]:
        """Name of the next model, and a folder to make it in, which is gone afterwards.

        Raises BusyError where another process is making one.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            lock = FileLock(self.folder / "tune.lock", timeout=0).acquire()
        except Timeout as error:
            raise BusyError("another process is tuning the model") from error
        taken = [
            int(match[1]) for path in self.folder.iterdir() if (match := _NAME.match(path.name))
        ]
        name = f"tuned-{max(taken, default=0) + 1:06d}"
        with lock, tempfile.TemporaryDirectory(dir=self.folder, prefix=".") as scratch:
            yield name, Path(scratch)

    def report(self, name: str, said: object) -> Path:
        """Keep what was said of a model beside it."""
        path = self.folder / f"{name}.json"
        path.write_bytes(msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n")
        return path

    def keep(self, made: Path, name: str) -> Path:
        """Move a finished model to its place; its folder from now on."""
        return made.rename(self.folder / name)

    def use(self, name: str, instead_of: str) -> None:
        """Put a model in use. Only the one before it stays as well, for the generation it made."""
        before = self._use()
        waiting = self.folder / f"{IN_USE}.tmp"
        waiting.write_bytes(msgspec.json.encode(Use(model=name, instead_of=instead_of)))
        waiting.replace(self.folder / IN_USE)
        kept = {name, before.model if before else name}
        for folder in self.all():
            if folder.name not in kept:
                shutil.rmtree(folder)

    def undo(self) -> bool:
        """Use the model that the settings name; whether another one was in use."""
        try:
            (self.folder / IN_USE).unlink()
        except FileNotFoundError:
            return False
        return True

    def _use(self) -> Use | None:
        path = self.folder / IN_USE
        try:
            return msgspec.json.decode(path.read_bytes(), type=Use)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise ModelError(f"{path}: {error}", hint="Run `askaround tune --undo`.") from error
