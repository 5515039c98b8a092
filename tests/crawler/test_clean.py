"""What a reader sees of a post, in both of its forms: its text and its HTML."""

import unicodedata

import pytest

from crawler.clean import from_html, from_markdown, from_text, one_line, plain_line, visible

BASE = "https://forum.example.com/t/topic/7/2"


def text_of(markup):
    return from_html(markup, BASE).text


def html_of(markup):
    return from_html(markup, BASE).html


# what a reader sees


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One\n   two\tthree</p>", "One two three"),
        ("<p>One<br>two<br/>three</p>", "One\ntwo\nthree"),
        ("One <b>bold</b> <i>word</i>.", "One bold word."),
        ("<h2>Head</h2><p>Text</p>", "# Head\n\nText"),
        ("a<hr>b", "a\n\nb"),
        ("1 &lt; 2 &amp;&amp; 3 > 2", "1 < 2 && 3 > 2"),
        ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", "Term\n\nMeaning"),
        ("<p>before <!-- aside --> after</p>", "before after"),
        ("<p>before <?php echo 1 ?> after</p>", "before after"),
        ("<?xml version='1.0' encoding='utf-8'?><p>x</p>", "x"),
        ("<title>T</title><p>x", "T\n\nx"),
        ("<p>caf&eacute; &#x1F600;</p>", "café 😀"),
        ("   ", ""),
        ("", ""),
    ],
)
def test_blocks_stand_apart_and_space_is_folded(markup, text):
    assert text_of(markup) == text


def test_inline_code_stands_between_backticks():
    assert text_of("<p>Run <code>lark  survey</code> now</p>") == "Run `lark survey` now"


def test_an_empty_piece_of_code_leaves_no_marks():
    assert text_of("<p>Run <code></code>it</p>") == "Run it"


def test_a_block_of_code_keeps_its_lines_and_indentation():
    markup = (
        "<p>Try:</p><pre><code class='lang-py'>if x &lt; 1:\n    go()\n\n\nend\n</code></pre>ok"
    )
    assert text_of(markup) == "Try:\n\n```\nif x < 1:\n    go()\n\n\nend\n```\n\nok"


def test_code_has_no_backticks_of_its_own_inside_a_block():
    assert text_of("<pre>a <code>b</code> <b>c</b></pre>") == "```\na b c\n```"


def test_a_break_inside_code_is_a_line():
    assert text_of("<pre>a<br>b</pre>") == "```\na\nb\n```"


def test_items_of_a_list_stand_line_by_line():
    assert text_of("<ul><li>a</li><li><p>b</p></li></ul><p>c</p>") == "- a\n- b\n\nc"


def test_a_list_inside_a_list_does_not_lose_count():
    markup = "<ol start=3><li>a<ul><li>x</li><li>y</li></ul></li><li>b<ol><li>z</li></ol></li></ol>"
    assert text_of(markup) == "3. a\n- x\n- y\n4. b\n1. z"


@pytest.mark.parametrize("start", ["-1", "٣", "1e9", "99999999999999999999", "x", ""])
def test_a_list_with_an_odd_start_counts_from_one(start):
    assert text_of(f"<ol start='{start}'><li>a</li></ol>") == "1. a"


def test_items_and_endings_without_a_list_do_no_harm():
    assert text_of("<li>a</li></ul></ol></blockquote></pre><li>b</li>") == "- a\n- b"


def test_an_item_of_two_paragraphs_has_one_mark():
    assert text_of("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>") == "- a\n\nb\n\n- c"


def test_a_quotation_is_marked_line_by_line():
    markup = "<blockquote><p>a<br>b</p><pre>x = 1</pre></blockquote><p>c</p>"
    assert text_of(markup) == "> a\n> b\n\n> ```\n> x = 1\n> ```\n\nc"


def test_a_table_is_a_line_for_each_row():
    markup = """<table>
      <thead><tr> <th>Code</th> <th>Cause</th> </tr></thead>
      <tbody><tr><td>E17</td><td>lost <b>position</b></td></tr>
      <tr><td>E23</td><td>dock</td></tr></tbody></table><p>after</p>"""
    assert text_of(markup) == "Code | Cause\nE17 | lost position\nE23 | dock\n\nafter"


@pytest.mark.parametrize(
    "tag", ["div", "section", "article", "figure", "details", "address", "main", "header"]
)
def test_the_last_word_of_a_block_does_not_run_into_the_next_block(tag):
    body = from_html(f"<{tag}>one</{tag}><{tag}>two</{tag}>", BASE)
    assert body == ("one\n\ntwo", "<div>one</div><div>two</div>")


def test_elements_without_a_meaning_of_their_own_are_opened_up():
    assert html_of("<p>a <font>b <x-y>c</x-y></font> d</p>") == "<p>a b c d</p>"


# what is not this post's own


def test_quoted_posts_and_link_previews_are_cut_from_both_forms():
    markup = """<aside class="quote no-group" data-post="1"><div class="title">mira:</div>
      <blockquote><p>somebody else's words</p></blockquote></aside><p>mine</p>
      <aside class="onebox allowlistedgeneric"><article>preview words</article></aside>tail"""
    body = from_html(markup, BASE)
    assert body.text == "mine\n\ntail"
    assert "else" not in body.html
    assert "preview" not in body.html


def test_a_quotation_typed_by_hand_stays():
    assert text_of("<blockquote>said before</blockquote>yes") == "> said before\n\nyes"


def test_size_and_name_of_an_enlarged_picture_are_cut():
    markup = """<div class="lightbox-wrapper"><a class="lightbox" href="/x.png"><img alt="dock">
      <div class="meta"><span>x.png</span> <span>900 by 600, 88 KB</span></div></a></div>"""
    assert text_of(markup) == "dock"


@pytest.mark.parametrize(
    "tag", ["script", "style", "noscript", "template", "svg", "form", "iframe", "object"]
)
def test_what_is_no_text_is_cut_and_what_follows_it_stays(tag):
    body = from_html(f"<p>a</p><{tag}>words</{tag}>tail", BASE)
    assert body.text == "a\n\ntail"
    assert "words" not in body.html


def test_an_emoji_picture_says_its_name():
    markup = '<p>I <img src="/e/heart.png" class="emoji" alt=":heart:"> it<img src="/x"></p>'
    body = from_html(markup, BASE)
    assert (body.text, body.html) == ("I :heart: it", "<p>I :heart: it</p>")


def test_the_hidden_parts_of_a_long_link_are_left_out_of_the_text():
    markup = (
        '<p>See <a href="https://help.example.com/en/a-long-one"><span class="invisible">https://'
        '</span><span class="ellipsis">help.example.com/en/a</span>'
        '<span class="invisible">-long-one</span></a> please</p>'
    )
    body = from_html(markup, BASE)
    assert body.text == "See help.example.com/en/a please"
    assert 'href="https://help.example.com/en/a-long-one"' in body.html


# links


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://x.example/a", "https://x.example/a"),
        ("/t/8", "https://forum.example.com/t/8"),
        ("3#reply", "https://forum.example.com/t/topic/7/3#reply"),
        ("?page=2", "https://forum.example.com/t/topic/7/2?page=2"),
        ("//x.example/a", "https://x.example/a"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("  https://x.example/ ", "https://x.example/"),
    ],
)
def test_links_are_absolute_and_vouch_for_nothing(link, target):
    assert html_of(f'<a href="{link}" target="_blank">x</a>') == (
        f'<a href="{target}" rel="nofollow ugc noopener">x</a>'
    )


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \x01javascript:alert(1)",
        "java\tscript:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript&colon;alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://x/y",
        "http://",
        "http://[::1",
        "tel:1",
    ],
)
def test_a_link_that_leads_nowhere_good_leads_nowhere(link):
    assert html_of(f'<a href="{link}">x</a>') == '<a rel="nofollow ugc noopener">x</a>'


# invisible characters

UNSEEN = "\u200b\u200d\u202e\u2066\u00ad\ufeff\U000e0041\u0007\ufffe\ud800"


def test_characters_nobody_sees_are_gone_from_all_forms():
    dirty = UNSEEN.join(["", "pass", "word", ""])
    assert visible(dirty) == plain_line(dirty) == one_line(dirty) == "password"
    assert from_text(dirty).text == "password"
    assert from_html(f"<p title='{UNSEEN}'>{dirty}</p>", BASE) == (
        "password",
        '<p title="">password</p>',
    )
    assert from_markdown(dirty, BASE).text == "password"


@pytest.mark.parametrize(
    "written", ["&#8203;", "&#x200B;", "&ZeroWidthSpace;", "&shy;", "&#x202e;"]
)
def test_they_are_gone_too_where_they_are_written_in_ascii(written):
    body = from_html(f'<p>pass{written}word <a href="/x" title="a{written}b">y</a></p>', BASE)
    assert body.text == "password y"
    assert body.html.startswith("<p>password <a")
    assert 'title="ab"' in body.html
    assert one_line(f"pass{written}word") == "password"


def test_an_accent_is_composed_however_it_was_written():
    for written in ("cafe\u0301", "cafe&#x301;", "caf&eacute;", "<b>cafe</b>\u0301"):
        assert text_of(written) == "caf\u00e9"


def test_composing_never_reaches_over_the_edge_of_a_tag():
    """U+0338 composes with ">": a tag that is cleaned first and composed later is another tag."""
    body = from_html("<p>\u0338 onclick=alert(1) x=</p>", BASE)
    assert body.html == "<p>\u0338 onclick=alert(1) x=</p>"
    assert not unicodedata.is_normalized("NFC", body.html)


# markdown, plain text, one line


def test_markdown_is_read_with_tables_and_code():
    body = from_markdown("# Hi\n\n* a\n* `b`\n\n|x|y|\n|-|-|\n|1|2|\n\n```sh\nls  -l\n```\n", BASE)
    assert body.text == "# Hi\n\n- a\n- `b`\n\nx | y\n1 | 2\n\n```\nls  -l\n```"


def test_html_inside_markdown_is_sanitised():
    markup = "<img src=x onerror=alert(1)> <b onclick=x>b</b> [go](javascript:alert(1))\n\n<script>"
    body = from_markdown(markup, BASE)
    assert "<b>b</b>" in body.html
    assert "on" not in body.html.replace("noopener", "")
    assert "<script" not in body.html


def test_plain_text_keeps_its_lines_and_is_not_markup():
    body = from_text("a  <b>\r\n\r\n\r\n\r\n  c\td \n")
    assert body == ("a <b>\n\n c d", "")


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("E17 &quot;lost&quot; &amp; found", 'E17 "lost" & found'),
        ("A <b>bold</b>\n title", "A bold title"),
        ("List&lt;String&gt; or not", "List<String> or not"),
        ("", ""),
    ],
)
def test_a_title_in_html_becomes_one_line(markup, line):
    assert one_line(markup) == line


def test_a_plain_title_keeps_what_looks_like_tags():
    title = "List<String>  and <b>:\n what is &amp;?"
    assert plain_line(title) == "List<String> and <b>: what is &amp;?"
