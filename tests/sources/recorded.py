"""Every page that stands for a platform, read by its source."""

import contextlib
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from contract import SourceSettings
from contract.errors import SourceError
from crawler import urls
from crawler.fetch import Dropped, Page
from crawler.registry import PLATFORMS, build
from crawler.times import EPOCH

HERE = Path(__file__).parent
SECRET = "s3cr3t-k3y"  # noqa: S105  opens nothing

CASES = {
    name: import_module(f"tests.sources.cases.{name.replace('-', '_')}").CASE for name in PLATFORMS
}


def source_of(platform, key=SECRET, name="it"):
    """A source as its case sets it up."""
    case = CASES[platform]
    return build(
        SourceSettings(
            name=name, platform=platform, url=case.url, options=case.options, api_key=key
        )
    )


@cache
def pages_of(platform):
    """The recorded pages, each as the page it is, by the name of its file."""
    case, pages = CASES[platform], {}
    for file in sorted((HERE / platform).iterdir()):
        if not file.name.startswith("error_"):
            url = f"{urls.origin(case.url)}/{file.stem}"
            pages[file.stem] = Page(
                kind=case.kind(file), url=url, body=file.read_bytes(), note=case.note(file)
            )
    return pages


def read(platform, page, name="it", since=EPOCH):
    """What a page says, up to where its quota is used up."""
    found = []
    ends_early = [SourceError] if page.url.endswith("using_up_the_quota") else []
    with contextlib.suppress(*ends_early):
        found.extend(source_of(platform, name=name).read(page, since))
    return found


def left_out(platform, name, was="", now=""):
    """Why things on a page are not kept, with `now` in place of all that `was` there."""
    page = pages_of(platform)[name]
    assert was.encode() in page.body
    page = replace(page, body=page.body.replace(was.encode(), now.encode()))
    return [item.why for item in read(platform, page) if isinstance(item, Dropped)]
