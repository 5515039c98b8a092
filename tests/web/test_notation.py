import lxml.html
from hypothesis import given
from hypothesis import strategies as st

from web.notation import to_html

ALLOWED = {"div", "p", "br", "pre", "code", "ul", "ol", "li", "blockquote"}


WRITTEN = """# Steps

First:

3. Dock.
4. Tap `Update`.

- one
- two

> said

```
a < b
```"""


def test_blocks_become_what_they_were():
    page = lxml.html.fragment_fromstring(to_html(WRITTEN), create_parent="div")
    assert [child.tag for child in page] == ["p", "p", "ol", "ul", "blockquote", "pre"]
    assert page.find("ol").get("start") == "3"
    items = [item.text_content() for item in page.iter("li")]
    assert items == ["Dock.", "Tap Update.", "one", "two"]
    assert page.find("pre").text_content() == "a < b"


def test_a_line_below_an_item_goes_on_with_it():
    page = lxml.html.fragment_fromstring(to_html("- one\nand more\n- two"), create_parent="div")
    assert [item.text_content() for item in page.iter("li")] == ["oneand more", "two"]


LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))


@given(st.text(alphabet=LETTERS, max_size=300))
def test_only_our_own_elements_come_out_and_every_letter_stays(text):
    page = lxml.html.fragment_fromstring(to_html(text) or "<p></p>", create_parent="div")
    assert {element.tag for element in page.iter()} <= ALLOWED
    shown = [letter for letter in "".join(page.itertext()) if letter.isalpha()]
    assert shown == [letter for letter in text if letter.isalpha()]


@given(
    st.lists(
        st.sampled_from(["# ", "- ", "1. ", "> ", "`", "```", "\n", "\n\n", "word", "<b>", " "])
    )
)
def test_no_mixture_of_signs_loses_a_word(pieces):
    text = "".join(pieces)
    page = lxml.html.fragment_fromstring(to_html(text) or "<p></p>", create_parent="div")
    assert "".join(page.itertext()).count("word") == text.count("word")
    assert "".join(page.itertext()).count("<b>") == text.count("<b>")
