"""Whatever markup comes, of good will or bad: it costs little and comes out clean and inert."""

import time
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.clean import from_html, from_markdown, from_text, visible

BASE = "https://forum.example.com/t/topic/7/2"


def text_of(markup):
    return from_html(markup, BASE).text


def html_of(markup):
    return from_html(markup, BASE).html


# whatever comes

PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<b>", "</b>", "<a href='x'>", "<a href=\"javascript:y\">", "</a>", "<ul>",
        "<ol start='7'>", "<li>", "</li>", "</ul>", "<pre>", "</pre>", "<code>", "</code>", "<br>",
        "<table>", "<tr>", "<td>", "</table>", "<blockquote>", "</blockquote>", "<script>",
        "</script>", "<style>", "</style>", "<svg>", "</svg>", "<math>", "<mtext>", "<mglyph>",
        "<!--", "-->", "<![CDATA[", "]]>", "<?x", "?>", "&", "&lt;", "&#x3c;", "&#8203;", "<", ">",
        "\"", "'", "<textarea>", "<title>", "<xmp>", "<plaintext>", "<noscript>", "<select>",
        "<img alt='<i>' src=x onerror=y>", "<x-y z>", "\u0338", "e\u0301", "\u200b", "\x00",
        "\ud800", "\ufffe", " ", "\n", "word", "`", "```", "# ", "> ", "- ", "<h1>", "</h1>",
        "<aside class='quote'>", "</aside>", "<span class='invisible'>", "</span>", "<dl>", "<dd>",
    ]
)  # fmt: skip
MARKUP = st.lists(PIECES, max_size=25).map("".join) | st.text()


def wrapped(inside, *tags):
    """Elements around each of some contents, one after the other."""
    parts = st.lists(st.tuples(st.sampled_from(tags), inside), max_size=3)
    return parts.map(lambda held: "".join(f"<{t}>{i}</{t.partition(' ')[0]}>" for t, i in held))


WORDS = st.text(max_size=6).map(escape) | st.sampled_from(["&#8203;", "e\u0301", "\u0338", "<br>"])
PHRASE = st.recursive(
    WORDS,
    lambda inside: wrapped(inside, "b", "code", "em", "span", "kbd onclick=x", "q", "font", "u"),
    max_leaves=4,
)
FLOW = st.recursive(
    PHRASE,
    lambda inside: st.one_of(
        wrapped(PHRASE, "p", "pre", "h2", "p class=invisible", "address"),
        wrapped(wrapped(inside, "li"), "ul", "ol start=4"),
        wrapped(wrapped(wrapped(inside, "td", "th colspan=2"), "tr"), "table"),
        wrapped(inside, "blockquote", "div", "section", "aside class=quote", "details", "script"),
        wrapped(wrapped(PHRASE, "dt", "dd"), "dl"),
        wrapped(PHRASE, "a href=/x", "a href=javascript:y", "a title=z"),
    ),
    max_leaves=6,
)


@given(FLOW)
@example("<p>\u0338x</p>")
@example("e&#x301;")
@example("&lt;script&gt;")
@example("<p>\n\n x</p><pre>\n\n x</pre>")
@example("<ul><li></li></ul><p></p><table></table>")
def test_sanitising_twice_is_sanitising_once(markup):
    once = html_of(markup)
    assert html_of(once) == once


@given(MARKUP)
@example("<p><select><p>")
@example("<table><li>")
def test_sanitising_tag_soup_twice_changes_no_word(markup):
    """The tags may move: HTML's own rules for what stands in a table by mistake do so each time."""
    once = html_of(markup)
    again = html_of(once)
    assert_inert(again)
    assert said(again) == said(once)


@given(MARKUP)
def test_any_markup_becomes_clean_text(markup):
    for body in (from_html(markup, BASE), from_markdown(markup, BASE), from_text(markup)):
        assert body.text == body.text.strip()
        assert visible(body.text) == body.text


@given(MARKUP)
def test_any_markup_becomes_inert_html(markup):
    assert_inert(html_of(markup))


@given(st.text())
def test_any_words_come_through_html_as_they_come_through_text(words):
    folded = " ".join(visible(words).replace("``", "").split())
    assert " ".join(text_of(f"<p>{escape(words)}</p>").split()) == folded


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<ul><li>", "<blockquote>", "<table><tr><td>"])
def test_text_behind_three_hundred_unclosed_elements_is_not_lost(tag):
    body = from_html(f"{tag * 300}deep", BASE)
    assert body.text.endswith("deep")
    assert "deep" in body.html


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000,
        "<b>" * 100_000,
        "<ul><li>" * 50_000,
        "<blockquote>" * 100_000,
        "<a href=x>" * 20_000,
        "<" * 100_000,
        "&" * 100_000,
        "<!--" * 50_000,
        "<div " + "a " * 100_000,
        "x" * 2_000_000,
    ],
    ids=lambda markup: markup[:9],
)
def test_hostile_length_and_depth_cost_little(markup):
    started = time.process_time()
    from_html(markup, BASE)
    assert time.process_time() - started < 5


# what must come out inert

VECTORS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x0b>alert(1)</script>",
    "<script/src=data:,alert(1)></script>",
    "<<script>alert(1);//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror=alert(1)>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<img src=x:x onerror\n=\nalert(1)>",
    "<img srcset='x' onerror=alert(1)>",
    "<image href=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text x=20 y=20>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg onload=alert(1)>'></use></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></foreignObject></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><a xlink:href='javascript:alert(1)'>x</a></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>",
    "<form><mtext></form><form><mglyph><svg><style><path id='</style><img onerror=alert(1) src>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='  javascript:alert(1)'>x</a>",
    "<a href='java&#x09;script:alert(1)'>x</a>",
    "<a href='&#0000106&#0000097vascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='jav\u200bascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='https://x.example' onclick=alert(1) style='position:fixed;inset:0'>x</a>",
    "<a href='https://x.example/\"onmouseover=alert(1) x=\"'>x</a>",
    "<a title='\"><script>alert(1)</script>' href='/'>x</a>",
    "<a title='x' onfocus=alert(1) autofocus tabindex=1 href='/'>x</a>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='javascript:alert(1)'>",
    "<applet code=x></applet>",
    "<base href='javascript:alert(1)//'><a href='x'>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='//evil.example/x.css'>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style><!--</style><script>alert(1)</script>-->",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    '<div style="width:expression(alert(1))">x</div>',
    "<body onload=alert(1)>x",
    "<html onmouseover=alert(1)><body background='javascript:alert(1)'>x",
    "<input onfocus=alert(1) autofocus>",
    "<select onfocus=alert(1) autofocus><option>x</select>",
    "<textarea onfocus=alert(1) autofocus></textarea>",
    "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<form action='javascript:alert(1)'><input type=submit></form>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<table background='javascript:alert(1)'><tr><td background='javascript:alert(1)'>x</table>",
    "<td colspan='2' onclick='alert(1)'>x</td>",
    "<ol start='1' onclick='alert(1)'><li value='javascript:x'>x</ol>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<xmp><img src='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<title><img src='</title><img src=x onerror=alert(1)>'>",
    "<noembed><img src='</noembed><img src=x onerror=alert(1)>'>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--><script>alert(1)</script>",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?><img src=x onerror=alert(1)>",
    "<!DOCTYPE x [<!ENTITY y '<script>alert(1)</script>'>]>&y;",
    "<x onclick=alert(1)>x</x>",
    "<x/onmouseover=alert(1)>x",
    "<p\u0338 onclick=alert(1)>x</p>",
    "<p>\u0338 onclick=alert(1) x=</p>",
    "<p id=x name=y class=z data-action=alert aria-label=x>x</p>",
    "<p onclick&#61;alert(1)>x</p>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "<a href=https://x.example rel=opener target=_blank ping=//evil.example>x</a>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
]
ALLOWED = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small",
    "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
HARMLESS = {"href", "title", "lang", "rel", "start", "colspan"}


class Looker(HTMLParser):
    """Another parser than those that cleaned: what a browser would be told to do."""

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in HARMLESS, (tag, name)
            if name == "href":
                assert value.startswith(("http://", "https://", "mailto:")), value
            if name == "rel":
                assert value == "nofollow ugc noopener"

    handle_startendtag = handle_starttag

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words = ""

    def handle_data(self, data):
        self.words += data


def looked_at(html):
    looker = Looker()
    looker.feed(html)
    looker.close()
    return looker


def assert_inert(html):
    looked_at(html)


def said(html):
    """The words of a piece of HTML, whatever its tags."""
    return "".join(looked_at(html).words.split())


def test_the_list_of_attacks_is_long_enough_and_has_no_doubles():
    assert len(VECTORS) == len(set(VECTORS)) >= 60


@pytest.mark.parametrize("attack", VECTORS)
def test_an_attack_comes_out_inert(attack):
    for where in (
        attack,
        f"<p>{attack}</p>",
        f"<ul><li>a<b>{attack}",
        f'<a href="/x">{attack}</a>',
    ):
        once = html_of(where)
        assert_inert(once)
        assert_inert(html_of(once))
        assert_inert(from_markdown(where, BASE).html)


def test_the_looker_would_see_an_attack():
    for attack in ("<script>", "<p onclick=x>", "<a href='javascript:x'>", "<!-- x -->", "<svg/>"):
        with pytest.raises(AssertionError):
            assert_inert(attack)


@pytest.mark.parametrize(
    "spelled", ["&#1;", "&#x1;", "&#x0001F;", "&#8203;", "&#xfffe;", "&#1114112;", "&#9999999;"]
)
@pytest.mark.parametrize("where", ['<p><img alt="{}left">on', "<p>{}left<!-- c -->on", "{}left on"])
def test_a_character_that_nobody_sees_is_none_when_it_is_spelled_by_its_number(spelled, where):
    body = from_html(where.format(spelled), BASE)
    assert "".join(body.text.split()) == "lefton"
    assert from_html("a&#10;b &#65; &#x1F600;", BASE).text == "a b A \U0001f600"
