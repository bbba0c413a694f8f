"""Requests to Discord: queued by its rate limits, retried if safe, refused if pointless."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from discord_api import audit_reason, retries
from discord_api.answers import Answer, NoAnswer
from discord_api.errors import (
    DiscordError,
    Unavailable,
    UnknownMessage,
    UnknownWebhook,
    from_answer,
)
from discord_api.interaction_tokens import InteractionToken, InteractionTokens
from discord_api.message_bodies import File
from discord_api.rate_limits import RateLimits
from discord_api.routes import Route

if TYPE_CHECKING:
    from discord_api.transport import Transport

log = structlog.get_logger(__name__)
PER_SECOND = 50
TIMEOUT = 10.0
WHO_AM_I = "/applications/@me"


@dataclass(frozen=True, slots=True)
class Hooks:
    """Callbacks: whether the bot token is refused, whenever that changes; and method, template, status
    (0: none) and seconds of each response."""

    on_token: Callable[[bool], None] | None = None
    on_answer: Callable[[str, str, int, float], None] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request, the same at every attempt."""

    route: Route
    headers: Mapping[str, str]
    query: Mapping[str, Any] | None
    json: Any
    files: Sequence[File]
    timeout: float
    may_repeat: bool


class Rest:
    """Everything between a call and the network. A circuit breaker for outages is up to the caller."""

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        authorization: str,
        *,
        patience: float,
        hooks: Hooks,
        transport: Transport | None,
        clock: Callable[[], float],
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = headers
        self._authorization = authorization
        self._patience = patience
        self._hooks = hooks
        self._transport = transport
        self._clock = clock
        self._limits = RateLimits(per_second=PER_SECOND, clock=clock)
        self._tokens = InteractionTokens(clock)
        self.refused = False  # the bot token is refused, until Discord accepts it again
        self._asking: asyncio.Task[None] | None = None

    async def request(
        self,
        method: str,
        template: str,
        params: Mapping[str, int | str] | None = None,
        *,
        json: Any = None,
        files: Sequence[File] = (),
        query: Mapping[str, Any] | None = None,
        reason: str = "",
        retry: bool | None = None,
        timeout: float = TIMEOUT,  # noqa: ASYNC109 - of one attempt
    ) -> Any:
        """Return the response's JSON or raise a DiscordError.

        `retry` says whether the request is idempotent; by default its method decides. A 429 and a
        connection that was never established are always retried.
        """
        route = Route(method, template, params)
        headers = dict(self._headers)
        if not route.interaction:
            headers["Authorization"] = self._authorization
        if encoded := audit_reason.encode(reason):
            headers["X-Audit-Log-Reason"] = encoded
        may_repeat = method in retries.SETS_STATE if retry is None else retry
        request = Request(route, headers, query, json, files, timeout, may_repeat)
        if route.token is None:
            return await self._attempts(request, None)
        token = self._tokens.find(route.token)
        if token.good:
            return await self._attempts(request, token)
        async with token.turn:
            return await self._attempts(request, token)

    async def close(self) -> None:
        """Close all connections."""
        if self._asking is not None:
            self._asking.cancel()
        if self._transport is not None:
            await self._transport.close()

    async def _attempts(self, request: Request, token: InteractionToken | None) -> Any:
        self._open()  # the first call imports httpx, which should not count as queueing
        ticket = self._limits.ticket()
        deadline = self._clock() + self._patience
        attempt, unclear = 0, False
        while True:
            attempt += 1
            try:
                return await self._attempt(request, token, ticket, deadline, attempt)
            except UnknownMessage:
                # If a deletion's response was lost, the retry finds nothing: it has been done.
                if unclear and request.route.method == "DELETE":
                    return None
                raise
            except DiscordError as error:
                unclear = error.effect_unknown = unclear or error.effect_unknown
                pause = retries.pause(error, attempt, may_repeat=request.may_repeat)
                if isinstance(error, UnknownWebhook) and token is not None:
                    pause = token.pause()
                if pause is None or self._clock() + pause > deadline:
                    raise
            await asyncio.sleep(pause)

    async def _attempt(
        self, request: Request, token: InteractionToken | None, ticket: int, deadline: float, attempt: int
    ) -> Any:
        if token is not None:
            token.check()
        bucket = await self._limits.enter(request.route, ticket, deadline)
        answer = Answer(0, {}, b"")  # while there is none
        started = self._clock()
        try:
            answer = await self._open().send(
                request.route.method,
                self._base_url + request.route.path,
                headers=request.headers,
                query=request.query,
                json=request.json,
                files=request.files,
                timeout=request.timeout,
            )
        except NoAnswer as failure:
            outage = Unavailable(f"Discord could not be reached: {failure}")
            outage.effect_unknown = failure.sent
            raise outage from None
        finally:
            # The limits must learn of the response before anyone else may send.
            self._limits.leave(request.route, bucket, answer.headers)
            self._tell(request.route, answer.status, self._clock() - started, attempt)
        if 200 <= answer.status < 300:
            if token is not None:
                token.prove()
            return answer.json()
        raise self._failure(request.route, token, answer)

    def _failure(self, route: Route, token: InteractionToken | None, answer: Answer) -> DiscordError:
        """The exception for a response, and its consequences for later requests."""
        if answer.status == 429:
            scope, slow_down = retries.rate_limited(answer)
            self._limits.refused(route, scope, slow_down.retry_after)
            return slow_down
        error = from_answer(answer.status, answer.json())
        if answer.status in {401, 403}:
            self._limits.forbidden(route)
        if token is not None:
            return token.judge(error)
        if answer.status == 401:
            self._stop()
        return error

    def _stop(self) -> None:
        """Stop after a 401, because every further call would count against our address; one task keeps trying."""
        self._limits.stop()
        if not self.refused:
            self._change(refused=True)
            self._asking = asyncio.create_task(self._ask_again(), context=Context())

    async def _ask_again(self) -> None:
        """Retry at growing intervals, in case the refusal was temporary."""
        route = Route("GET", WHO_AM_I)
        for pause in retries.pauses_of_a_refused_token():
            log.error("discord refused the bot token, so no calls are made with it", asked_again_in=pause)
            await asyncio.sleep(pause)
            headers = {**self._headers, "Authorization": self._authorization}
            answer, started = Answer(0, {}, b""), self._clock()
            with contextlib.suppress(NoAnswer):
                answer = await self._open().send("GET", self._base_url + route.path, headers=headers, timeout=TIMEOUT)
            self._tell(route, answer.status, self._clock() - started, 1)
            if answer.status == 401:
                self._limits.forbidden(route)
            if 200 <= answer.status < 300:
                break
        log.warning("discord takes the bot token again")
        self._limits.resume()
        self._change(refused=False)

    def _change(self, *, refused: bool) -> None:
        self.refused = refused
        if self._hooks.on_token:
            self._hooks.on_token(refused)

    def _tell(self, route: Route, status: int, seconds: float, attempt: int) -> None:
        troubled = status in {0, 429} or status >= 500
        tell = log.warning if troubled else log.info if status >= 400 else log.debug
        facts = {"method": route.method, "route": route.template, "status": status}
        tell("discord request", **facts, ms=round(seconds * 1000, 1), attempt=attempt)
        if self._hooks.on_answer:
            self._hooks.on_answer(route.method, route.template, status, seconds)

    def _open(self) -> Transport:
        if self._transport is None:
            from discord_api.transport import Transport  # httpx is slow to import

            self._transport = Transport.to(self._base_url)
        return self._transport
