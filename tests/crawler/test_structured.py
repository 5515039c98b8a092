"""What pages say of themselves, in JSON-LD and microdata, and what they must not cost."""

import threading
import time

import lxml.html
import pytest

from crawler.structured import MAX_DEPTH, Thing, things, walk

URL = "https://forum.example.com/t/7"


def found_in(body, head=""):
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return things(lxml.html.document_fromstring(page), URL)


def script(text):
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = '{"@type": "TechArticle", "headline": "E17"}'


def test_json_ld_becomes_things_with_their_values():
    text = """{"@context": "https://schema.org", "@type": "QAPage", "mainEntity": {
      "@type": "Question", "name": "Why?", "answerCount": 2, "text": "Because <b>so</b>",
      "acceptedAnswer": [{"@type": "Answer", "text": "a"}, {"@type": "Answer", "text": "b"}]}}"""
    (page,) = found_in("", script(text))
    assert page.kind == "QAPage"
    question = page.thing("mainEntity")
    assert (question.kind, question.text("headline", "name")) == ("Question", "Why?")
    assert question.number("answerCount") == 2
    assert question.text("text") == "Because <b>so</b>"
    assert [answer.text("text") for answer in question.things("acceptedAnswer")] == ["a", "b"]
    assert question.thing("suggestedAnswer") is None


def test_microdata_becomes_the_same_things_and_keeps_code_and_lists():
    (page,) = found_in(
        """<div itemscope itemtype="https://schema.org/QAPage">
        <div itemprop="mainEntity" itemscope itemtype="http://schema.org/Question">
          <h1 itemprop="name">Why?</h1><meta itemprop="answerCount" content="2">
          <div itemprop="text"><p>So:</p><pre><code>a
  b</code></pre></div>
          <time itemprop="dateCreated" datetime="2026-05-01">1 May</time>
          <a itemprop="url" href="/t/7/1">link</a>
        </div></div>"""
    )
    question = page.thing("mainEntity")
    assert (question.kind, question.text("name")) == ("Question", "Why?")
    assert question.number("answerCount") == 2
    assert "<pre><code>a\n  b</code></pre>" in question.text("text")
    assert question.text("dateCreated") == "2026-05-01"
    assert question.text("url") == "https://forum.example.com/t/7/1"


@pytest.mark.parametrize(
    "graph",
    [
        '{"@graph": [{"@type": "WebSite"}, {"@type": "TechArticle", "headline": "E17"}]}',
        '{"@graph": {"@type": "TechArticle", "headline": "E17"}}',
        '[{"@type": "WebSite"}, {"@type": "TechArticle", "headline": "E17"}]',
        '{"@type": ["TechArticle", "Article"], "headline": ["E17", "E18"]}',
        '{"@type": "https://schema.org/TechArticle", "headline": {"@value": "E17"}}',
        '{"@type": "schema.org/TechArticle/", "headline": "E17", "@graph": null}',
        '{"@type": "TechArticle", "headline": "E17", "properties": ["a"]}',
        '{"@type": "TechArticle", "headline": "E17", "isFree": true, "image": null}',
    ],
)
def test_one_article_can_be_written_in_many_ways(graph):
    (article,) = [thing for thing in found_in("", script(graph)) if thing.kind == "TechArticle"]
    assert article.text("headline") == "E17"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "null",
        "5",
        '"words"',
        "[1, null, []]",
        '{"@graph": [1, null]}',
        '{"@type": "Article"} {"@type": "Article"}',
        "{'@type': 'Article'}",
        "\x01",
        "[" * 5000,
        '{"a":' * 5000 + "1" + "}" * 5000,
        '{"a":' * 400 + "1" + "}" * 400,
    ],
    ids=lambda text: text[:12],
)
def test_a_block_that_cannot_be_read_costs_no_other(broken):
    marked = '<div itemscope itemtype="https://schema.org/Person"><b itemprop="name">Mira</b></div>'
    found = found_in(marked, script(broken) + script(ARTICLE))
    assert {"TechArticle", "Person"} <= {thing.kind for thing in found}


@pytest.mark.parametrize(
    "nearly",
    [
        f"/* checked by hand */ {ARTICLE}",
        '{"@type": "TechArticle", "headline": "E17",}',
        '{"@type": "TechArticle", // kind\n "headline": "E17"}',
        '{"@type": "TechArticle", "headline": "E17", "description": "two\nlines\tand a tab"}',
    ],
)
def test_common_mistakes_in_json_are_forgiven(nearly):
    (article,) = found_in("", script(nearly))
    assert (article.kind, article.text("headline")) == ("TechArticle", "E17")


@pytest.mark.parametrize(
    "body",
    [
        '<div itemscope id="a" itemref="a"><b itemprop="x">y</b></div>',
        "<p itemscope itemref=b><i id=b itemprop=x itemscope itemref=c><i id=c itemprop=y>",
        "<p itemscope itemref=b><i id=b itemprop=x itemscope itemref=b>",
        '<div itemscope itemref="nothing"></div>',
        '<div itemscope itemtype=""><b itemprop="">x</b></div>',
        '<div itemscope><a itemprop="url" href="http://[">x</a></div>',
        '<div itemprop="x">nobody</div>',
        '<div itemscope itemprop="a">' * 150,
        "".join(f'<b id="r{n}" itemprop=x itemscope itemref="r{n + 1}"></b>' for n in range(400)),
    ],
    ids=range(9),
)
def test_odd_microdata_costs_no_json_ld(body):
    assert "TechArticle" in {thing.kind for thing in found_in(body, script(ARTICLE))}


def test_items_inside_items_are_read_as_deep_as_any_page_needs():
    (found,) = found_in('<div itemscope itemprop="a">' * 20 + '<b itemprop="b">x</b>')
    for _ in range(19):
        found = found.thing("a")
    assert found.text("b") == "x"


def test_parts_inside_parts_do_not_multiply_a_large_page():
    body = "<div itemscope>" * 100 + "word " * 400_000
    started = time.process_time()
    kept = sum(len(thing.text("value")) for thing in found_in(body))
    assert kept < 40_000_000
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("5", 5), ("1,204", 1204), ("1 204", 1204), ("-3", -3), ("0", 0), ("", None),
        ("many", None), ("5.5", None), ("9" * 40, None), ("٣", 3),
    ],
)  # fmt: skip
def test_a_number_is_whole_or_not_said(said, number):
    assert Thing("Question", {"upvoteCount": (said,)}).number("upvoteCount") == number


def test_walking_meets_everything_at_every_depth():
    deep = Thing("Answer", {"author": (Thing("Person", {}),)})
    top = Thing("QAPage", {"mainEntity": (Thing("Question", {"acceptedAnswer": (deep, "text")}),)})
    assert [thing.kind for thing in walk([top])] == ["QAPage", "Question", "Answer", "Person"]


def test_items_inside_items_without_end_are_read_as_deep_as_any_page_needs():
    """Deeper, the package broke off with a lock of lxml taken, and the next page waited for ever.

    So it runs in a thread of its own, which a test can wait for no longer than it likes.
    """
    opened = '<div itemscope itemprop="author" itemtype="https://schema.org/Person">' * 240
    deep = f'<div itemscope itemtype="https://schema.org/Article">{opened}'
    plain = '<p itemscope itemtype="https://schema.org/Article"><b itemprop="name">E17</b></p>'
    read = []
    reader = threading.Thread(
        target=lambda: read.extend(found_in(body) for body in (deep, plain)), daemon=True
    )
    reader.start()
    reader.join(30)
    (whole, *_), (after,) = read
    assert (whole.kind, after.text("name")) == ("Article", "E17")
    assert len(list(walk([whole]))) == MAX_DEPTH
