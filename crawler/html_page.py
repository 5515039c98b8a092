"""One HTML page on its way to posts: a thread, what it says of itself, else its main text.

A page of a known forum is read as its thread. A page with schema.org markup is read as the
questions, answers or article it claims to hold; any other becomes one article.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from contract import Author, Post, Signals, Usage
from crawler import structured, urls
from crawler.clean import Body, from_html, from_text, one_line
from crawler.fetch import Dropped
from crawler.formats.forum_page import opening_words
from crawler.forum_posts import ThreadReader
from crawler.forums import Forum
from crawler.main_text import main_html
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import lxml.html

    from contract.record import Kind
    from crawler.fetch import LeftOut
    from crawler.forums import Thread
    from crawler.structured import Thing

ARTICLES = {
    "Article", "TechArticle", "HowTo", "NewsArticle", "BlogPosting", "APIReference", "WebPage",
}  # fmt: skip

OTHERS: dict[str, LeftOut] = {
    "Comment": "of another kind",
    "Question": "repeats another",
    "Answer": "repeats another",
}
"""What stands beside what a page is about, and is read where it stands by itself if at all."""

TITLES = (
    "//meta[@property='og:title']/@content",
    "(//main|//*[@role='main'])//h1",
    "//h1",
    "//title",
)
"""Where the title of a page stands, from the surest place; the first heading of all may well be the
name of the site."""


class PageReader:
    """The posts of one page; `url` is its canonical address, `usage` what its owner allows."""

    def __init__(
        self,
        name: str,
        url: str,
        root: lxml.html.HtmlElement,
        usage: Usage,
        forum: Forum | None = None,
    ) -> None:
        self._name = name
        self._url = url
        self._root = root
        self._usage = usage
        self._language = _language(root)
        self._forum = forum or Forum(root)
        self.thread = self._forum.thread(url)
        self._read = set[str]()

    def found(self) -> Iterator[Post | Dropped]:
        """Everything somebody said on the page, the opening post first."""
        if self._forum.asks_for_login:
            yield Dropped("private")
            return
        for one in self._found():
            is_bare = isinstance(one, Post) and not (one.text or one.title)
            yield Dropped("without words") if is_bare else one

    def _found(self) -> Iterator[Post | Dropped]:
        found = list(structured.walk(structured.things(self._root, self._url)))
        page_kinds = {thing.kind for thing in found}
        questions = [thing for thing in found if thing.kind == "Question"]
        topics = [thing for thing in found if thing.kind == "DiscussionForumPosting"]
        if self.thread is not None:
            yield from self._forum_thread(self.thread, found)
            yield from self.thread.shown.left_out
        elif "FAQPage" in page_kinds and questions:
            yield from map(self._frequent, questions)
        elif questions:
            yield from self._thread(questions[0], "acceptedAnswer", "suggestedAnswer")
            yield from self._left_out(found)
        elif topics:
            yield from self._topic(topics)
            yield from self._left_out(found)
        elif not self._forum.is_list:
            article = next((thing for thing in found if thing.kind in ARTICLES), None)
            yield from self._article(article or structured.Thing("", {}))
            yield from self._left_out(found)

    def _left_out(self, found: list[Thing]) -> Iterator[Dropped]:
        """Comments on what is no forum's, and questions that the page only leads to."""
        for thing in found:
            words = _opening(thing)
            if thing.kind in OTHERS and words and words not in self._read:
                yield Dropped(OTHERS[thing.kind])

    def _forum_thread(self, thread: Thread, found: list[Thing]) -> Iterator[Post]:
        shown = replace(
            thread.shown,
            title=thread.shown.title or self._title(),
            container=thread.shown.container or self._container(),
        )
        reader = ThreadReader(
            self._name,
            self._url,
            replace(thread, shown=shown),
            usage=self._usage,
            language=self._language,
        )
        return reader.posts(found)

    def _frequent(self, question: Thing) -> Post:
        """A question with its answer is one article: nobody but the site's owner speaks."""
        title = one_line(question.text("name"))
        answer = question.thing("acceptedAnswer") or question
        return self._post(
            answer,
            post_id=f"{self._id()}#{_short(title)}",
            kind="article",
            title=title,
            url=f"{self._url}#:~:text={quote(title, safe='')}",
            container=self._container(),
        )

    def _thread(self, question: Thing, *replies: str) -> Iterator[Post]:
        title = one_line(question.text("name", "headline")) or self._title()
        opening = self._post(
            question, post_id=self._id(), kind="question", title=title, url=self._url
        )
        yield opening
        accepted = {id(answer) for answer in question.things("acceptedAnswer")}
        for position, answer in enumerate(question.things(*replies), start=1):
            mark = (id(answer) in accepted) if "acceptedAnswer" in replies else None
            yield self._reply(answer, opening, position, accepted=mark)

    def _topic(self, postings: list[Thing]) -> Iterator[Post]:
        """A conversation: marked post by post, or one post with its comments inside."""
        opening, *rest = list(self._thread(postings[0], "comment"))
        yield opening
        yield from rest
        for position, posting in enumerate(postings[1:], start=len(rest) + 1):
            yield self._reply(posting, opening, position, accepted=None)

    def _reply(self, answer: Thing, opening: Post, position: int, *, accepted: bool | None) -> Post:
        url = urls.join(self._url, answer.text("url", "@id")) or self._url
        mark = url.partition("#")[2] or _short(answer.text("text", "articleBody"))
        return self._post(
            answer,
            post_id=f"{opening.post_id}#{mark}",
            thread_id=opening.post_id,
            parent_id=opening.post_id,
            position=position,
            kind="answer",
            url=url,
            accepted=accepted,
        )

    def _article(self, article: Thing) -> Iterator[Post | Dropped]:
        body = from_html(main_html(self._root, self._url), self._url)
        body = _without_title(body, self._title())
        if not body.text:
            yield Dropped("without words")
            return
        yield self._post(
            article,
            post_id=self._id(),
            kind="article",
            title=self._title(),
            url=self._url,
            body=body,
            container=self._container(),
        )

    def _post(
        self,
        thing: Thing,
        *,
        post_id: str,
        kind: Kind,
        url: str,
        body: Body | None = None,
        title: str = "",
        thread_id: str | None = None,
        parent_id: str | None = None,
        position: int = 0,
        accepted: bool | None = None,
        container: str | None = None,
    ) -> Post:
        body = body or _body(thing.text("text", "articleBody"), url)
        self._read.add(_opening(thing))
        return Post(
            post_id=post_id,
            thread_id=thread_id or post_id,
            parent_id=parent_id,
            position=position,
            source=self._name,
            platform="site",
            kind=kind,
            url=url,
            title=title,
            text=body.text,
            html=body.html,
            author=self._author(thing),
            created_at=instant(thing.text("dateCreated", "datePublished")) or self._published(),
            updated_at=instant(thing.text("dateModified")),
            language=self._language,
            container=container,
            signals=_signals(thing),
            accepted=accepted,
            usage=self._usage,
            licence=one_line(thing.text("license")) or None,
        )

    def _id(self) -> str:
        return f"{self._name}:{urls.path(self._url)}"

    def _title(self) -> str:
        for path in TITLES:
            for found in self._root.xpath(path):
                title = one_line(found if isinstance(found, str) else found.text_content())
                if title:
                    return title
        return ""

    def _container(self) -> str | None:
        for path in (
            "//meta[@property='article:section']/@content",
            "(//*[@itemtype='https://schema.org/BreadcrumbList']//*[@itemprop='name'])[last()-1]",
            "//nav[contains(@aria-label,'readcrumb')]//a[last()]",
        ):
            for found in self._root.xpath(path):
                return one_line(found if isinstance(found, str) else found.text_content()) or None
        return None

    def _published(self) -> datetime | None:
        dates = self._root.xpath("//meta[@property='article:published_time']/@content")
        return next((instant(str(date)) for date in dates), None)

    def _author(self, thing: Thing) -> Author | None:
        person = thing.thing("author")
        name = one_line(person.text("name") if person else thing.text("author"))
        if not name:
            return None
        url = urls.join(self._url, person.text("url")) if person and person.text("url") else None
        return Author(author_id=f"{self._name}:{url or name}", name=name, url=url)


def _without_title(body: Body, title: str) -> Body:
    """The content without the heading that says the title once more."""
    first, _, rest = body.text.partition("\n\n")
    if first.removeprefix("# ") != title or not rest:
        return body
    return Body(rest, re.sub(r"^(?:\s|</?\w+>)*?<h1>.*?</h1>\s*", "", body.html, flags=re.DOTALL))


def _language(root: lxml.html.HtmlElement) -> str | None:
    said = root.xpath("/html/@lang")
    return str(said[0]).partition("-")[0].lower() or None if said else None


def _body(text: str, url: str) -> Body:
    return from_html(text, url) if "<" in text else from_text(text)


def _opening(thing: Thing) -> str:
    """How it begins, by which one thing in two kinds of markup is known to be one."""
    return opening_words(one_line(thing.text("text", "articleBody")))


def _short(text: str) -> str:
    """A name for what has none of its own: it stays as long as the words stay."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _signals(thing: Thing) -> Signals:
    likes = next(
        (
            count.number("userInteractionCount")
            for count in thing.things("interactionStatistic")
            if "LikeAction" in count.text("interactionType")
        ),
        None,
    )
    return Signals(
        score=thing.number("upvoteCount"), likes=likes, replies=thing.number("answerCount")
    )
