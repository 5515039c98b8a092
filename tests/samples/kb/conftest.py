import json
import re

import pytest

LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def page(kb_site):
    """The text at an address of the help site."""

    def show(path):
        answer = kb_site.get(path)
        assert answer.status_code == 200, path
        return answer.text

    return show


@pytest.fixture
def markup(page):
    """What a page says of itself in JSON-LD: the article, and the trail that leads to it."""

    def read(path):
        (script,) = LD.findall(page(path))
        article, crumbs = json.loads(script)
        return article, crumbs

    return read
