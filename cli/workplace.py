"""What commands work with, built from settings and data folder, each part when asked for."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from contract import Settings, SourceSettings, SystemClock, parse_settings
from contract.errors import SettingsError

if TYPE_CHECKING:
    import argparse

    from crawler.archive import Archive
    from crawler.hooks import Hooks
    from crawler.store import Store
    from crawler.sweep import Sweeper
    from crawler.touched import TouchedPosts
    from indexer.build import Progress
    from indexer.embed import Encoder, Model
    from indexer.generation import Generations, Manifest
    from indexer.library import Library
    from indexer.tuned import TunedModels
    from ranker.search import Ranker


SETTINGS = "askaround.toml"


class Workplace:
    """Settings, archive, index and ranker of one installation."""

    def __init__(self, settings: Settings, data: Path) -> None:
        self.settings = settings
        self.data = data
        self.clock = SystemClock()

    @classmethod
    def of(cls, args: argparse.Namespace) -> Workplace:
        """Build it from the arguments that every command takes."""
        return cls(read_settings(settings_file(args.config, args.data)), args.data)

    @cached_property
    def store(self) -> Store:
        """The archive's database."""
        from crawler.store import Store

        return Store(self.data / "archive.db")

    @cached_property
    def archive(self) -> Archive:
        """Every post there is."""
        from crawler.archive import Archive

        return Archive(self.store, self.clock)

    def sweeper(self, source: SourceSettings) -> Sweeper | None:
        """What chooses the posts of a source that have to be looked at again.

        None where the place shows nothing again.
        """
        from datetime import timedelta

        from crawler.registry import build
        from crawler.sweep import Sweeper

        within = build(source).verify_within
        if within is None:
            return None
        deadline = timedelta(days=source.verify_days) or within
        return Sweeper(store=self.store, clock=self.clock, source=source.name, deadline=deadline)

    @cached_property
    def touched(self) -> TouchedPosts:
        """Posts that places have sent word of."""
        from crawler.touched import TouchedPosts

        return TouchedPosts(self.store, self.clock)

    @cached_property
    def hooks(self) -> Hooks:
        """What takes the events that places send."""
        from crawler.hooks import Hooks

        return Hooks(self.settings.source, self.store, self.clock)

    @cached_property
    def generations(self) -> Generations:
        """The index's generations."""
        from indexer.generation import Generations

        return Generations(self.data / "index")

    @property
    def threads(self) -> int:
        """Threads that embed while indexing."""
        return self.settings.model.threads or os.cpu_count() or 1

    @cached_property
    def tuned(self) -> TunedModels:
        """Models that were tuned to this archive."""
        from indexer.tuned import TunedModels

        return TunedModels(self.data / "models")

    def encoder(self, *, threads: int, indexing: bool = False) -> Encoder | None:
        """The embedding model, tuned where that is in use; None where the settings want none.

        `indexing` says that many passages are to be embedded.
        """
        from indexer.embed import open_encoder, open_folder

        settings = self.settings.model
        tuned = None if settings.name == "none" else self.tuned.in_use(settings.name)
        if tuned is not None:
            return open_folder(tuned, threads, indexing=indexing)
        return open_encoder(settings, threads=threads, announce=say, indexing=indexing)

    def encoder_of(self, model: Model) -> Encoder | None:
        """The model that made a generation, to embed queries; None where there is none.

        After a change of model that is another one than `encoder` opens, until the next generation
        is built. One thread embeds a query: more only disturb one another.
        """
        from indexer.embed import cache_folder, find, open_folder

        if self.settings.model.name == "none":
            return None
        folder = find(model, (self.tuned.folder, cache_folder()))
        return self.encoder(threads=1) if folder is None else open_folder(folder, threads=1)

    def build(
        self, progress: Progress, encoder: Encoder | None = None, *, whole: bool = False
    ) -> Manifest:
        """Build a generation from the archive, with this model or else ours; put it in use.

        `whole` makes it of all posts, whatever there is to go on from.
        """
        from indexer.build import Workshop, build

        workshop = Workshop(
            archive=self.archive,
            generations=self.generations,
            settings=self.settings.index,
            encoder=encoder or self.encoder(threads=self.threads, indexing=True),
            embeddings=self.data / "embeddings",
            clock=self.clock,
        )
        return build(workshop, progress, whole=whole)

    @cached_property
    def library(self) -> Library:
        """The generation in use, searched with the model that made it."""
        from indexer.library import Library

        return Library(self.generations, self.archive, None, self.encoder_of)

    @cached_property
    def ranker(self) -> Ranker:
        """What answers questions."""
        from ranker.search import Ranker

        return Ranker(self.library, self.archive, self.settings, self.clock)


def settings_file(named: Path | None, data: Path) -> Path:
    """The file to read: the one named, else ours, else what `askaround demo` left beside its data.

    Raises SettingsError where the one named is not there.
    """
    if named is not None and not named.exists():
        raise SettingsError(
            f"{named} does not exist", hint="Name a file that does with `--config`."
        )
    ours, beside = Path(SETTINGS), data / SETTINGS
    return named or (beside if not ours.exists() and beside.exists() else ours)


def read_settings(path: Path) -> Settings:
    """Read the settings file; where there is none the defaults hold.

    Raises SettingsError that names the file and every line that is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    from crawler import registry

    try:
        return parse_settings(text, registry.options(), os.environ, registry.hooked())
    except SettingsError as error:
        raise SettingsError(f"{path}:\n{error}", hint=error.hint) from error


def say(words: str) -> None:
    """Talk to whoever runs the command."""
    print(words, file=sys.stderr, flush=True)
