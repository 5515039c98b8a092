"""A crawl's manners before a place that is made up, with Scrapy's own redirects behind them."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response
from scrapy.settings import Settings as ScrapySettings

from contract import FixedClock, Settings
from crawler.crawl import _scrapy_settings
from crawler.egress import Gate
from crawler.polite import Errand, Manners, Turnstile

PAGE = "https://forum.example.com/t/7"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def now():
    return asyncio.get_running_loop().time()


class Way:
    """A crawl's manners, before a place that answers from `replies`, by address."""

    def __init__(self, **parts):
        self.clock = FixedClock(NOON)
        self.replies, self.asked = {}, []
        usual = {
            "gate": Gate(),
            "turnstile": Turnstile(),
            "clock": self.clock,
            "delay_s": 0.5,
            "obey_robots": False,
            "max_attempts": 4,
            "max_wait_s": 600.0,
        }
        crawler = SimpleNamespace(
            engine=self, spider=SimpleNamespace(errand=Errand(**{**usual, **parts}))
        )
        self.manners = Manners.from_crawler(crawler)
        ours = _scrapy_settings(Settings(), frozenset())
        self.redirects = RedirectMiddleware(ScrapySettings(ours))
        self.redirects.crawler = crawler

    async def download_async(self, request):
        """What Scrapy does with a request of the manners' own, such as for robots.txt."""
        await self.manners.process_request(request)
        self.asked.append((request.url, now() - 1000))
        reply = self.replies.get(request.url, 404)
        if isinstance(reply, Exception):
            self.manners.process_exception(request, reply)
            raise reply
        if not isinstance(reply, Response):
            status, body = reply if isinstance(reply, tuple) else (reply, b"")
            reply = Response(request.url, status, body=body)
        outcome = self.manners.process_response(request, reply)
        if isinstance(outcome, Response):  # Scrapy's own stands right behind ours
            outcome = self.redirects.process_response(request, outcome)
        return outcome if isinstance(outcome, Response) else await self.download_async(outcome)

    async def sends(self, request, *replies):
        """Send a request with all that becomes of it; when each attempt left, and the outcome."""
        left = []
        for reply in replies:
            await self.manners.process_request(request)
            left.append(now() - 1000)
            if isinstance(reply, Exception):
                outcome = self.manners.process_exception(request, reply)
            else:
                outcome = self.manners.process_response(request, reply)
            if not isinstance(outcome, Request):
                return left, outcome
            request = outcome
        return left, request
