"""YouTube: the videos of channels, and what is said under them.

    [[source]]
    name = "videos"
    platform = "youtube"
    url = "https://www.googleapis.com/youtube/v3"
    channels = ["@kettlebrook"]      # by handle, or by an id such as "UCx0kettlebrook0000000000"
    videos = ["a1b2c3d4e5F"]         # single ones, whoever's they are
    api_key = "env:YOUTUBE_KEY"      # needed; each page costs 1 of the 10,000 units of a day

A video opens a thread with its title and description; comments stand under it, and replies under
what they answer. Whoever runs the channel is staff. There are likes, but no votes against, no
accepted answers, no reputation and no verified links. Only public videos and published comments
are kept. Comments come newest first; a reply to an older one is found when that one is looked at
again. What was deleted is learned in the same way, fifty videos or comments at a time; where
comments are switched off there are none.

YouTube's terms (https://developers.google.com/youtube/terms/developer-policies) let what the API
gave be kept for 30 days. So each post expires 25 to 30 days after YouTube sent it, by the date of
YouTube's own reply, and is asked for again before that: leave `verify_days` alone, or below 25.
API: https://developers.google.com/youtube/v3/docs
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from contract import Author, Post, Signals, Tombstone, Usage
from contract.errors import SourceError
from crawler.clean import from_text, plain_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import youtube
from crawler.formats.youtube import (
    SITE,
    Channels,
    Comment,
    Comments,
    Threads,
    Uploads,
    Video,
    Videos,
)
from crawler.payload import decode
from crawler.times import EPOCH, instant, utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.fetch import Found, Held

BATCH = 50
"""Videos, or threads of comments, asked for by id at once: the most the API takes."""

PAGE_SIZE = 100
"""The most comments the API gives at once."""

KEPT = timedelta(days=30)
"""How long the terms let a post be kept without asking for it again."""

STEP = timedelta(days=5)
"""Posts expire on every fifth day, so that a post asked for again does not change each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    channels: tuple[str, ...] = ()
    """Handles, such as "@kettlebrook", or ids of channels."""
    videos: tuple[str, ...] = ()
    """Ids of single videos."""


class YouTube:
    """Videos published and comments written since a date, newest first."""

    whole = frozenset[str]()
    verify_within = timedelta(days=25)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the channels, which tell where their videos are, and with single videos."""
        for channel in self.options.channels:
            by = {"forHandle": channel} if channel.startswith("@") else {"id": channel}
            url = self._address("channels", {"part": "contentDetails", **by})
            yield Fetch(kind="channel", url=url, note={"named": channel})
        for some in _batches(self.options.videos):
            yield replace(self._videos(some), note={"comments": "yes"})

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a channel, its uploads, videos, comments with some replies, or all replies."""
        match page.kind:
            case "channel":
                yield from self._read_channel(page)
            case "uploads":
                yield from self._read_uploads(page, since)
            case "videos":
                yield from self._read_videos(page)
            case "threads":
                yield from self._read_threads(page, since)
            case "replies":
                yield from self._read_replies(page)
            case _:
                raise ValueError(f"youtube has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for videos, and for comments with their replies, fifty at a time."""
        videos, threads = list[str](), dict[str, list[str]]()
        for post in held:
            if post.native == post.native_thread:
                videos.append(post.native)
            else:
                threads.setdefault(_top(post.native), []).append(post.post_id)
        for some in _batches(videos):
            yield replace(self._videos(some), held=tuple(f"{self.name}:{one}" for one in some))
        for some in _batches(threads):
            url = self._address("commentThreads", {"part": "snippet,replies", "id": ",".join(some)})
            ids = tuple(post_id for one in some for post_id in threads[one])
            yield Fetch(kind="threads", url=url, note={"first": url}, held=ids)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why YouTube does not answer; that there are no comments is an answer."""
        return youtube.refusal(page)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the key; and ask for the whole page, since one that is unchanged has no new date.

        By that date posts expire.
        """
        conditions = {"If-None-Match", "If-Modified-Since"}
        headers = {name: said for name, said in wish.headers.items() if name not in conditions}
        wish = replace(wish, headers=headers)
        if not self._api_key:
            return wish
        return replace(wish, url=f"{wish.url}&{urlencode({'key': self._api_key})}")

    def _address(self, method: str, query: Mapping[str, object]) -> str:
        return f"{self.url}/{method}?{urlencode(query, safe=',@')}"

    def _videos(self, ids: Iterable[str]) -> Fetch:
        query = {"part": "snippet,statistics,status", "id": ",".join(ids)}
        return Fetch(kind="videos", url=self._address("videos", query))

    def _threads(self, of: dict[str, str], channel: str) -> Fetch:
        query = {"part": "snippet,replies", **of, "order": "time", "maxResults": PAGE_SIZE}
        url = self._address("commentThreads", query)
        return Fetch(kind="threads", url=url, note={"first": url, "channel": channel})

    def _next(self, page: Page, token: str | None, held: Iterable[str] = ()) -> Iterator[Fetch]:
        if token:
            url = f"{page.note['first']}&{urlencode({'pageToken': token})}"
            yield Fetch(kind=page.kind, url=url, note=page.note, held=tuple(held))

    def _read_channel(self, page: Page) -> Iterator[Fetch]:
        channels = decode(page, Channels).items
        if not channels:
            raise SourceError(
                f"{self.name}: YouTube knows no channel {page.note['named']}",
                hint="Write the handle as it stands on the channel's page, with its @.",
            )
        for channel in channels:
            uploads = channel.content_details.related_playlists.uploads
            query = {"part": "contentDetails", "playlistId": uploads, "maxResults": BATCH}
            url = self._address("playlistItems", query)
            yield Fetch(kind="uploads", url=url, note={"first": url})
            yield self._threads({"allThreadsRelatedToChannelId": channel.id}, channel.id)

    def _read_uploads(self, page: Page, since: datetime) -> Iterator[Fetch | Dropped]:
        uploads = decode(page, Uploads)
        details = [upload.content_details for upload in uploads.items]
        # A video that is private or deleted by now keeps its place in the list, without a date.
        dated = {one.video_id: utc(at) for one in details if (at := one.video_published_at)}
        yield from (Dropped("private") for one in details if one.video_published_at is None)
        if new := [video_id for video_id, at in dated.items() if at >= since]:
            yield self._videos(new)
        if new or not dated:
            yield from self._next(page, uploads.next_page_token)

    def _read_videos(self, page: Page) -> Iterator[Found]:
        for video in decode(page, Videos).items:
            post = self._video(video, _usage(page))
            if video.status.privacy_status != "public":
                reason = f"the video is {video.status.privacy_status}"
                yield Tombstone(post_id=post.post_id, state="hidden", reason=reason)
                continue
            yield post
            # No number at all is how YouTube says that comments are switched off.
            if "comments" in page.note and video.statistics.comments:
                comments = self._threads({"videoId": video.id}, video.snippet.channel_id)
                yield replace(comments, optional=True)

    def _read_threads(self, page: Page, since: datetime) -> Iterator[Found]:
        """Comments with their first replies, and where the other replies are.

        All that stands on a page is taken, old or new: its likes may be new.
        """
        told, goes_on = decode(page, Threads), False
        for thread in told.items:
            video = thread.snippet.video_id
            if video is None:  # said about the channel itself, until 2022: under no video
                yield from [Dropped("of another kind")] * len(thread.shown())
                continue
            channel = thread.snippet.channel_id or page.note.get("channel", "")
            about = {"video": video, "channel": channel}
            shown = [self._comment(one, about, _usage(page)) for one in thread.shown()]
            for comment, post in zip(thread.shown(), shown, strict=True):
                yield from _if_shown(comment, post, is_public=thread.snippet.is_public)
            written = (utc(comment.snippet.published_at) for comment in thread.shown())
            is_new = max(written) >= since
            goes_on = goes_on or utc(thread.snippet.top_level_comment.snippet.published_at) >= since
            unseen = _unseen((i for i in page.held if self._is_below(i, thread.id)), shown)
            has_more = thread.snippet.total_reply_count > len(thread.replies.comments)
            if has_more and (unseen or (is_new and not page.held)):
                yield self._replies(thread.id, about, unseen)
        if goes_on and not page.held:
            yield from self._next(page, told.next_page_token)

    def _is_below(self, post_id: str, top: str) -> bool:
        return _top(post_id.removeprefix(f"{self.name}:")) == top

    def _replies(self, parent: str, about: dict[str, str], held: tuple[str, ...]) -> Fetch:
        query = {"part": "snippet", "parentId": parent, "maxResults": PAGE_SIZE}
        url = self._address("comments", query)
        note = {**about, "first": url}
        return Fetch(kind="replies", url=url, note=note, held=held, optional=True)

    def _read_replies(self, page: Page) -> Iterator[Found]:
        told = decode(page, Comments)
        shown = [self._comment(comment, page.note, _usage(page)) for comment in told.items]
        for comment, post in zip(told.items, shown, strict=True):
            yield from _if_shown(comment, post)
        unseen = _unseen(page.held, shown)
        if unseen or not page.held:
            yield from self._next(page, told.next_page_token, unseen)

    def _video(self, video: Video, usage: Usage) -> Post:
        snippet, statistics = video.snippet, video.statistics
        post_id = f"{self.name}:{video.id}"
        language = snippet.default_audio_language or snippet.default_language
        return Post(
            post_id=post_id,
            thread_id=post_id,
            source=self.name,
            platform="youtube",
            kind="post",
            url=f"{SITE}/watch?v={video.id}",
            title=plain_line(snippet.title),
            text=from_text(snippet.description).text,
            author=self._author(snippet.channel_id, snippet.channel_title, snippet.channel_id),
            created_at=utc(snippet.published_at),
            language=language.partition("-")[0].lower() if language else None,
            tags=tuple(snippet.tags),
            container=plain_line(snippet.channel_title) or None,
            signals=Signals(
                likes=statistics.likes,
                views=statistics.views,
                replies=statistics.comments,
            ),
            usage=usage,
        )

    def _comment(self, comment: Comment, about: dict[str, str], usage: Usage) -> Post:
        said, top = comment.snippet, _top(comment.id)
        opening, body = f"{self.name}:{about['video']}", said.body()
        channel = said.channel_id or about["channel"]
        author = said.author_channel_id.value if said.author_channel_id else ""
        return Post(
            post_id=f"{self.name}:{comment.id}",
            thread_id=opening,
            parent_id=opening if comment.id == top else f"{self.name}:{top}",
            position=1,  # nothing counts the comments on a video: time orders them
            source=self.name,
            platform="youtube",
            kind="comment",
            url=f"{SITE}/watch?v={about['video']}&lc={comment.id}",
            text=body.text,
            html=body.html,
            author=self._author(author, said.author_display_name, channel) if author else None,
            created_at=utc(said.published_at),
            updated_at=utc(said.updated_at) if said.updated_at > said.published_at else None,
            signals=Signals(likes=said.like_count),
            usage=usage,
        )

    def _author(self, channel_id: str, name: str, owner: str) -> Author:
        return Author(
            author_id=f"{self.name}:{channel_id}",
            name=plain_line(name) or channel_id,
            url=f"{SITE}/channel/{channel_id}",
            roles=("staff",) if channel_id == owner else (),
        )


def _if_shown(
    comment: Comment, post: Post, *, is_public: bool = True
) -> Iterator[Post | Tombstone | Dropped]:
    if not is_public or comment.snippet.moderation_status != "published":
        yield Tombstone(post_id=post.post_id, state="hidden", reason="not published on YouTube")
    else:
        yield post if post.text else Dropped("without words")


def _unseen(held: Iterable[str], shown: list[Post]) -> tuple[str, ...]:
    seen = {post.post_id for post in shown}
    return tuple(post_id for post_id in held if post_id not in seen)


def _usage(page: Page) -> Usage:
    """Until when it may be shown, counted from the date of the reply."""
    at = instant(page.headers.get("date"))
    return Usage() if at is None else Usage(expires_at=EPOCH + (at + KEPT - EPOCH) // STEP * STEP)


def _top(comment_id: str) -> str:
    """Id of the comment that opened a thread: a reply's id is its parent's and its own."""
    return comment_id.partition(".")[0]


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    every = list(ids)
    for at in range(0, len(every), BATCH):
        yield every[at : at + BATCH]
