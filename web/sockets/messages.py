"""Messages that clients send on a socket, and those they receive."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from services.core.json_keys import repeated
from services.live import Cursor, Kind
from web.frame.types import Body, IdIn

MOST_KINDS = len(Kind)


class Ticket(Body):
    """Who the client is; the first message if no session says it."""

    type: Literal["ticket"]
    ticket: str = Field(max_length=200)


class Subscribe(Body):
    """Ask for a server's events, after a cursor or from now on; without kinds, all the caller may see."""

    type: Literal["subscribe"]
    guild_id: IdIn
    kinds: list[Annotated[Kind, Field(strict=False)]] | None = Field(None, min_length=1, max_length=MOST_KINDS)
    after: str | None = Field(None, max_length=40)


class Unsubscribe(Body):
    """Ask for no more events of a server."""

    type: Literal["unsubscribe"]
    guild_id: IdIn


class Ping(Body):
    """A check that the server is there, answered by a pong."""

    type: Literal["ping"]


Said = Ticket | Subscribe | Unsubscribe | Ping
_said: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])


def read(text: str) -> Said | None:
    """The client's message; None if it is none of the above."""
    if repeated(text) is not None:
        return None
    try:
        return _said.validate_json(text)
    except ValidationError:
        return None


def hello(user_id: int) -> str:
    """The caller is known."""
    return _told("hello", user_id=str(user_id))


def subscribed(guild_id: int, kinds: frozenset[Kind], cursor: Cursor, *, reset: bool) -> str:
    """Events after this cursor follow; after a reset, the client reloads what it shows."""
    told = {"guild_id": str(guild_id), "kinds": sorted(kinds), "cursor": str(cursor)}
    return _told("reset" if reset else "subscribed", **told)


def unsubscribed(guild_id: int) -> str:
    """No more events of this server follow."""
    return _told("unsubscribed", guild_id=str(guild_id))


def refused(guild_id: int, reason: str, detail: str) -> str:
    """A refused subscription, with the reason for programs and for people."""
    return _told("refused", guild_id=str(guild_id), reason=reason, detail=detail)


def _told(kind: str, **values: Any) -> str:
    return orjson.dumps({"type": kind, **values}).decode()


PONG = _told("pong")
UNAVAILABLE = _told("unavailable")
AVAILABLE = _told("available")
