"""The log of all traffic: each interaction with the bot's response, and each REST call by the bot."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from playground.world.entities import Json, User

Outcome = Literal["answered", "deferred", "failed", "lost", "duplicate"]
_MOST_SHOWN = 50


@dataclass
class RestCall:
    """One call by the bot to Discord's REST API."""

    method: str
    path: str
    status: int
    ms: float
    body: Any
    answer: Any
    at: datetime

    def json(self) -> Json:
        return {
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "ms": self.ms,
            "body": self.body,
            "answer": self.answer,
        }


@dataclass
class Exchange:
    """One delivery of an interaction; `why` is the reason if it failed."""

    id: str
    who: int
    who_name: str
    label: str
    channel_id: int
    url: str
    headers: dict[str, str]
    body: Json
    at: datetime
    response: Json | None = None
    ms: float | None = None
    outcome: Outcome | None = None
    why: str | None = None
    follow_ups: list[RestCall] = field(default_factory=list)

    def json(self) -> Json:
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "who": {"id": str(self.who), "global_name": self.who_name},
            "label": self.label,
            "channel_id": str(self.channel_id),
            "request": {"url": self.url, "headers": self.headers, "body": self.body},
            "response": self.response,
            "ms": self.ms,
            "outcome": self.outcome,
            "why": self.why,
            "follow_ups": [call.json() for call in self.follow_ups],
        }


class Journal:
    """The latest exchanges and calls; older ones are dropped."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=500)
        self.calls: deque[RestCall] = deque(maxlen=100)
        self._numbers = itertools.count(1)

    def open(
        self, who: User, label: str, channel_id: int, url: str, headers: dict[str, str], body: Json, at: datetime
    ) -> Exchange:
        name = who.global_name or who.username
        exchange = Exchange(str(next(self._numbers)), who.id, name, label, channel_id, url, headers, body, at)
        self._exchanges.append(exchange)
        return exchange

    def of(self, user_id: int) -> list[Exchange]:
        """This person's latest exchanges, newest first."""
        mine = (exchange for exchange in reversed(self._exchanges) if exchange.who == user_id)
        return list(itertools.islice(mine, _MOST_SHOWN))

    def __iter__(self) -> Iterator[Exchange]:
        """Every logged exchange, oldest first."""
        return iter(self._exchanges)
