"""Keys by which programs act for a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field

from services.identity import api_keys, key_creators
from services.identity.api_keys import ApiKey
from web.frame.endpoint import Answer, Call, Operation, endpoint
from web.frame.types import Body, Id, KnownScope, Moment, Number, Reply


class NewKey(Body):
    """What a key shall be able to do, and for how long."""

    name: str = Field(min_length=1, max_length=60, examples=["Shop on our website"])
    scopes: list[KnownScope] = Field(min_length=1, max_length=50, examples=[["economy:read"]])
    days: int | None = Field(None, ge=1, le=3650, description="Null is without end")


class Key(Reply):
    """A key without its secret."""

    id: Number
    name: str
    hint: str = Field(description="Four characters of the secret, to tell keys apart", examples=["k3Xq"])
    scopes: list[KnownScope]
    created_by: Id = Field(description="In whose name it acts: who made it, or took it over")
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    suspended_at: Moment | None = Field(description="Since when it is refused, because who made it manages no more")


class CreatedKey(Reply):
    """A new key with its secret, which is shown this once."""

    key: Key
    secret: str = Field(examples=["tat_1082f…"])


class Keys(Reply):
    """Every key of a server."""

    keys: list[Key]


@endpoint(Operation("Read a server's API keys", tag="keys", reply=Keys))
async def index(call: Call) -> Keys:
    """The oldest first, without their secrets."""
    return Keys(keys=[_key(one) for one in await key_creators.review(call.guild_id)])


@endpoint(
    Operation(
        "Make an API key",
        tag="keys",
        body=NewKey,
        reply=CreatedKey,
        status=201,
        errors=(409,),
        # What a receipt keeps could be read later, and a secret is to be shown once.
        repeatable=False,
        example={"name": "Shop on our website", "scopes": ["economy:read"]},
        description="Keep the secret: it is shown this once. Repeating this makes another key.",
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
        description="It acts in your name from now on, and goes on working if who made it may not manage the server.",
    )
)
async def take_over(call: Call, key_id: int) -> None:
    """The secret stays the same."""
    await key_creators.take_over(call.guild_id, call.caller.user_id, key_id, request_id=call.request_id)


@endpoint(Operation("Revoke an API key", tag="keys"))
async def revoke(call: Call, key_id: int) -> None:
    """It has no force from now on."""
    await api_keys.revoke(call.guild_id, call.caller.user_id, key_id, request_id=call.request_id)


def _key(key: ApiKey) -> Key:
    shown = {name: value for name, value in key._asdict().items() if name != "guild_id"}
    return Key(**shown | {"scopes": sorted(key.scopes)})
