"""Whole crawls through Scrapy, of sites on this machine: good ones beside every kind of bad one."""

import gzip
import json
import ssl
import time
from datetime import UTC, datetime
from importlib.metadata import version
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contract import SourceSettings
from contract.errors import BusyError
from crawler import schema, urls
from crawler.crawl import locked

pytestmark = pytest.mark.xdist_group("crawl")

KEY = "very(secret)key"
MB = 2**20


def page(words, *links):
    """A page that says what it is, so that nobody has to look for its main text."""
    question = {"@type": "Question", "name": words, "text": f"{words} is told here."}
    marked = json.dumps({"@type": "QAPage", "mainEntity": question})
    anchors = "".join(f"<a href='{link}'>{link}</a> " for link in links)
    return f"<script type='application/ld+json'>{marked}</script><p>{anchors}"


def stalls(answering):
    """Promise a page and let it drip, so that only the crawler's own patience ends it."""
    answering.send_response(200)
    answering.end_headers()
    for _ in range(100):
        answering.wfile.write(b"<p>")
        time.sleep(0.1)


def breaks_off(answering):
    answering.send_response(200)
    answering.send_header("Content-Length", "5000")
    answering.end_headers()
    answering.wfile.write(page("Half a page").encode()[:50])


def never_ends(answering):
    answering.send_response(200)
    answering.end_headers()
    while True:
        answering.wfile.write(b"x" * 65536)


def to(address):
    return 302, {"Location": address}, b""


def certificate(folder):
    """A certificate that nobody has vouched for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins.replace(2100))
    made = made.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "certificate.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


TROUBLE = {
    "/404": 404,
    "/410": 410,
    "/500": 500,
    "/502": (502, {}, page("A page of error").encode()),
    "/slow": stalls,
    "/short": breaks_off,
    "/endless": never_ends,
    "/large": (200, {"Content-Length": 3 * MB}, b"x" * 3 * MB),
    "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 60 * MB)),
    "/torn": (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08 torn"),
    "/odd": (200, {"Content-Type": "application/json"}, b"{"),
    "/empty": (200, {}, b""),
    "/loop": to("/loop"),
    "/fine": page("The fine page"),
}


@pytest.fixture(scope="module")
def crawled(place, crawls):
    """One crawl of many sources at once."""
    help_ = place(
        {
            "/": page("The first page", "/list/1", "/one", "https://elsewhere.example.com/"),
            "/list/1": page("A list", "/two", "/list/2"),
            "/list/2": page("More of it", "/three"),
            **{f"/{name}": page(f"The page {name}") for name in ("one", "two", "three", "mapped")},
        }
    )
    help_.pages["/sitemap.xml"] = f"<urlset><url><loc>{help_.url}/mapped</loc></url></urlset>"
    closed = place(
        {
            "/robots.txt": "User-agent: askaround\nDisallow: /private\nCrawl-delay: 0.4",
            "/": page("The front", "/private/1", "/open/1", "/open/2"),
            "/open/1": page("Open one"),
            "/open/2": page("Open two"),
            "/private/1": page("Private"),
        }
    )
    silent = place({"/robots.txt": 503, "/": page("Nobody may read this")})
    inner = place({"/": page("Only for this machine")}, host="127.0.0.2")
    trouble = place(dict(TROUBLE))
    trouble.pages["/away"] = to(f"{inner.url}/")
    trouble.pages["/name"] = to(inner.url.replace("127.0.0.2", "localhost"))
    trouble.pages["/"] = page("Trouble ahead", *trouble.pages)
    key_taker = place({"/site.json": (200, {}, b"garbage")})
    forum = place({"/site.json": to(f"{key_taker.url}/site.json")})
    large = place({})
    large.pages = Everything((200, {"Content-Length": 2 * MB}, b"x" * 2 * MB))
    sealed = place({"/": page("Nobody vouches for this")})
    runs = crawls()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(runs.data))
    sealed.socket = context.wrap_socket(sealed.socket, server_side=True)
    runs.write(
        "timeout_s = 2.0\nmax_body_mb = 1\nmax_attempts = 1\nmax_wait_s = 5.0",
        source("help", help_.url),
        source("closed", closed.url),
        source("silent", silent.url),
        source("trouble", trouble.url, "site", "obey_robots = false"),
        source("forum", forum.url, "discourse", f'api_key = "{KEY}"'),
        source("large", large.url, "stackexchange", f'api_key = "{KEY}"', 'site = "x"'),
        source("sealed", sealed.url.replace("http:", "https:")),
        source("down", "http://127.0.0.1:9"),
    )
    outcomes, log = runs.run()
    there = SimpleNamespace(**{name: value for name, value in locals().items() if name != "place"})
    with runs.archive() as store, store.reading() as tx:
        there.posts = list(tx.execute(sa.select(schema.posts)))
        there.failed = {
            (row.source, path_of(row.url)): (row.error, row.reason)
            for row in tx.execute(schema.wishes.select().where(schema.wishes.c.state == "failed"))
        }
    return there


class Everything(dict):
    """The same answer at every address."""

    def __init__(self, answer):
        self._answer = answer

    def get(self, path, default=None):
        return 404 if path == "/robots.txt" else self._answer


def source(name, url, platform="site", *lines):
    usual = ["delay_s = 0.0", "private_network = true"]
    given = [f'name = "{name}"', f'platform = "{platform}"', f'url = "{url}"', *usual, *lines]
    return "\n".join(given)


def posts_of(there, name):
    live = (post for post in there.posts if post.source == name and post.state == "live")
    return {path_of(post.url) for post in live}


def path_of(url):
    return urls.path(url).removeprefix("/")


def test_pages_are_found_by_link_and_by_sitemap_each_is_asked_for_once(crawled):
    assert posts_of(crawled, "help") == {"", "list/1", "list/2", "one", "two", "three", "mapped"}
    assert len(crawled.help_.paths()) == len(set(crawled.help_.paths())) + 1  # robots.txt: twice
    assert crawled.outcomes["help"]["finished"]
    assert crawled.outcomes["help"]["failures"] == 0


def test_a_bad_source_costs_the_others_nothing_and_itself_only_what_is_bad(crawled):
    assert posts_of(crawled, "trouble") == {"", "fine"}
    assert posts_of(crawled, "closed") == {"", "open/1", "open/2"}
    assert all(outcome["finished"] for outcome in crawled.outcomes.values())


@pytest.mark.parametrize(
    ("path", "name", "why"),
    [
        ("500", "UnreachableError", "answered 500"),
        ("502", "UnreachableError", "answered 502"),
        ("slow", "UnreachableError", "took longer than 2"),
        (
            "short",
            "UnreachableError",
            "PotentialDataLoss|ResponseDataLoss|data loss|ResponseFailed",
        ),
        ("endless", "UnreachableError", "larger than `max_body_mb`"),
        ("large", "UnreachableError", "larger than `max_body_mb`"),
        ("bomb", "UnreachableError", "exceeded DOWNLOAD_MAXSIZE"),
        ("torn", "UnreachableError", "."),
        ("odd", "UnexpectedShapeError", "'application/json' holds no HTML; kept as page"),
        ("empty", "UnexpectedShapeError", "empty"),
        ("loop", "UnreachableError", "redirect"),
        ("away", "RefusedAddressError", "127.0.0.2 is on a private network"),
        ("name", "UnreachableError", "cannot be resolved to a public address"),
    ],
)
def test_each_trouble_has_a_name_and_a_reason(crawled, path, name, why):
    error, reason = crawled.failed.get(("trouble", path), ("nothing", "failed"))
    assert (path, error) == (path, name)
    assert reason.startswith(f"{crawled.trouble.url}/") or "127.0.0.2" in reason
    assert any(part in reason for part in why.split("|")), reason


def test_pages_that_are_gone_are_no_failures(crawled):
    assert {"/404", "/410"} < set(crawled.trouble.paths())
    assert not {("trouble", "404"), ("trouble", "410")} & set(crawled.failed)


def test_a_redirect_leads_to_no_other_private_host(crawled):
    assert crawled.inner.paths() == []


def test_robots_txt_is_obeyed_and_so_is_its_delay(crawled):
    assert crawled.outcomes["closed"]["counts"]["refused"] == 1
    assert "/private/1" not in crawled.closed.paths()
    times = [at for _, _, at in crawled.closed.asked][1:]
    assert times[-1] - times[0] > 0.75 * 0.4 * (len(times) - 1)  # one alone may come late


def test_where_robots_txt_cannot_be_had_nothing_else_is_asked_for(crawled):
    assert set(crawled.silent.paths()) == {"/robots.txt"}
    assert "robots.txt cannot be fetched" in crawled.failed["silent", ""][1]


def test_a_host_is_asked_one_thing_at_a_time_by_one_who_says_who_it_is(crawled):
    for there in (crawled.help_, crawled.closed, crawled.large):
        assert there.most_inside == 1
    agents = {headers["User-Agent"] for _, headers, _ in crawled.help_.asked}
    assert agents == {f"askaround/{version('askaround')} (+crawler@example.com)"}


def test_a_source_that_is_down_has_failed_and_says_so(crawled):
    assert crawled.outcomes["down"]["failures"] > 0
    assert crawled.failed["down", ""][0] == "UnreachableError"


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(crawled):
    assert crawled.outcomes["sealed"]["failures"] > 0
    assert crawled.sealed.paths() == []


def test_a_key_stays_at_home_where_a_redirect_leads_elsewhere(crawled):
    (asked,) = [headers for path, headers, _ in crawled.forum.asked if path == "/site.json"]
    (taken,) = [headers for path, headers, _ in crawled.key_taker.asked if path == "/site.json"]
    assert asked["Api-Key"] == KEY
    assert "Api-Key" not in taken


def test_no_key_is_told_in_the_log_or_the_archive(crawled):
    """Scrapy warns of large pages with the address it asked for."""
    path, _, _ = crawled.large.asked[-1]
    assert "very%28secret%29key" in path
    kept = b"".join(file.read_bytes() for file in crawled.runs.data.glob("archive.db*"))
    for written in (KEY, "very%28secret%29key"):
        assert written not in crawled.log
        assert written.encode() not in kept


# one at a time


def test_two_processes_do_not_crawl_one_source_at_once(tmp_path):
    forum, blog = (
        SourceSettings(name=name, platform="site", url="https://x.example")
        for name in ("forum", "blog")
    )
    with locked(tmp_path, [forum]):
        with locked(tmp_path, [blog]):
            pass
        with pytest.raises(BusyError, match='crawling "forum"'), locked(tmp_path, [blog, forum]):
            pass
        with locked(tmp_path, [blog]):  # what was held before the one that is busy is let go
            pass
    with locked(tmp_path, [forum]):
        pass
