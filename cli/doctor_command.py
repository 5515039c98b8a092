"""Look at everything, change nothing, and say what is wrong and what to do about it."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from cli.crawl_command import left_out
from cli.workplace import Workplace, read_settings, settings_file
from contract.errors import AskaroundError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from contract import Settings
    from crawler.standing import Standing
    from indexer.embed import Model

State = Literal["ok", "warn", "fail"]

LITTLE_ROOM_MB = 500
"""Free disk below which a crawl or a build is likely to fail half-way."""

STALE_DAYS = 7
"""Days without a crawl after which a source is called stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at."""

    state: State
    what: str
    said: str
    hint: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="findings as JSON, for monitors")


def run(args: argparse.Namespace) -> int:
    """Look; 2 where anything has failed."""
    findings = list(examine(args.config, args.data))
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            hint = f"   hint: {finding.hint}" if finding.hint else ""
            print(f"{finding.state:<5}{finding.what:<18}{finding.said}{hint}")
    return 2 if any(finding.state == "fail" for finding in findings) else 0


def examine(named: Path | None, data: Path) -> Iterator[Finding]:
    """Everything there is to say, in the order in which things depend on one another."""
    try:
        config = settings_file(named, data)
        settings = read_settings(config)
    except AskaroundError as error:
        yield _failed("settings", error)
        return
    yield _settings(config, settings)
    yield from _contact(settings)
    yield _room(data)
    if not (data / "archive.db").exists():
        yield Finding(
            state="warn",
            what="archive",
            said=f"nothing has been gathered in {data} yet",
            hint="Run `askaround crawl` or `askaround import`, or `askaround demo` to try it.",
        )
        return
    place = Workplace(settings, data)
    try:
        yield _archive(place)
        yield from _sources(place)
    except AskaroundError as error:
        yield _failed("archive", error)
        return
    yield _index(place)
    yield _model(place)


def _settings(config: Path, settings: Settings) -> Finding:
    if not config.exists():
        said = f"{config} does not exist, so the defaults hold"
        return Finding(state="ok", what="settings", said=said)
    return Finding(state="ok", what="settings", said=f"{config}, {len(settings.source)} sources")


def _contact(settings: Settings) -> Iterator[Finding]:
    from crawler.user_agent import contact

    if contact(settings.site) is None and not all(one.private_network for one in settings.source):
        yield Finding(
            state="warn",
            what="contact",
            said="servers that are crawled cannot tell whom to write to about it",
            hint="Set `contact` under [site] to an address or a page.",
        )


def _room(data: Path) -> Finding:
    folder = next(path for path in (data, *data.resolve().parents) if path.exists())
    free_mb = shutil.disk_usage(folder).free // 1024**2
    state: State = "ok" if free_mb >= LITTLE_ROOM_MB else "fail"
    hint = "" if state == "ok" else "Make room, or name another folder with `--data`."
    return Finding(state=state, what="disk", said=f"{free_mb:,} MB free", hint=hint)


def _archive(place: Workplace) -> Finding:
    said = f"{place.archive.count():,} posts, sequence {place.archive.sequence():,}"
    return Finding(state="ok", what="archive", said=said)


def _sources(place: Workplace) -> Iterator[Finding]:
    from crawler.standing import standings

    gathered = {standing.source: standing for standing in standings(place.store)}
    for source in place.settings.source:
        if source.name not in gathered:
            yield Finding(
                state="warn",
                what=f"source {source.name}",
                said="never gathered",
                hint=f"Run `askaround crawl {source.name}`.",
            )
    sweepers = {one.name: place.sweeper(one) for one in place.settings.source}
    for standing in gathered.values():
        sweeper = sweepers.get(standing.source)
        overdue = 0 if sweeper is None else sweeper.overdue()
        yield _source(standing, overdue, place.clock.now())


def _source(standing: Standing, overdue: int, now: datetime) -> Finding:
    said = [f"{standing.posts:,} posts in {standing.threads:,} threads"]
    state: State = "ok"
    hint = ""
    if standing.last_crawl_at is not None:
        days = (now - standing.last_crawl_at).days
        said.append(f"last crawl {days} days ago" if days else "last crawl today")
        if days > STALE_DAYS:
            state, hint = "warn", f"Run `askaround crawl {standing.source}`."
    if standing.dropped:
        said.append(left_out(standing.dropped))
    if overdue:
        said.append(f"{overdue:,} posts not looked at within their deadline")
        state, hint = "warn", f"Run `askaround crawl {standing.source} --sweep`."
    if standing.under_way:
        said.append("a crawl is under way or was cut short")
        state, hint = "warn", f"Run `askaround crawl {standing.source}` to go on with it."
    if standing.failures:
        counts = ", ".join(f"{count} {name}" for name, count in standing.failures.items())
        said.append(f"pages that failed: {counts}; the last: {standing.last_reason}")
        state, hint = "warn", f"Run `askaround crawl {standing.source}` to try them again."
    return Finding(state=state, what=f"source {standing.source}", said=", ".join(said), hint=hint)


def _index(place: Workplace) -> Finding:
    from indexer.generation import check, read_manifest

    try:
        folder = place.generations.current()
        manifest = read_manifest(folder)
        check(folder, manifest)
    except AskaroundError as error:
        return _failed("index", error)
    behind = place.archive.sequence() - manifest.sequence
    said = f"generation {manifest.number} of {manifest.built_at:%Y-%m-%d %H:%M}, "
    said += f"{manifest.posts:,} posts, {manifest.passages:,} passages, engine {manifest.engine}"
    if behind > 0:
        hint = "Run `askaround index`."
        return Finding(state="warn", what="index", said=f"{said}; newer posts wait", hint=hint)
    return Finding(state="ok", what="index", said=said)


def _model(place: Workplace) -> Finding:
    try:
        encoder = place.encoder(threads=1)
    except AskaroundError as error:
        return _failed("model", error)
    if encoder is None:
        said = "none is set, so only exact words are searched"
        return Finding(
            state="warn", what="model", said=said, hint='Set `[model] name = "default"`.'
        )
    model = encoder.model
    said = f"{model.name}, {model.dimension} dimensions, {model.precision}"
    if place.tuned.in_use(place.settings.model.name) is not None:
        said += "; `askaround tune --undo` goes back to the model it was made of"
    if _waits_for_index(place, model):
        said += "; the index was made without it, and does not use it until the next is built"
        return Finding(state="warn", what="model", said=said, hint="Run `askaround index`.")
    return Finding(state="ok", what="model", said=said)


def _waits_for_index(place: Workplace, model: Model) -> bool:
    """Whether the generation in use was made with another model."""
    from indexer.generation import read_manifest

    try:
        return read_manifest(place.generations.current()).model != model
    except AskaroundError:  # said of the index already
        return False


def _failed(what: str, error: AskaroundError) -> Finding:
    return Finding(state="fail", what=what, said=str(error), hint=error.hint)
