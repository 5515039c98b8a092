"""From the text of `askaround.toml` to `Settings`, with every problem named by its line.

Pure: the command line reads the file and the environment and hands both over. All problems are
reported at once; an unknown key is refused and the nearest known one named, because a misspelt key
that is silently ignored costs somebody an evening.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Any, get_type_hints

import ada_url
import msgspec

from contract.errors import SettingsError
from contract.settings import IndexSettings, Settings, SourceSettings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

SHORTEST_SECRET = 12
"""Characters: what Discourse and Mastodon ask for at least."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_WEB = re.compile(r"https?://[^/\s]")
_HEADER = re.compile(r"\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=")


def parse_settings(
    text: str,
    platforms: Mapping[str, type | None],
    environ: Mapping[str, str] | None = None,
    hooked: Collection[str] = (),
) -> Settings:
    """Read the text of a settings file.

    `platforms` maps the name of each platform to the dataclass of its own options, or to None where
    it has none; `hooked` names those that have webhooks; `environ` is where "env:NAME" looks.
    Raises SettingsError listing every problem.
    """
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"this is not TOML: {error}") from error
    reader = _Reader(_Lines(text), platforms, environ or {}, hooked)
    settings = reader.settings(tree)
    if reader.problems:
        lines = (f"line {line}: {what}" for line, what in sorted(reader.problems))
        raise SettingsError("\n".join(lines))
    return settings


def check_name(name: str) -> None:
    """Raise SettingsError where a source cannot have this name: it starts every id."""
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f'the name "{name}" may hold only lower-case letters, digits and hyphens',
            hint="Choose a short name such as `help` or `forum-2`.",
        )


@dataclasses.dataclass(frozen=True)
class _NoOptions:
    """What a platform without options of its own takes."""


class _Lines:
    """Finds the line of a key, which the TOML parser does not tell."""

    def __init__(self, text: str) -> None:
        self._at: dict[str, int] = {}
        table, counts = "", dict[str, int]()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = header[1]
                self._at.setdefault(table, number)
                if line.lstrip().startswith("[["):
                    counts[table] = counts.get(table, -1) + 1
                head, dot, rest = table.partition(".")
                if head in counts:
                    table = f"{head}[{counts[head]}]{dot}{rest}"
                self._at.setdefault(table, number)
            elif key := _KEY.match(line):
                self._at.setdefault(f"{table}.{key[1]}".lstrip("."), number)

    def of(self, path: str) -> int:
        """Line of the key or of the nearest table around it; 1 where nothing is known."""
        while path:
            if path in self._at:
                return self._at[path]
            path = path.rpartition(".")[0]
        return 1


class _Reader:
    """Turns parsed TOML into `Settings`, collecting problems instead of stopping at the first."""

    def __init__(
        self,
        lines: _Lines,
        platforms: Mapping[str, type | None],
        environ: Mapping[str, str],
        hooked: Collection[str],
    ) -> None:
        self.problems: list[tuple[int, str]] = []
        self._hooked = hooked
        self._lines = lines
        self._platforms = platforms
        self._environ = environ

    def settings(self, tree: dict[str, Any]) -> Settings:
        sources = tree.pop("source", [])
        if not isinstance(sources, list) or not all(isinstance(one, dict) for one in sources):
            self._report("source", 'write each source under a heading "[[source]]"')
            sources = []
        read = [self._source(table, f"source[{at}]") for at, table in enumerate(sources)]
        self._refuse_twins(sources)
        found = tuple(source for source in read if source is not None)
        return Settings(source=found, **dict(self._sections(tree)))

    def _sections(self, tree: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        kinds = {name: kind for name, kind in get_type_hints(Settings).items() if name != "source"}
        for name, table in tree.items():
            if name not in kinds:
                self._report(name, f'unknown key "{name}"', name, [*kinds, "source"])
            elif not isinstance(table, dict):
                self._report(name, f'"{name}" is a section: write it as a heading "[{name}]"')
            elif (section := self._convert(table, kinds[name], name)) is not None:
                if isinstance(section, IndexSettings):
                    for problem in _unclear(section.synonyms):
                        self._report("index.synonyms", problem)
                yield name, section

    def _source(self, table: dict[str, Any], path: str) -> SourceSettings | None:
        platform = str(table.get("platform", ""))
        common = {entry.name for entry in dataclasses.fields(SourceSettings)}
        option_type = self._platforms.get(platform) or _NoOptions
        if platform not in self._platforms:  # then its own keys cannot be told from misspelt ones
            table = {key: value for key, value in table.items() if key in common}
            if "platform" in table:
                known = list(self._platforms)
                self._report(f"{path}.platform", f'unknown platform "{platform}"', platform, known)
        own = [entry.name for entry in dataclasses.fields(option_type)]
        given = {key: value for key, value in table.items() if key not in own}
        for key in ("api_key", "webhook_secret"):
            if key in given:
                given[key] = self._secret(given[key], f"{path}.{key}")
        self._check_webhook(given, platform, f"{path}.webhook_secret")
        self._check_source(given, path)
        source: SourceSettings | None = self._convert(given, SourceSettings, path, extra=own)
        own_given = {key: value for key, value in table.items() if key in own}
        options = self._convert(own_given, option_type, path)
        if source is None or options is None:
            return None
        return dataclasses.replace(source, options=options if own else None)

    def _check_source(self, table: dict[str, Any], path: str) -> None:
        """Report what is of the right type and yet no name, address or weight."""
        name, url, trust = table.get("name"), table.get("url"), table.get("trust")
        if isinstance(name, str):
            try:
                check_name(name)
            except SettingsError as error:
                self._report(f"{path}.name", str(error))
        if isinstance(url, str) and not (_WEB.match(url) and ada_url.check_url(url)):
            self._report(
                f"{path}.url",
                f'the url "{url}" is no address of the form http://… or https://…',
            )
        if isinstance(trust, int | float) and not 0 <= trust <= 2:
            self._report(f"{path}.trust", f"trust is {trust}; it must lie from 0 to 2")

    def _check_webhook(self, table: dict[str, Any], platform: str, path: str) -> None:
        """Report a secret that nothing will be signed with, or that anybody could guess."""
        secret = table.get("webhook_secret")
        if "webhook_secret" in table and platform in self._platforms.keys() - set(self._hooked):
            those = ", ".join(f'"{name}"' for name in sorted(self._hooked)) or "none"
            self._report(path, f'"{platform}" has no webhooks; those that have: {those}')
        elif isinstance(secret, str) and len(secret) < SHORTEST_SECRET:
            self._report(
                path,
                f"webhook_secret has {len(secret)} characters; "
                f"it needs {SHORTEST_SECRET} at least, better 32 by chance",
            )

    def _secret(self, value: object, path: str) -> object:
        if not isinstance(value, str) or not value.startswith("env:"):
            return value
        name = value.removeprefix("env:")
        if name not in self._environ:
            self._report(path, f"the environment variable {name} is not set")
        return self._environ.get(name)

    def _refuse_twins(self, sources: list[dict[str, Any]]) -> None:
        names = [table.get("name") for table in sources]
        for at, name in enumerate(names):
            if name is not None and name in names[:at]:
                self._report(f"source[{at}].name", f'two sources are named "{name}"')

    def _convert(
        self, table: dict[str, Any], kind: type[Any], path: str, extra: Iterable[str] = ()
    ) -> Any:
        """Return `table` as `kind`, or None after reporting why not, key by key."""
        entries = [entry for entry in dataclasses.fields(kind) if entry.name != "options"]
        known, hints = [entry.name for entry in entries], get_type_hints(kind)
        before, values = len(self.problems), dict[str, Any]()
        for key, value in table.items():
            if key not in known:
                self._report(f"{path}.{key}", f'unknown key "{key}"', key, [*known, *extra])
                continue
            try:
                values[key] = msgspec.convert(value, hints[key])
            except msgspec.ValidationError as error:
                what, _, inside = str(error).partition(" - at `$")
                self._report(f"{path}.{key}", f'"{key}{inside.rstrip("`")}": {what}')
        for entry in entries:
            needed = entry.default is entry.default_factory is dataclasses.MISSING
            if needed and entry.name not in table:
                self._report(path, f'the key "{entry.name}" is missing')
        return kind(**values) if len(self.problems) == before else None

    def _report(
        self, path: str, what: str, given: str = "", known: list[str] | None = None
    ) -> None:
        self.problems.append((self._lines.of(path), f"{what}{_nearest(given, known or [])}"))


def _unclear(synonyms: Sequence[Sequence[str]]) -> Iterator[str]:
    """Groups that say nothing, and words of which nobody could tell what they mean."""
    home: dict[str, str] = {}
    for at, group in enumerate(synonyms):
        name = f'"synonyms[{at}]"'
        if len(group) < 2:
            yield f"{name} has {len(group)} members; a group needs two at least"
        for synonym in group:
            word = " ".join(synonym.casefold().split())
            if not any(map(str.isalnum, word)):
                yield f'{name}: "{synonym}" is no word'
            elif word in home:
                yield f'{name}: "{synonym}" stands in {home[word]} already; name it once'
            else:
                home[word] = name


def _nearest(given: str, known: list[str]) -> str:
    near = difflib.get_close_matches(given, known, n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""
