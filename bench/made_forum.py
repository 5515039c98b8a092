"""A forum of any size on loopback, made up and quick to answer: who asks is measured, not it.

    python -m bench.made_forum [--topics N] [--crawl-delay S] [--log FILE]

In the wire format of Discourse: the rooms, lists of 30 topics, one page of JSON a topic. Every page
is made before the first is asked for; robots.txt closes one topic. `--log` keeps a line a request,
seconds and path, written through at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, cast

from contract import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper

POSTS = 5
"""In each topic: the mean of the sample communities."""

PER_LIST = 30

WORDS = [f"{part}{number}" for part in ("dock", "fence", "grass", "motor") for number in range(50)]

ROBOTS = "User-agent: *\nDisallow: /t/13.json\nCrawl-delay: {delay_s}\n"

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def replies(topics: int, delay_s: float) -> Iterator[tuple[str, bytes]]:
    """Every address with its whole reply, the same for the same number of topics."""
    yield "/robots.txt", _whole("text/plain", ROBOTS.format(delay_s=delay_s).encode())
    chance = random.Random(topics)  # noqa: S311  words, not secrets
    yield "/site.json", _reply({"categories": [{"id": 1, "name": "Garden", "slug": "garden"}]})
    lists = -(-topics // PER_LIST)
    for number in range(lists):
        rows = [_row(topic) for topic in range(topics)[number * PER_LIST : (number + 1) * PER_LIST]]
        told: dict[str, object] = {"topics": rows, "per_page": PER_LIST}
        if number + 1 < lists:
            told["more_topics_url"] = f"/latest?page={number + 1}"
        yield f"/latest.json?order=activity&page={number}", _reply({"topic_list": told})
    for topic in range(topics):
        yield f"/t/{topic}.json", _reply(_topic(topic, chance))


def _reply(told: dict[str, object]) -> bytes:
    return _whole("application/json; charset=utf-8", json.dumps(told).encode())


def _whole(kind: str, body: bytes) -> bytes:
    return HEAD.format(kind=kind, length=len(body)).encode() + body


def _row(topic: int) -> dict[str, object]:
    return {
        "id": topic,
        "title": f"Topic {topic}",
        "last_posted_at": "2026-05-01T10:00:00.000Z",
        "category_id": 1,
    }


def _topic(topic: int, chance: random.Random) -> dict[str, object]:
    posts = [_post(topic, number, chance) for number in range(1, POSTS + 1)]
    return {
        "id": topic,
        "title": " ".join(chance.choices(WORDS, k=8)),
        "slug": f"topic-{topic}",
        "category_id": 1,
        "tags": chance.sample(WORDS, 2),
        "views": chance.randrange(1000),
        "post_stream": {"posts": posts, "stream": [post["id"] for post in posts]},
    }


def _post(topic: int, number: int, chance: random.Random) -> dict[str, object]:
    paragraphs = (" ".join(chance.choices(WORDS, k=40)) for _ in range(2))
    return {
        "id": topic * POSTS + number,
        "post_number": number,
        "username": f"member{chance.randrange(200)}",
        "cooked": "".join(f"<p>{paragraph}.</p>" for paragraph in paragraphs),
        "created_at": "2026-05-01T09:00:00.000Z",
        "updated_at": "2026-05-01T09:00:00.000Z",
        "actions_summary": [{"id": 2, "count": chance.randrange(9)}],
        "trust_level": chance.randrange(5),
    }


class Answering(asyncio.Protocol):
    """One connection; requests on it come one after another, and have no body."""

    def __init__(self, pages: dict[str, bytes], log: TextIOWrapper | None) -> None:
        self._pages = pages
        self._log = log
        self._clock = SystemClock()
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember whom to answer."""
        self._answers = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that has come in whole."""
        *whole, self._heard = (self._heard + data).split(b"\r\n\r\n")
        for request in whole:
            path = request.split(b" ", 2)[1].decode("ascii")
            if self._log is not None:
                self._log.write(f"{self._clock.now().timestamp():.4f} {path}\n")
                self._log.flush()
            self._answers.write(self._pages.get(path, MISSING))


async def serve(pages: dict[str, bytes], log: TextIOWrapper | None) -> None:
    """Answer until the process ends; the address is printed first."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(pages, log), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", type=int, default=2000)
    parser.add_argument("--crawl-delay", type=float, default=0.0)
    parser.add_argument("--log", type=Path)
    args = parser.parse_args()
    log = args.log.open("a", encoding="ascii") if args.log else None
    asyncio.run(serve(dict(replies(args.topics, args.crawl_delay)), log))


if __name__ == "__main__":
    main()
