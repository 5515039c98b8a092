"""What strangers write must come out as words: in every place a page shows them."""

from urllib.parse import quote

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from contract import Author
from crawler.clean import from_html
from tests.web.conftest import write
from web.app import app

VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<input autofocus onfocus=alert(1)>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<!--><img src=x onerror=alert(1)>-->",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus=alert(1) x="',
    "{{ 7*7 }}{% raw %}",
    "${alert(1)}",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3C;script&#x3E;alert(1)&#x3C;/script&#x3E;",
    "\u2028<script>alert(1)</script>\u2029",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<marquee onstart=alert(1)>",
    "<isindex action=javascript:alert(1) type=image>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "# <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "> <svg onload=alert(1)>",
    "1. <script>alert(1)</script>",
    "`<script>alert(1)</script>`",
]


def is_inert(text):
    page = lxml.html.fromstring(text)
    scripts = [s for s in page.xpath("//script") if s.get("type") != "application/ld+json"]
    assert [s.get("src", "")[:8] for s in scripts] == ["/static/"]
    assert page.xpath("//*[@*[starts-with(name(),'on')]]") == []
    assert page.xpath("//@style") == []
    assert page.xpath("//iframe|//object|//embed|//base|//video|//form[@action!='/search']") == []
    assert page.xpath("//img|//style|//math") == []
    links = [str(link).strip().lower() for link in page.xpath("//@href|//@src|//@cite|//@action")]
    assert [link for link in links if not link.startswith(("/", "http://", "https://", "#"))] == []
    assert page.xpath("//link[@rel='stylesheet'][not(starts-with(@href,'/static/'))]") == []
    assert page.xpath("//meta[@http-equiv]") == []


def infested():
    """A thread for each vector, with the vector wherever a stranger can write."""
    for number, vector in enumerate(VECTORS):
        body = from_html(f"<p>mower {vector} lawn</p>", "https://qa.example/")
        common = {"text": f"mower {vector} lawn", "html": body.html, "tags": (vector,)}
        author = Author(author_id=f"qa:{number}", name=vector, url="https://qa.example/u")
        yield write(f"q{number}", title=f"mower {vector}", author=author, **common)
        yield write(f"a{number}", parent=f"q{number}", author=author, votes=9, **common)


@pytest.fixture(scope="module")
def hostile(make_site):
    with TestClient(app(make_site(list(infested()), per_page=50))) as client:
        yield client


@pytest.mark.parametrize("page", [1, 2])
def test_hostile_posts_are_harmless_in_results(hostile, page):
    reply = hostile.get("/search", params={"q": "mower lawn alert", "page": str(page)})
    assert reply.status_code == 200
    is_inert(reply.text)


@pytest.mark.parametrize("number", range(len(VECTORS)))
def test_a_hostile_thread_is_harmless(hostile, number):
    reply = hostile.get(f"/thread/qa:q{number}")
    assert reply.status_code == 200
    is_inert(reply.text)


@pytest.mark.parametrize("vector", VECTORS)
def test_a_hostile_question_is_harmless(client, vector):
    reply = client.get("/search", params={"q": vector, "source": vector, "page": vector})
    assert reply.status_code == 200
    is_inert(reply.text)


@pytest.mark.parametrize("vector", VECTORS)
def test_a_hostile_address_is_harmless(client, vector):
    reply = client.get(f"/thread/{quote(vector)}")
    assert reply.status_code == 404
    is_inert(reply.text)


@given(st.text(max_size=200))
def test_no_question_breaks_the_site(site, text):
    with TestClient(app(site)) as client:
        reply = client.get("/search", params={"q": text.encode("utf-8", "replace").decode()})
    assert reply.status_code == 200


ABSURD = [
    "(" * 500,
    '"' * 301,
    "a OR " * 400,
    "-" * 2000,
    "NOT " * 300,
    "x" * 5000,
    "\U0001f9d1\u200d\U0001f527" * 200,
    "source:",
    "after:9999-99-99",
    "%00",
    "\\",
    "a~2 b^3",
    "*",
    "[a TO b",
    "日本語",
]


@pytest.mark.parametrize("query", ABSURD, ids=range(len(ABSURD)))
def test_an_absurd_question_gets_a_page(client, query):
    assert client.get("/search", params={"q": query}).status_code == 200
