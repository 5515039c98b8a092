"""Pages of the web, read as the questions, answers and articles they are."""

from datetime import UTC, datetime

import lxml.html
import msgspec
import pytest

from contract import Post, Usage
from crawler.fetch import Dropped
from crawler.html_page import PageReader

URL = "https://help.example.com/en/questions/7?page=1"
SENTENCE = (
    "The mower stops with E17 when the antenna sees fewer than seven satellites for a minute."
)
MAY = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)


def posts(page, usage=None):
    return [one for one in found(page, usage) if isinstance(one, Post)]


def found(page, usage=None):
    root = lxml.html.document_fromstring(page)
    return list(PageReader("help", URL, root, usage or Usage()).found())


def html(body="", *, head="", lang="en"):
    return f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'


def ld(*nodes):
    blocks = (msgspec.json.encode(node).decode().replace("<", "\\u003c") for node in nodes)
    return "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)


def answer(number, **more):
    return {
        "@type": "Answer",
        "text": f"Answer {number}",
        "upvoteCount": number,
        "url": f"{URL}#answer-{number}",
        "author": {"@type": "Person", "name": "Nadia", "url": "/users/1"},
    } | more


QUESTION = {
    "@type": "Question",
    "name": "Why does it <b>stop</b> &amp; wait?",
    "text": "<p>See <code>log</code>:</p><pre>E17\n  lost</pre>",
    "answerCount": 3,
    "upvoteCount": "1,204",
    "dateCreated": "2026-05-01T11:30:00+02:00",
    "author": {"@type": "Person", "name": "Mira"},
}


def thread(**more):
    return html(head=ld({"@type": "QAPage", "mainEntity": QUESTION | more}))


# a question with answers


def test_a_question_opens_a_thread():
    question, *_ = posts(thread())
    assert (question.post_id, question.thread_id) == ("help:/en/questions/7?page=1",) * 2
    assert (question.kind, question.platform, question.url) == ("question", "site", URL)
    assert question.title == "Why does it stop & wait?"
    assert question.text == "See `log`:\n\n```\nE17\n  lost\n```"
    assert (question.signals.score, question.signals.replies) == (1204, 3)
    assert question.created_at == MAY
    assert (question.author.author_id, question.author.name) == ("help:Mira", "Mira")
    assert (question.accepted, question.parent_id, question.position) == (None, None, 0)
    assert question.language == "en"


def test_accepted_answers_come_first_and_carry_the_mark():
    page = thread(acceptedAnswer=answer(2), suggestedAnswer=[answer(1), answer(3)])
    question, *replies = posts(page)
    assert [reply.text for reply in replies] == ["Answer 2", "Answer 1", "Answer 3"]
    assert [reply.accepted for reply in replies] == [True, False, False]
    assert [reply.position for reply in replies] == [1, 2, 3]
    assert {reply.thread_id for reply in replies} == {question.post_id}
    assert {reply.parent_id for reply in replies} == {question.post_id}
    assert len({reply.post_id for reply in replies}) == 3
    assert [reply.url for reply in replies] == [f"{URL}#answer-{n}" for n in (2, 1, 3)]
    assert replies[0].author.url == "https://help.example.com/users/1"


def test_an_answer_without_an_address_has_an_id_that_lasts_as_long_as_its_words():
    first = posts(thread(suggestedAnswer=[answer(1, url=""), answer(2, url="")]))
    moved = posts(thread(suggestedAnswer=[answer(2, url=""), answer(1, url="")]))
    assert {post.post_id for post in first} == {post.post_id for post in moved}
    assert len({post.post_id for post in first}) == 3


def test_a_question_in_microdata_keeps_its_code():
    (question, reply) = posts(
        html(
            """<div itemscope itemtype="https://schema.org/QAPage">
            <div itemprop="mainEntity" itemscope itemtype="https://schema.org/Question">
            <h1 itemprop="name">Why?</h1><div itemprop="text"><pre>a
  b</pre></div>
            <div itemprop="acceptedAnswer" itemscope itemtype="https://schema.org/Answer"
              id="answer-1"><a itemprop="url" href="#answer-1">link</a>
            <div itemprop="text"><ol><li>x</li></ol></div></div></div></div>"""
        )
    )
    assert question.text == "```\na\n  b\n```"
    assert (reply.text, reply.accepted) == ("1. x", True)
    assert reply.url == f"{URL}#answer-1"


def test_an_answer_that_says_nothing_is_no_post():
    found = posts(thread(acceptedAnswer=answer(1, text=""), suggestedAnswer=[answer(2)]))
    assert [post.text for post in found[1:]] == ["Answer 2"]
    assert found[1].accepted is False


RELATED = {"@type": "Question", "name": "Why is it loud?", "text": "It is loud."}
REMARK = {"@type": "Comment", "text": "Thanks."}


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (thread(), []),
        (thread(acceptedAnswer=answer(1, comment=REMARK)), ["of another kind"]),
        (html(head=ld(QUESTION, RELATED)), ["repeats another"]),
        (html(head=ld(QUESTION, QUESTION | {"text": "See log:E17 lost"})), []),
        (thread(suggestedAnswer=answer(2, text="")), ["without words"]),
        (html(), ["without words"]),
    ],
)
def test_what_stands_on_a_page_and_is_no_post_of_it_is_counted(page, why):
    assert [item.why for item in found(page) if isinstance(item, Dropped)] == why


# frequent questions


def frequent(*pairs):
    asked = [
        {"@type": "Question", "name": q, "acceptedAnswer": {"@type": "Answer", "text": a}}
        for q, a in pairs
    ]
    return html(head=ld({"@type": "FAQPage", "mainEntity": asked}))


def test_each_frequent_question_is_an_article_of_its_own():
    found = posts(frequent(("Is it loud?", "<p>No, <em>58 dB</em>.</p>"), ("Is it safe?", "Yes.")))
    assert [post.title for post in found] == ["Is it loud?", "Is it safe?"]
    assert [post.text for post in found] == ["No, 58 dB.", "Yes."]
    assert [post.kind for post in found] == ["article", "article"]
    assert all(post.thread_id == post.post_id for post in found)
    assert len({post.post_id for post in found}) == len({post.url for post in found}) == 2
    assert found[0].url == f"{URL}#:~:text=Is%20it%20loud%3F"


def test_a_frequent_question_keeps_its_id_where_the_order_or_the_answer_changes():
    first = posts(frequent(("Is it loud?", "No."), ("Is it safe?", "Yes.")))
    later = posts(frequent(("Is it safe?", "Quite."), ("Is it loud?", "No.")))
    assert {post.post_id for post in first} == {post.post_id for post in later}


def test_a_frequent_question_without_question_and_answer_is_no_post():
    assert [post.title for post in posts(frequent(("", ""), ("Is it safe?", "")))] == [
        "Is it safe?"
    ]


def test_a_page_of_frequent_questions_that_names_none_is_an_article():
    page = html(f"<main><h1>FAQ</h1><p>{SENTENCE}</p></main>", head=ld({"@type": "FAQPage"}))
    assert [post.kind for post in posts(page)] == ["article"]


# a conversation


def posting(number, text):
    kind = "http://schema.org/DiscussionForumPosting"
    return f"""<div itemscope itemtype="{kind}" id="post_{number}">
      <meta itemprop="headline" content="Mower stops">
      <span itemprop="author" itemscope itemtype="http://schema.org/Person">
        <span itemprop="name">User {number}</span></span>
      <time itemprop="datePublished" datetime="2026-05-01T09:30:00Z">1 May</time>
      <a itemprop="url" href="/en/questions/7?page=1#post_{number}">#</a>
      <div itemprop="articleBody">{text}</div>
      <div itemprop="interactionStatistic" itemscope
        itemtype="http://schema.org/InteractionCounter">
        <meta itemprop="interactionType" content="http://schema.org/LikeAction">
        <meta itemprop="userInteractionCount" content="{number}"></div></div>"""


def test_a_conversation_marked_post_by_post_is_read_whole_with_its_code():
    page = html(posting(1, "<p>It stops.</p>") + posting(2, "<pre>reset\n  now</pre>"))
    opening, reply = posts(page)
    assert (opening.kind, opening.title, opening.text) == ("question", "Mower stops", "It stops.")
    assert (reply.kind, reply.title, reply.text) == ("answer", "", "```\nreset\n  now\n```")
    assert reply.url == f"{URL}#post_2"
    assert reply.post_id != reply.thread_id == opening.post_id
    assert (opening.signals.likes, reply.signals.likes) == (1, 2)
    assert reply.author.name == "User 2"
    assert reply.accepted is None


def test_comments_inside_a_posting_are_replies():
    said = {"@type": "Comment", "text": "Restart it.", "url": f"{URL}#c1"}
    topic = {"@type": "DiscussionForumPosting", "headline": "Stops", "text": "It.", "comment": said}
    opening, reply = posts(html(head=ld(topic)))
    assert (opening.title, reply.text, reply.position) == ("Stops", "Restart it.", 1)


# an article


def test_an_article_has_its_text_from_the_page_and_the_rest_from_its_markup():
    article = {
        "@type": "TechArticle",
        "headline": "Not this one",
        "author": {"@type": "Person", "name": "Nadia"},
        "datePublished": "2026-05-01T09:30:00Z",
        "dateModified": "2026-05-02",
        "license": "CC BY 4.0",
        "interactionStatistic": [
            {"interactionType": "https://schema.org/DislikeAction", "userInteractionCount": 2},
            {"interactionType": "https://schema.org/LikeAction", "userInteractionCount": 8},
        ],
    }
    head = ld({"@graph": [article]}) + '<meta property="article:section" content="Mowers">'
    (post,) = posts(
        html(f"<main><h1>Error E17</h1><p>{SENTENCE}</p></main>", head=head, lang="de-AT")
    )
    assert (post.kind, post.title, post.text) == ("article", "Error E17", SENTENCE)
    assert SENTENCE in post.html
    assert "Error E17" not in post.html
    assert (post.created_at, post.updated_at) == (MAY, datetime(2026, 5, 2, tzinfo=UTC))
    assert (post.author.name, post.container, post.language) == ("Nadia", "Mowers", "de")
    assert (post.signals.likes, post.signals.score) == (8, None)
    assert post.licence == "CC BY 4.0"
    assert post.thread_id == post.post_id


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ('<meta property="og:title" content="Best"><title>Last</title>', "<h1>Next</h1>", "Best"),
        ("<title>Last</title>", "<h1>A <b>heading</b></h1>", "A heading"),
        ("<title>Last\n words</title>", "<h1> </h1>", "Last words"),
        ("", "", ""),
    ],
)
def test_the_title_is_the_best_the_page_has(head, heading, title):
    (post,) = posts(html(f"{heading}<main><p>{SENTENCE}</p></main>", head=head))
    assert post.title == title


@pytest.mark.parametrize("part", ["<main>{}</main>", '<div role="main">{}</div>'])
def test_the_name_of_the_site_above_the_content_is_no_title(part):
    content = part.format(f"<h1>Error E17</h1><p>{SENTENCE}</p>")
    (post,) = posts(html(f"<header><h1>Mower help</h1></header>{content}"))
    assert (post.title, post.text) == ("Error E17", SENTENCE)


def test_a_plain_page_says_nothing_it_does_not_know():
    (post,) = posts(f"<main><p>{SENTENCE}</p></main>")
    assert (post.author, post.created_at, post.updated_at, post.language) == (None,) * 4
    assert (post.container, post.licence, post.accepted) == (None, None, None)


@pytest.mark.parametrize("graph", ["null", '{"@type": "Article", "properties": 5}', "{broken"])
def test_broken_markup_does_not_cost_the_page(graph):
    block = f'<script type="application/ld+json">{{"@graph": {graph}}}</script>'
    (post,) = posts(html(f"<main><p>{SENTENCE}</p></main>", head=block))
    assert post.text == SENTENCE


@pytest.mark.parametrize("date", ["InvalidDateFormat", "", "2026-99-99"])
def test_a_date_nobody_can_read_is_not_known(date):
    article = {"@type": "Article", "datePublished": date, "dateModified": date}
    (post,) = posts(html(f"<main><p>{SENTENCE}</p></main>", head=ld(article)))
    assert (post.created_at, post.updated_at) == (None, None)


def test_a_page_without_text_is_no_post():
    assert posts(html("<main></main>", head="<title>Only a title</title>")) == []


def test_every_post_of_a_page_carries_what_its_owner_allows():
    usage = Usage(archive=False, max_snippet=50)
    for page in (thread(acceptedAnswer=answer(1)), frequent(("a", "b")), html(posting(1, "x"))):
        assert {post.usage for post in posts(page, usage)} == {usage}


def test_no_word_of_a_page_is_too_odd_to_be_kept():
    odd = "\\ud800"
    block = (
        '<script type="application/ld+json">{"@type": "QAPage", "mainEntity": {"@type": "Question",'
        f'"name": "a{odd}", "text": "b{odd}", "license": "c{odd}", "author": "d{odd}",'
        f'"suggestedAnswer": {{"@type": "Answer", "text": "e", "url": "#{odd}"}}}}}}</script>'
    )
    for post in posts(html(head=block)):
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(post))["source"] == "help"


# a thread of a forum, with markup


def xenforo(*bodies, markup=""):
    """A page of a forum; each post was written on the first of May."""
    written = "".join(
        f"""<article class="message" data-content="post-{number}">
        <h4 class="message-name"><a href="/members/user.{number}/">User {number}</a></h4>
        <div class="message-attribution"><time datetime="2026-05-01T09:30:00Z">then</time></div>
        <div class="message-body"><div class="bbWrapper">{body}</div></div></article>"""
        for number, body in enumerate(bodies, start=1)
    )
    return html(f"<h1>Stops</h1>{written}{markup}").replace("<html ", "<html id='XF' ")


FIRST = {
    "@type": "DiscussionForumPosting",
    "headline": "Stops",
    "articleBody": "It  stops.",
    "author": {"@type": "Person", "name": "User 1", "url": "/members/user.1/"},
    "datePublished": "2026-05-01",
    "dateModified": "2026-06-01",
    "interactionStatistic": {
        "interactionType": "https://schema.org/LikeAction",
        "userInteractionCount": 5,
    },
}


def test_markup_of_the_first_post_alone_fills_gaps_and_doubles_nothing():
    opening, reply = posts(xenforo("It <b>stops</b>.", "Reset it.", markup=ld(FIRST)))
    assert (opening.text, reply.text) == ("It stops.", "Reset it.")
    assert "<b>stops</b>" in opening.html
    assert (opening.created_at, opening.updated_at) == (MAY, None)  # markup knows the day alone
    assert (opening.signals.likes, reply.signals.likes) == (5, None)
    assert opening.author.author_id == "help:u/1"
    assert reply.parent_id == opening.post_id


def test_markup_of_every_post_is_believed():
    told = [answer(1, text="Reset it."), answer(2, text="<p>Wait.</p>", upvoteCount=4)]
    question = QUESTION | {
        "text": "It stops.",
        "acceptedAnswer": told[1],
        "suggestedAnswer": told[0],
    }
    page = xenforo("It stops.", "Reset it.", "Wait.", markup=ld(question))
    opening, first, second = posts(page)
    assert [post.author.name for post in (opening, first, second)] == ["Mira", "Nadia", "Nadia"]
    assert [post.accepted for post in (opening, first, second)] == [None, False, True]
    assert [post.signals.score for post in (opening, first, second)] == [1204, 1, 4]
    assert [post.position for post in (opening, first, second)] == [0, 1, 2]


def test_two_posts_of_the_same_words_are_two():
    page = xenforo("It stops.", "+1", "+1", markup=ld(FIRST | {"comment": [answer(1, text="+1")]}))
    found = posts(page)
    assert [post.text for post in found] == ["It stops.", "+1", "+1"]
    assert [post.signals.score for post in found] == [None, 1, None]  # markup speaks of one


def test_markup_of_something_else_is_no_post_of_the_thread():
    page = xenforo("It stops.", markup=ld(FIRST | {"articleBody": "Another thread."}))
    (opening,) = posts(page)
    assert (opening.text, opening.signals.likes) == ("It stops.", None)


def test_a_page_of_a_forum_without_a_thread_is_read_as_any_other():
    page = html(f"<main><p>{SENTENCE}</p></main>").replace("<html ", "<html id='XF' ")
    assert [post.kind for post in posts(page)] == ["article"]
