"""API keys of a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field

from services.identity import api_keys, key_creators
from services.identity.api_keys import ApiKey
from web.frame.endpoint import Answer, Call, Operation, endpoint
from web.frame.types import Body, Id, KnownScope, Moment, Number, Reply


class NewKey(Body):
    """A key's name, scopes and lifetime."""

    name: str = Field(min_length=1, max_length=60, examples=["Shop on our website"])
    scopes: list[KnownScope] = Field(min_length=1, max_length=50, examples=[["economy:read"]])
    days: int | None = Field(None, ge=1, le=3650, description="Days until it expires; null for never")


class Key(Reply):
    """A key without its secret."""

    id: Number
    name: str
    hint: str = Field(description="Four characters of the secret, for telling keys apart", examples=["k3Xq"])
    scopes: list[KnownScope]
    created_by: Id = Field(description="The admin it acts for: its creator, or whoever took it over")
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    suspended_at: Moment | None = Field(
        description="When it was suspended because that admin no longer manages the server"
    )


class CreatedKey(Reply):
    """A new key with its secret, which is shown only once."""

    key: Key
    secret: str = Field(examples=["tat_1082f…"])


class Keys(Reply):
    """All keys of a server."""

    keys: list[Key]


@endpoint(Operation("List API keys", tag="keys", reply=Keys))
async def index(call: Call) -> Keys:
    """Oldest first, without their secrets."""
    return Keys(keys=[_key(one) for one in await key_creators.review(call.guild_id)])


@endpoint(
    Operation(
        "Create an API key",
        tag="keys",
        body=NewKey,
        reply=CreatedKey,
        status=201,
        errors=(409,),
        # A stored reply could be read later, and a secret is to be shown only once.
        repeatable=False,
        example={"name": "Shop on our website", "scopes": ["economy:read"]},
        description="Save the secret: it is shown only once. Repeating the request creates another key.",
    )
)
async def create(call: Call, body: NewKey) -> Answer:
    """A key for this server alone."""
    until = datetime.now(UTC) + timedelta(days=body.days) if body.days else None
    key, secret = await api_keys.create(
        call.guild_id,
        call.caller.user_id,
        body.name,
        frozenset(body.scopes),
        expires_at=until,
        request_id=call.request_id,
    )
    return Answer(CreatedKey(key=_key(key), secret=secret), secret=True)


@endpoint(
    Operation(
        "Take over an API key",
        tag="keys",
        description="It acts for you from now on, and works again if its creator no longer manages the server.",
    )
)
async def take_over(call: Call, key_id: int) -> None:
    """The secret stays the same."""
    await key_creators.take_over(call.guild_id, call.caller.user_id, key_id, request_id=call.request_id)


@endpoint(Operation("Revoke an API key", tag="keys"))
async def revoke(call: Call, key_id: int) -> None:
    """It stops working immediately."""
    await api_keys.revoke(call.guild_id, call.caller.user_id, key_id, request_id=call.request_id)


def _key(key: ApiKey) -> Key:
    shown = {name: value for name, value in key._asdict().items() if name != "guild_id"}
    return Key(**shown | {"scopes": sorted(key.scopes)})
