"""The steps of every REST call: token, rate limit, faults, body, Discord's schema, then the handler."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from playground.page.news import tell_exchange
from playground.rest.errors import DiscordError, Fault, invalid_form, missing_access, shape_checked, unauthorized
from playground.rest.rates import Limit, Verdict
from playground.rest.resource import Endpoint
from playground.rest.uploads import Upload, parse_body
from playground.world.entities import Json
from playground.world.exchanges import RestCall
from playground.world.oauth_grants import Grant
from playground.world.state import State

_SNOWFLAKE = re.compile(r"0|[1-9]\d{0,19}")
# Discord asks for "DiscordBot (url, version)" but also accepts it without the comma, as discord.py sends it.
_USER_AGENT = re.compile(r"DiscordBot \(\S+,? \S.*\)")


@dataclass
class Call:
    """One call, as its handler gets it."""

    state: State
    ids: dict[str, int]
    token: str
    query: QueryParams
    body: Any = None
    uploads: list[Upload] = field(default_factory=list)
    reason: str | None = None
    grant: Grant | None = None
    emoji: str = ""

    @property
    def user_id(self) -> int:
        """The caller: the bot, or the person whose access token it uses."""
        return self.grant.user_id if self.grant else self.state.world.bot.id

    @property
    def form(self) -> Json:
        """The body, which must be an object."""
        if not isinstance(self.body, dict):
            raise invalid_form(Fault((), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"))
        return self.body

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """An integer in the query; refused if it is out of range."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdecimal() or not least <= int(text) <= most:
            raise invalid_form(Fault((name,), "NUMBER_TYPE_RANGE", f"int value should be from {least} to {most}."))
        return int(text)

    def listed_ids(self, name: str) -> list[int]:
        """A list of IDs in the body; refused if one of them is repeated."""
        listed = [int(snowflake) for snowflake in self.form[name]]
        if len(set(listed)) < len(listed):
            raise invalid_form(Fault((name,), "SET_TYPE_CONTAINS_DUPLICATES", "The list contains duplicates."))
        return listed

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in ("true", "1")


@dataclass(frozen=True)
class Done:
    """A response with another status than 200; without a body, its status is 204."""

    status: int = 204
    body: Any = None


_OFTEN = Limit(50, 1.0)

Handler = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True)
class Operation:
    """One of Discord's routes: its path as documented, who may call it, and how often."""

    method: str
    path: str
    handler: Handler
    limit: Limit = _OFTEN
    with_token: bool = False  # the interaction's token in the path takes the place of the bot's
    scope: str | None = None  # the OAuth2 scope that lets the bot call this on a person's behalf
    public: bool = False  # no token is needed

    def endpoint(self, state: State) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            return await _Passage(state, self, request).answer()

        return endpoint


class _Passage:
    """One call as it passes through the steps."""

    def __init__(self, state: State, operation: Operation, request: Request) -> None:
        self.state, self.operation, self.request = state, operation, request
        self.body: Any = None
        self.grant: Grant | None = None

    @property
    def _token(self) -> str:
        values = self.request.path_params
        return str(values.get("webhook_token") or values.get("interaction_token") or "")

    async def answer(self) -> Response:
        started = time.perf_counter()
        verdict: Verdict | None = None
        try:
            if not (self.operation.with_token or self.operation.public):
                self._authorize()
            if self._strikes(self.state.faults.resets):
                return _broken_off()
            verdict = self._count()
            if verdict.wait is not None:
                return self._record(started, 429, verdict.body, verdict.headers)
            status, answer = await self._handled()
        except DiscordError as error:
            status, answer = error.status, error.body()
        recorded = self._record(started, status, answer, verdict.headers if verdict else {})
        return _broken_off() if self._strikes(self.state.faults.lost_responses) else recorded

    def _strikes(self, share: float) -> bool:
        return share > 0 and self.state.chance.random() < share

    def _authorize(self) -> None:
        kind, _, token = self.request.headers.get("authorization", "").partition(" ")
        if kind == "Bearer" and self.operation.scope is not None:
            self.grant = self.state.oauth.grant_of(token)
            if self.grant is None:
                raise unauthorized()
            if not self.grant.scopes.issuperset(self.operation.scope.split()):
                raise missing_access()
            return
        if self.request.headers.get("authorization") != f"Bot {self.state.identity.token}":
            raise unauthorized()
        if not _USER_AGENT.match(self.request.headers.get("user-agent", "")):
            raise DiscordError(403, 40333, "internal network error")

    def _count(self) -> Verdict:
        chance = self.state.chance.random()
        if chance < self.state.faults.rate_limit:
            # A third each: this bucket's limit, the global limit, and one shared with other bots.
            scope = self.state.chance.choice(["user", "global", "shared"])
            headers = {"Retry-After": "1", "X-RateLimit-Scope": scope}
            return Verdict(headers | ({"X-RateLimit-Global": "true"} if scope == "global" else {}), 0.3, scope)
        operation, values = self.operation, self.request.path_params
        resource = "/".join(values[key] for key in _TOP_LEVEL if key in values)
        bucket = f"{operation.method} {operation.path}"
        if self.grant:  # each person has their own limits
            resource += f"/{self.grant.user_id}"
        counts = not operation.with_token and self.grant is None
        return self.state.rates.take(bucket, resource, operation.limit, counts_globally=counts)

    async def _handled(self) -> tuple[int, Any]:
        raw = await self.request.body()
        self.body, uploads = parse_body(self.request.headers.get("content-type", ""), raw)
        trouble = self._strikes(self.state.faults.server_errors)
        after_the_effect = trouble and self._strikes(0.5)
        if trouble and not after_the_effect:
            return 500, {"message": "500: Internal Server Error", "code": 0}
        query, reason = self.request.query_params, _reason(self.request)
        emoji = self.request.path_params.get("emoji_name", "")
        call = Call(self.state, self._ids(), self._token, query, self.body, uploads, reason, self.grant, emoji)
        self._check_schema()
        with shape_checked():
            answer = await self.operation.handler(call)
        if after_the_effect:
            return 502, {"message": "502: Bad Gateway", "code": 0}
        if isinstance(answer, Done):
            return answer.status, answer.body
        return (204, None) if answer is None else (200, answer)

    def _ids(self) -> dict[str, int]:
        ids = {}
        for name, text in self.request.path_params.items():
            if not name.endswith("_id"):
                continue
            if not _SNOWFLAKE.fullmatch(text) or int(text) >= 1 << 64:
                raise invalid_form(Fault((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.'))
            ids[name] = int(text)
        return ids

    def _check_schema(self) -> None:
        spec, operation = self.state.spec, self.operation
        if spec is None or self.body is None:
            return
        if faults := spec.request_faults(operation.method, operation.path, self.body):
            raise invalid_form(*faults)

    def _record(self, started: float, status: int, answer: Any, headers: Mapping[str, str]) -> Response:
        url = self.request.url
        path = url.path + (f"?{url.query}" if url.query else "")
        ms = round((time.perf_counter() - started) * 1000, 2)
        record = RestCall(self.operation.method, path, status, ms, self.body, answer, self.state.world.now())
        self.state.journal.calls.append(record)
        interaction = self.state.interactions.get(self._token)
        if interaction:
            interaction.exchange.follow_ups.append(record)
            tell_exchange(self.state, interaction.exchange)
        headers = {**headers, **_FROM_DISCORD}
        if status == 204:
            return Response(status_code=204, headers=headers)
        return JSONResponse(answer, status, headers)


def _broken_off() -> Response:
    """A response that is announced and never comes, so that the connection breaks off."""
    return StreamingResponse(_nothing(), headers={"Content-Length": "1"})


async def _nothing() -> AsyncIterator[bytes]:
    yield b""
    raise httpx.ReadError("The connection was reset.")


# Without it, discord.py takes a 429 for Cloudflare's ban, which blocks all calls for an hour.
_FROM_DISCORD = {"Via": "1.1 google"}


_TOP_LEVEL = ("guild_id", "channel_id", "webhook_id", "webhook_token")


def _reason(request: Request) -> str | None:
    text = request.headers.get("x-audit-log-reason")
    if text is None:
        return None
    reason = unquote(text, errors="strict")
    if not 1 <= len(reason) <= 512:
        raise invalid_form(
            Fault(("X-Audit-Log-Reason",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 512 in length.")
        )
    return reason
