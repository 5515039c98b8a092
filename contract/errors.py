"""Everything that can go wrong in a way a person can mend, as one tree.

    AskaroundError
    ├── SettingsError            the settings file
    ├── SourceError              a place that is gathered
    │   ├── UnexpectedShapeError     a page that is not what its platform documents
    │   ├── UnreachableError         no usable reply
    │   └── RefusedAddressError      the egress gate said no
    ├── ArchiveError             the store of everything gathered
    │   └── BusyError                somebody else is at work in it
    ├── JobError                 a crawl that was asked for
    ├── ImportFormatError        a file handed to `askaround import`
    ├── SearchIndexError         what can be searched
    │   ├── NoGenerationError        nothing has been indexed yet
    │   ├── BrokenGenerationError    an index that does not match its manifest
    │   ├── ModelError               the embedding model cannot be had
    │   └── TuningError              there is nothing to tune it with
    ├── JudgementError           a judged set handed to `askaround eval`
    └── PortError                an address that cannot be served on

Each says what happened, where and with which value; `hint` says in one sentence what to do. They
are raised at the edge that knows and caught at three boundaries only: one page (the spider), one
request (the site), one command (the command line).
"""

from __future__ import annotations


class AskaroundError(Exception):
    """Something a person can mend; `hint` tells how, in one imperative sentence."""

    hint = "Run `askaround doctor` to see what is wrong."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class SettingsError(AskaroundError):
    """The settings cannot be read; the message lists every problem with its line."""

    hint = "Correct the lines named above; askaround.example.toml shows every key."


class SourceError(AskaroundError):
    """A place could not be gathered, wholly or in part; other places are not affected."""

    hint = "Run `askaround check SOURCE` to see what the source answers."


class UnexpectedShapeError(SourceError):
    """A page is not what the platform documents; the message names the page and the field."""

    hint = "The page is kept: run `askaround replay PAGE` to read it again after an update."


class UnreachableError(SourceError):
    """No reply that can be used: refused, timed out, or answered with an error for too long."""

    hint = "Check the address and that the service is up; the crawl goes on where it stopped."


class RefusedAddressError(SourceError):
    """The egress gate refused an address that must not be reached from a crawler."""

    hint = "If the source really is on your own network, set `private_network = true` for it."


class ArchiveError(AskaroundError):
    """The archive cannot be opened, read or written."""

    hint = "Check that the data folder exists, is writable and has room left."


class BusyError(ArchiveError):
    """Another process is doing the same work."""

    hint = "Wait for the other `askaround` command to end, or stop it."


class JobError(AskaroundError):
    """A crawl that was asked for is not there, or is not in a state that allows what is wanted."""

    hint = "Run `askaround jobs` to see what was asked for and how it stands."


class ImportFormatError(AskaroundError):
    """A file to import is not in a form we read; the message names the line."""

    hint = "docs/interchange.md describes the forms that can be imported."


class SearchIndexError(AskaroundError):
    """What can be searched is missing or unusable."""

    hint = "Run `askaround index`."


class NoGenerationError(SearchIndexError):
    """Nothing has been indexed yet."""

    hint = "Run `askaround crawl`, then `askaround index`."


class BrokenGenerationError(SearchIndexError):
    """An index does not match its manifest: half written, cut or altered."""

    hint = "Run `askaround index --rebuild`; nothing is lost, the archive holds every post."


class ModelError(SearchIndexError):
    """The embedding model cannot be loaded; search goes on by keywords alone."""

    hint = "Check `[model] name` in the settings, then run `askaround index`."


class TuningError(SearchIndexError):
    """The model cannot be tuned to the archive; the one in use stays in use."""

    hint = "docs/tuning.md tells what tuning needs."


class JudgementError(AskaroundError):
    """A judged set cannot be read; the message names the file and the line."""

    hint = "docs/evaluation.md describes the forms of judged sets."


class PortError(AskaroundError):
    """The address to serve on is taken or not ours to take."""

    hint = "Choose another port with `--port`."
