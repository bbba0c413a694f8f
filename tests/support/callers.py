"""Callers of every kind, and how the API must refuse each."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

from httpx import ASGITransport, AsyncClient, Response
from starlette.routing import Route

from discord_api.permissions import Permissions
from playground.client.acting import Play
from playground.rest.rates import Limit, Rates, Verdict
from playground.world.cast import ALICE, HARBOUR, MANAGER, MODERATOR, OWNER, PRACA, STRANGER, WATCH
from playground.world.entities import Role as GuildRole
from playground.world.entities import User
from services.core import areas, store
from services.core.scopes import Scope
from services.core.transactions import rows
from services.identity import access_tokens, api_keys, refresh_tokens, sessions, token_families
from services.identity.authority import Role
from tests.support.browser import browser
from tests.support.waiting import until
from tests.support.whole import HOME, Whole
from web.frame.access import Kind
from web.frame.endpoint import Endpoint, Resource
from web.frame.rules import CallerKind, Rule
from web.routes import API, PREFIX

# What each of these permissions is for is tested with services/moderation/authority.py.
PUNISHING = (
    Permissions.MODERATE_MEMBERS | Permissions.KICK_MEMBERS | Permissions.BAN_MEMBERS | Permissions.MANAGE_ROLES
    | Permissions.MANAGE_NICKNAMES
)  # fmt: skip
OPERATOR = 777_000_000_000_000_777  # runs the installation, is in no server

OPERATIONS: list[tuple[Route, str, Endpoint]] = [
    (route, method, operation)
    for route in API
    if isinstance(route.endpoint, Resource)
    for method, operation in route.endpoint.operations.items()
    if isinstance(operation, Endpoint)
]


class Caller(NamedTuple):
    """An authenticated person; `roles` by guild."""

    name: str
    user_id: int
    kind: Kind | None
    headers: Mapping[str, str]
    roles: Mapping[int, Role] = {}
    scopes: frozenset[Scope] = frozenset()
    recent: bool = True


class Ask(NamedTuple):
    """One request; parameters of `route` are filled from `values`."""

    route: str
    method: str
    values: Mapping[str, str]
    body: Any = None
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}

    @property
    def path(self) -> str:
        filled = self.route
        for name, value in self.values.items():
            filled = filled.replace("{" + name + ":id}", value).replace("{" + name + ":number}", value)
        assert "{" not in filled, f"nothing is known to fill {filled} with"
        return PREFIX + filled


class Desk:
    """Sends callers' requests to the whole bot's API."""

    def __init__(self, whole: Whole, http: AsyncClient) -> None:
        self.whole, self.http = whole, http

    @property
    def play(self) -> Play:
        return self.whole.play

    async def done(self, caller: Caller, ask: Ask) -> Response:
        """The answer to a request that was sent, once what it began is done."""
        answers: list[Response] = []

        async def settled() -> bool:
            answers.append(await self.send(caller, ask))
            return answers[-1].status_code != HTTPStatus.ACCEPTED

        await until(settled)
        return answers[-1]

    async def send(self, caller: Caller, ask: Ask, **more: Any) -> Response:
        """Send a request as a caller."""
        headers = {**ask.headers, **caller.headers, **more.pop("headers", {})}
        if ask.body is not None and "content" not in more:
            more["content"] = json.dumps(ask.body)
            headers.setdefault("Content-Type", "application/json")
        return await self.http.request(ask.method, ask.path, params=dict(ask.query) or None, headers=headers, **more)


class Patient(Rates):
    """A Discord without rate limits, which are tested elsewhere."""

    def take(self, bucket: str, resource: str, limit: Limit, *, counts_globally: bool) -> Verdict:  # noqa: ARG002
        return super().take(bucket, resource, Limit(1_000_000, limit.seconds), counts_globally=False)


@asynccontextmanager
async def desk_of(whole: Whole) -> AsyncIterator[Desk]:
    whole.play._state.rates = Patient()
    async with AsyncClient(transport=ASGITransport(whole.app), base_url=HOME) as http:
        yield Desk(whole, http)


async def a_minute_passes() -> None:
    """Reset the write counters, as if a minute had passed; Redis may lose its data at any time."""
    redis = store.redis()
    assert redis is not None
    await redis.flushdb()


async def in_a_browser(whole: Whole) -> dict[str, str]:
    """The headers of a browser where an admin of the Harbour is signed in."""
    whole.play._state.rates = Patient()
    await known(whole, MANAGER, HARBOUR)
    return {"Host": "bot.test", "Cookie": f"session={await sessions.start(MANAGER)}", "Origin": HOME}


def expected(rule: Rule, caller: Caller, guild_id: int | None) -> int | None:
    """How an operation must refuse this caller, by the table; None if it is allowed."""
    if rule.least is CallerKind.ANYONE:
        return None
    if caller.kind is None:
        return 401
    if caller.kind is Kind.KEY:
        if guild_id is not None and guild_id not in caller.roles:
            return 404
        return None if rule.scope in caller.scopes else 403
    if rule.recent and not caller.recent:
        return 403
    if rule.least is CallerKind.SIGNED_IN:
        return None
    role = caller.roles.get(guild_id or 0, Role.NOBODY)
    if role is Role.NOBODY:
        return 404
    return None if role >= rule.least else 403


async def by_token(name: str, user_id: int, roles: Mapping[int, Role], **more: Any) -> Caller:
    pair = await refresh_tokens.begin(user_id)
    return Caller(name, user_id, Kind.TOKEN, {"Authorization": f"Bearer {pair.access_token}"}, roles, **more)


async def by_session(name: str, user_id: int, roles: Mapping[int, Role]) -> Caller:
    cookie = await sessions.start(user_id)
    return Caller(name, user_id, Kind.SESSION, {"Cookie": f"session={cookie}", "Origin": HOME}, roles)


async def by_key(name: str, guild_id: int, scopes: frozenset[Scope], maker: int = MANAGER) -> Caller:
    _, secret = await api_keys.create(guild_id, maker, name, scopes)
    roles = {guild_id: Role.ADMIN}
    return Caller(name, maker, Kind.KEY, {"Authorization": f"Bearer {secret}"}, roles, scopes)


async def signed_in_long_ago(name: str, user_id: int, roles: Mapping[int, Role]) -> Caller:
    """A person whose program has refreshed its tokens since the sign-in."""
    await refresh_tokens.begin(user_id)
    age = timedelta(minutes=11)
    family = (await token_families.of(user_id))[0]
    token = access_tokens.issue(user_id, family.id, family.created_at - age)
    return Caller(name, user_id, Kind.TOKEN, {"Authorization": f"Bearer {token}"}, roles, recent=False)


NOBODY = Caller("nobody", 0, None, {})


class Cast(NamedTuple):
    """People with roles that nobody in the playground has at the start."""

    steward: int
    dismissed: int
    veteran: int


async def gather(desk: Desk) -> Cast:
    """Everyone signs in once; one admin has just lost their rights. Moderators may punish in every way."""
    desk.play.world.guild(HARBOUR).roles[WATCH].permissions |= PUNISHING
    cast = Cast(*(hire(desk.play, HARBOUR) for _ in Cast._fields))
    desk.play.world.users[OPERATOR] = User(OPERATOR, "operator", None)
    for user_id in (STRANGER, ALICE, MODERATOR, MANAGER, OWNER, OPERATOR, *cast):
        await known(desk.whole, user_id, HARBOUR, PRACA)
    before = await by_token("admin", cast.dismissed, {})
    seen = await desk.send(before, Ask("/guilds/{guild_id:id}/config", "GET", {"guild_id": str(HARBOUR)}))
    assert seen.status_code == 200
    dismiss(desk.play, HARBOUR, cast.dismissed)
    return cast


async def everybody(cast: Cast) -> list[Caller]:
    """A caller of each kind with valid credentials, relative to the Harbour."""
    await rows("DELETE FROM api_keys")
    return [
        NOBODY,
        await by_token("stranger", STRANGER, {}),
        await by_token("member", ALICE, {HARBOUR: Role.MEMBER, PRACA: Role.MEMBER}),
        await by_token("moderator", MODERATOR, {HARBOUR: Role.MODERATOR, PRACA: Role.OWNER}),
        await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN}),
        await by_session("admin in a browser", cast.steward, {HARBOUR: Role.ADMIN}),
        await by_token("owner", OWNER, {HARBOUR: Role.OWNER}),
        await by_token("operator", OPERATOR, {}),
        await signed_in_long_ago("admin of long ago", cast.veteran, {HARBOUR: Role.ADMIN}),
        await by_token("former admin", cast.dismissed, {HARBOUR: Role.MEMBER}),
        await by_key("key without scope", HARBOUR, frozenset()),
        await by_key("key with every scope", HARBOUR, frozenset(areas.scopes())),
        await by_key("key of another server", PRACA, frozenset(areas.scopes()), MODERATOR),
    ]


def hire(play: Play, guild_id: int) -> int:
    """Add a new person who manages and moderates a server; returns their id."""
    (user_id,) = play.recruit(1, guild_id)
    guild = play.world.guild(guild_id)
    managing = next((role for role in guild.roles.values() if role.name == "Steward"), None)
    if managing is None:
        managing = GuildRole(play.world.new_id(), "Steward", 3, Permissions.MANAGE_GUILD | PUNISHING)
        guild.roles[managing.id] = managing
    guild.members[user_id].role_ids.append(managing.id)
    return user_id


def dismiss(play: Play, guild_id: int, user_id: int) -> None:
    """Make them an ordinary member again."""
    play.world.guild(guild_id).members[user_id].role_ids.clear()


async def known(whole: Whole, user_id: int, *guild_ids: int) -> None:
    """A person who has signed in and was seen in these servers."""
    async with browser(whole) as window:
        await window.sign_in(user_id)
    for guild_id in guild_ids:
        await rows(_MET, user_id, guild_id)


_MET = "INSERT INTO user_guild_data (user_id, guild_id, name) VALUES ($1, $2, '') ON CONFLICT DO NOTHING"
