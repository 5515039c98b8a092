"""The RFC's own examples, and cases in which robots.txt parsers are known to go astray."""

import pytest

from crawler.robots import rules

SITE = "https://example.com"


def allowed(text, path):
    body = text if isinstance(text, bytes) else text.encode()
    return rules(200, body).allows(f"{SITE}{path}")


def closes(pattern, path):
    return not allowed(f"User-agent: *\nDisallow: {pattern}\n", path)


# RFC 9309, section 2.2.1: which group


OTHERS = "User-agent: *\nDisallow: /\n\n"


@pytest.mark.parametrize(
    "name",
    [
        "askaround",
        "ASKAROUND",
        "askaround/1.0",
        "askaround/1.0 (+https://example.com/bot)",
        "Askaround Bot",
        "askaround*",
        "askaround # and its kin",
        "\taskaround ",
    ],
)
def test_we_are_known_by_our_token_with_or_without_a_version(name):
    assert allowed(f"{OTHERS}User-agent: {name}\nAllow: /\n", "/x")
    assert not allowed(f"User-agent: {name}\nDisallow: /\n", "/x")


@pytest.mark.parametrize(
    "name",
    ["ask", "around", "askaround-news", "askaround_x", "news askaround", "*askaround", "a", ""],
)
def test_a_part_of_our_name_or_a_longer_one_is_somebody_else(name):
    assert allowed(f"User-agent: {name}\nDisallow: /\n", "/x")
    assert not allowed(f"{OTHERS}User-agent: {name}\nAllow: /\n", "/x")


@pytest.mark.parametrize("name", ["*", "* baz", " * "])
def test_an_asterisk_alone_means_everybody(name):
    assert not allowed(f"User-agent: {name}\nDisallow: /\n", "/x")


def test_our_own_group_counts_alone_wherever_it_stands_and_even_where_it_is_empty():
    own = "User-agent: askaround\nDisallow: /own\n\n"
    for text in (own + OTHERS, OTHERS + own):
        assert allowed(text, "/x")
        assert not allowed(text, "/own")
    assert allowed(f"{OTHERS}User-agent: askaround\n", "/x")
    assert allowed(f"{OTHERS}User-agent: askaround\nDisallow:\n", "/x")
    assert allowed(f"User-agent: askaround\nDisallow:\n\n{OTHERS}", "/x")


def test_the_groups_of_the_rfc_are_merged():
    text = """user-agent: Askaround
disallow: /foo
disallow: /bar

user-agent: Askaround
disallow: /baz
"""
    assert [allowed(text, path) for path in ("/foo", "/bar", "/baz", "/qux")] == [
        False, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "between", ["Crawl-delay: 4", "Sitemap: https://example.com/s.xml", "Noindex: /y", "?", "", "#"]
)
def test_only_a_rule_ends_the_list_of_those_it_is_for(between):
    text = f"User-agent: askaround\n{between}\nUser-agent: otherbot\nDisallow: /\n"
    assert not allowed(text, "/x")
    assert allowed(f"User-agent: askaround\nDisallow:\n{text.partition('askaround')[2]}", "/x")


def test_rules_before_any_name_are_for_nobody():
    assert allowed("Disallow: /x\nUser-agent: *\nDisallow: /y\n", "/x")


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: askaround\nCrawl-delay: 9\nUser-agent: *\nCrawl-delay: 2\nDisallow: /x", 9),
        ("User-agent: *\nCrawl-delay: 2\nUser-agent: slowbot\nCrawl-delay: 50\nDisallow: /x", 2),
        ("User-agent: *\nDisallow: /x\nCrawl-delay: 3\n", 3),
        ("User-agent: *\nUser-agent: slowbot\nCrawl-delay: 5\n", 5),
        ("User-agent: *\nCrawl-delay: 5\n\nUser-agent: *\nCrawl-delay: 7", 7),
        ("User-agent: *\nCrawl-delay: 5\n\nUser-agent: askaround\nDisallow:", 0),
    ],
)
def test_a_delay_is_for_those_named_right_above_it(text, delay_s):
    assert rules(200, text.encode()).crawl_delay_s == delay_s


# section 2.2.2: which rule


@pytest.mark.parametrize(
    ("rule", "path", "may"),
    [
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Disallow: /\nAllow: /p", "/page", True),
        ("Allow: /folder\nDisallow: /folder", "/folder/page", True),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("Allow: /page\nDisallow: /*.ph", "/page.php5", True),
        ("Allow: /$\nDisallow: /", "/", True),
        ("Allow: /$\nDisallow: /", "/page.htm", False),
        ("Allow: /example/page/\nDisallow: /example/page/no.gif", "/example/page/no.gif", False),
        ("Allow: /a/index.html\nDisallow: /a/", "/a/", False),
        ("Allow: /a$\nDisallow: /a", "/a$b", False),
        ("Allow:\nDisallow: /", "/x", False),
        ("Allow: /x\nDisallow: /%78y", "/xy", False),
    ],
)  # fmt: skip
def test_the_rule_with_most_octets_wins_and_a_tie_allows(rule, path, may):
    assert allowed(f"User-agent: *\n{rule}\n", path) is may


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
    ],
)
def test_the_paths_of_the_rfc_match_in_every_spelling(pattern, path):
    for one, other in ((pattern, path), (path, pattern)):
        assert closes(one, other)
        assert closes(one, one)
    assert not closes(pattern, "/foo/ba")


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/a%2fb", "/a%2Fb", True),
        ("/a%2Fb", "/a/b", False),
        ("/a/b", "/a%2Fb", False),
        ("/a%3Fb", "/a?b", False),
        ("/a?b", "/a%3Fb", False),
        ("/*/edit", "/index.php?title=/a/edit", True),
        ("/a b", "/a%20b", True),
        ("/a%zz", "/a%zz", True),
        ("/wiki/User_talk%3", "/wiki/User_talk%3x", True),
        ("/é", "/%c3%a9", True),
        ("/~joe", "/%7Ejoe", True),
        ("/A", "/a", False),
    ],
)
def test_characters_that_mean_something_are_not_their_escapes(pattern, path, matches):
    assert closes(pattern, path) is matches


def test_a_path_in_another_encoding_keeps_its_bytes():
    assert not allowed(b"User-agent: *\nDisallow: /caf\xe9\n", "/caf%E9")
    assert allowed(b"User-agent: *\nDisallow: /caf\xe9\n", "/caf%C3%A9")


# section 2.2.3: special characters


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/fish", "/fish.html", True),
        ("/fish", "/Fish.asp", False),
        ("/fish", "/catfish", False),
        ("/fish*", "/fishheads/yummy.html", True),
        ("/fish/", "/fish", False),
        ("*.php", "/folder/filename.php?parameters", True),
        ("/*.php", "/", False),
        ("/*.php$", "/filename.php", True),
        ("/*.php$", "/filename.php?parameters", False),
        ("/*.php$", "/filename.php5", False),
        ("/*.php$", "/a.php/b.php", True),
        ("/fish*.php", "/fish.php", True),
        ("/fish*.php", "/fishheads/catfish.php?parameters", True),
        ("/fish*.php", "/Fish.PHP", False),
        ("/a*b*c$", "/abc", True),
        ("/a*b*c$", "/a-b-c-b", False),
        ("/ab*b$", "/ab", False),
        ("/**a", "/xa", True),
        ("/a*$", "/a/b", True),
        ("/a$", "/a", True),
        ("/a$", "/a$b", False),
        ("/a$", "/a%24", False),
        ("/a$b", "/a$b", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-x.html", False),
        ("/path/foo-%24", "/path/foo-$", True),
        ("/*?", "/a?b", True),
        ("/*?", "/a", False),
        ("x", "/x", False),
        ("https://example.com/x", "/x", False),
    ],
)
def test_an_asterisk_is_anything_and_a_dollar_is_the_end(pattern, path, matches):
    assert closes(pattern, path) is matches


def test_a_pattern_made_to_take_for_ever_does_not():
    assert not closes("/" + "a*" * 5000 + "b", "/" + "a" * 5000)


@pytest.mark.parametrize(
    ("url", "may"),
    [
        (f"{SITE}/robots.txt", True),
        (f"{SITE}/robots.txt?x", False),
        (SITE, False),
        (f"{SITE}?q", False),
        (f"{SITE}/x#y", False),
    ],
)
def test_robots_txt_itself_may_always_be_asked_for(url, may):
    assert rules(200, b"User-agent: *\nDisallow: /").allows(url) is may


def test_a_fragment_is_not_part_of_a_path():
    assert rules(200, b"User-agent: *\nDisallow: /*secret").allows(f"{SITE}/x#secret")


# section 2.2: lines


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\n\n", " # remark\n"])
def test_a_line_ends_as_on_any_system(end):
    text = end.join(["User-agent: *", "Disallow: /a", "Allow: /a/b", ""])
    assert [allowed(text, path) for path in ("/a", "/a/b", "/c")] == [False, True, True]


@pytest.mark.parametrize("character", ["\u2028", "\u0085", "\x0b", "\x0c", "\x1c"])
def test_nothing_else_ends_a_line(character):
    assert allowed(f"User-agent: *\nDisallow: /a{character}b\n", "/a")


@pytest.mark.parametrize("line", ["Disallow /x", "disallow:/x", "Disallow : /x", "DISALLOW\t/x"])
def test_a_slip_of_the_pen_is_forgiven(line):
    assert not allowed(f"User-agent *\n{line}\n", "/x")


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><body><p>User-agent: *<p>Disallow: /</body></html>",
        b"<html>\n<pre>\nDisallow: /x\n</pre></html>",
        b"\x89PNG\r\n\x1a\n\0\0",
    ],
)
def test_what_is_no_robots_txt_forbids_nothing(page):
    assert allowed(page, "/x")
