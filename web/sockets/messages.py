"""What clients say on a socket, and what they are told."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from services.core.json_keys import repeated
from services.live import Cursor, Kind
from web.frame.types import Body, IdIn

MOST_KINDS = len(Kind)


class Ticket(Body):
    """Who speaks; the first message where no session says it."""

    type: Literal["ticket"]
    ticket: str = Field(max_length=200)


class Subscribe(Body):
    """Tell me what happens in this guild, from behind a cursor or from now on; without kinds all that I may see."""

    type: Literal["subscribe"]
    guild_id: IdIn
    kinds: list[Annotated[Kind, Field(strict=False)]] | None = Field(None, min_length=1, max_length=MOST_KINDS)
    after: str | None = Field(None, max_length=40)


class Unsubscribe(Body):
    """Tell me no more of this guild."""

    type: Literal["unsubscribe"]
    guild_id: IdIn


class Ping(Body):
    """Are you there? Answered by a pong."""

    type: Literal["ping"]


Said = Ticket | Subscribe | Unsubscribe | Ping
_said: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])


def read(text: str) -> Said | None:
    """What a client said; None if it is nothing of the above."""
    if repeated(text) is not None:
        return None
    try:
        return _said.validate_json(text)
    except ValidationError:
        return None


def hello(user_id: int) -> str:
    """We know who you are."""
    return _told("hello", user_id=str(user_id))


def subscribed(guild_id: int, kinds: frozenset[Kind], cursor: Cursor, *, reset: bool) -> str:
    """What follows is behind this cursor; after a reset, load anew what was shown so far."""
    told = {"guild_id": str(guild_id), "kinds": sorted(kinds), "cursor": str(cursor)}
    return _told("reset" if reset else "subscribed", **told)


def unsubscribed(guild_id: int) -> str:
    """Nothing of this guild follows any more."""
    return _told("unsubscribed", guild_id=str(guild_id))


def refused(guild_id: int, reason: str, detail: str) -> str:
    """Of this guild nothing will be told; why for programs, and for people."""
    return _told("refused", guild_id=str(guild_id), reason=reason, detail=detail)


def _told(kind: str, **values: Any) -> str:
    return orjson.dumps({"type": kind, **values}).decode()


PONG = _told("pong")
AWAY = _told("away")
BACK = _told("back")
