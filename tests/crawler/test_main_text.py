"""The main text of a page, without what stands around it."""

import lxml.html
import pytest

from crawler.clean import from_html
from crawler.main_text import main_html

URL = "https://help.example.com/en/e17"
SENTENCE = (
    "The mower stops with E17 when the antenna sees fewer than seven satellites for a minute. "
)
ARTICLE = (
    f"<p>{SENTENCE}</p><ul><li>Lift it</li></ul><table><tr><td>E17</td><td>lost</td></tr></table>"
)
NOISE = '<nav><a href="/">Home</a></nav><footer>Imprint</footer>'


def text_of(body):
    root = lxml.html.document_fromstring(f"<html><body>{body}</body></html>")
    before = lxml.html.tostring(root)
    found = from_html(main_html(root, URL), URL).text
    assert lxml.html.tostring(root) == before
    return found


WHOLE = f"{SENTENCE.strip()}\n\n- Lift it\n\nE17 | lost"


@pytest.mark.parametrize(
    "shell",
    [
        "<main>{}</main>",
        "<article>{}</article>",
        '<div role="main">{}</div>',
        '<div itemprop="articleBody">{}</div>',
        '<div class="post entry-content">{}</div>',
        '<div class="mw-parser-output">{}</div>',
        '<main id="dokuwiki__content"><p>teaser</p><div class="page group">{}</div></main>',
        "<main><p>teaser</p><article>{}</article></main>",
        "<article>{}<article><p>a card inside</p></article></article>",
    ],
)
def test_a_marked_part_is_taken_whole_with_lists_and_tables(shell):
    found = text_of(f"{NOISE}{shell.format(ARTICLE)}<p>beside it</p>{NOISE}")
    assert found.startswith(WHOLE)
    assert not {"Imprint", "Home", "beside", "teaser"} & set(found.split())


@pytest.mark.parametrize(
    "noise",
    [
        "<nav>NOISE</nav>",
        "<footer>NOISE</footer>",
        "<aside>NOISE</aside>",
        "<form>NOISE</form>",
        "<button>NOISE</button>",
        "<script>NOISE</script>",
        '<div role="search">NOISE</div>',
        '<span class="mw-editsection">NOISE</span>',
        '<div id="toc">NOISE</div>',
        '<div id="dw__toc">NOISE</div>',
        '<ul class="nav breadcrumbs"><li>NOISE</li></ul>',
        '<table class="navbox"><tr><td>NOISE</td></tr></table>',
        "<p data-nosnippet>NOISE</p>",
        "<p hidden>NOISE</p>",
        '<span aria-hidden="true">NOISE</span>',
        "<nav><aside><form>NOISE</form></aside></nav>",
    ],
)
def test_what_is_not_content_is_cut_and_what_follows_stays(noise):
    found = text_of(f"<main>{ARTICLE}{noise}tail words</main>")
    assert "NOISE" not in found
    assert found.endswith("tail words")


def test_an_empty_shell_is_no_content():
    long = "".join(f"<p>{SENTENCE}</p>" for _ in range(5))
    assert SENTENCE.strip() in text_of(f"<main>Loading…</main><div>{long}</div>")


def test_a_page_without_marks_is_guessed():
    long = "".join(f"<p>{SENTENCE}{n}</p>" for n in range(6))
    found = text_of(f'<div class="menu">{NOISE}</div><div class="content">{long}</div>')
    assert SENTENCE.strip() in found
    assert "Imprint" not in found


@pytest.mark.parametrize("body", ["", "<p></p>", "<main></main>", "<script>x</script>"])
def test_a_page_without_text_has_no_content(body):
    assert text_of(body) == ""
