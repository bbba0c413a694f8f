"""Stand-ins for Discord's REST side: one that follows a script, one with real bucket arithmetic."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from discord_api.client import Discord
from discord_api.transport import Transport
from tests.discord_api.virtual_time import now

Reply = httpx.Response | Exception
TOKEN = "bot-token-that-nobody-may-see"


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    """An answer with JSON; `x_ratelimit_limit="5"` is a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = b"" if body is None else orjson.dumps(body)
    return httpx.Response(status, headers={**named, "content-type": "application/json"}, content=content)


def client(handler: Callable[[httpx.Request], Any], **options: Any) -> Discord:
    """The client under test in virtual time, talking to `handler`."""
    transport = Transport(httpx.AsyncClient(transport=httpx.MockTransport(handler)))
    options = {"patience": 60.0, **options}
    return Discord(
        TOKEN,
        project_url="https://example.org/bot",
        version="1.2",
        base_url="https://discord.test/api/v10",
        transport=transport,
        clock=asyncio.get_running_loop().time,
        **options,
    )


class Script:
    """Gives the listed answers in turn, the last one for ever, and remembers what was asked and when."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.times.append(now())
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        await asyncio.sleep(0.02)
        if isinstance(reply, Exception):
            raise reply
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    @property
    def bodies(self) -> list[Any]:
        """The JSON of each request."""
        return [orjson.loads(request.content) if request.content else None for request in self.requests]


@dataclass
class Limit:
    """One bucket of Discord: a window begins with its first request."""

    name: str
    size: int
    window: float
    left: int = 0
    ends: float = 0.0
    emptied_by_others: bool = False
    # Until when the client has been told that nothing is left.
    told_empty_until: float = 0.0

    def take(self) -> bool:
        """Count one request; False if the bucket is empty."""
        if now() >= self.ends:
            self.left, self.ends, self.emptied_by_others = self.size, now() + self.window, False
        self.left -= 1
        return self.left >= 0

    def headers(self) -> dict[str, str]:
        """As Discord tells it, rounded to milliseconds."""
        return {
            "x-ratelimit-limit": str(self.size),
            "x-ratelimit-remaining": str(max(0, self.left)),
            "x-ratelimit-reset-after": f"{max(0, self.ends - now()):.3f}",
            "x-ratelimit-bucket": self.name,
        }


@dataclass
class Arithmetic:
    """Answers by its own count of buckets, with travel times and unprovoked 429s, and notes what must not happen."""

    # Method, pattern whose group 1 is the resource, bucket, size, window.
    routes: list[tuple[str, str, str, int, float]]
    seed: int = 0
    others: float = 0.0  # share of requests before which somebody else empties the bucket
    shared: float = 0.0  # share of requests refused for the sake of all
    global_every: int = 0  # each so many requests one is refused for the whole bot
    travel: tuple[float, float] = (0.02, 0.06)  # seconds for each way, between these
    limits: dict[tuple[str, str], Limit] = field(default_factory=dict)
    sent: list[tuple[float, str, str]] = field(default_factory=list)  # when, bucket and resource, body
    done: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    told_silence_until: float = 0.0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        limit = self._limit(request)
        body = request.content.decode() or f"{request.method} {request.url.path}"
        self.sent.append((now(), limit.name, body))
        if now() < limit.told_empty_until:
            self.faults.append(f"{body}: sent into {limit.name}, known to be empty")
        if now() < self.told_silence_until:
            self.faults.append(f"{body}: sent while the whole bot was told to wait")
        await asyncio.sleep(self.random.uniform(*self.travel))
        reply, told = self._judge(limit, body)
        self.statuses[reply.status_code] += 1
        await asyncio.sleep(self.random.uniform(*self.travel))
        if told == "global":
            self.told_silence_until = max(self.told_silence_until, now() + 1)
        elif told:
            limit.told_empty_until = max(limit.told_empty_until, now() + float(told))
        return reply

    def _limit(self, request: httpx.Request) -> Limit:
        for method, pattern, name, size, window in self.routes:
            if method == request.method and (match := re.search(pattern, request.url.path)):
                return self.limits.setdefault((name, match.group(1)), Limit(name, size, window))
        raise AssertionError(f"{request.method} {request.url.path} is not expected here")

    def _judge(self, limit: Limit, body: str) -> tuple[httpx.Response, str]:
        if self.global_every and len(self.sent) % self.global_every == 0:
            return self._refuse(1.0, "global", {}), "global"
        if self.random.random() < self.shared:
            return self._refuse(1.5, "shared", limit.headers()), "1.5"
        if self.random.random() < self.others and now() < limit.ends:
            limit.left, limit.emptied_by_others = 0, True
        if not limit.take():
            if not limit.emptied_by_others:
                self.faults.append(f"{body}: one too many for {limit.name}")
            wait = limit.ends - now()
            return self._refuse(wait, "user", limit.headers()), str(wait)
        self.done[body] += 1
        told = str(limit.ends - now()) if limit.left == 0 else ""
        return httpx.Response(200, headers=limit.headers(), content=b"{}"), told

    def _refuse(self, wait: float, scope: str, headers: dict[str, str]) -> httpx.Response:
        body = {"message": "slow down", "retry_after": round(wait, 3), "global": scope == "global"}
        return httpx.Response(429, headers={**headers, "x-ratelimit-scope": scope}, content=orjson.dumps(body))
