"""Typed API operations: input is validated by models, and output is built from them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from locales import t
from services.core.actors import Actor
from services.core.errors import Unanswered, UserError
from services.identity.authority import Role
from services.settings.switches import AreaOff
from web.frame import access, admission, errors, idempotency, rate_limits, request_input
from web.frame.access import Caller
from web.frame.etags import etag_of, matches
from web.frame.menu import MENU, Entry, Listed
from web.frame.origins import SAFE
from web.frame.page import Page
from web.frame.problems import Refused
from web.frame.request_input import JSON
from web.frame.rules import Rule
from web.frame.types import Body, Query
from web.site import Site

ASKING = 2.0  # seconds Discord may take


class Call(NamedTuple):
    """One authorized request to an operation."""

    request: Request
    site: Site
    caller_or_none: Caller | None
    role: Role
    guild_or_none: int | None
    key: str  # unique per effect: a repeat has the same one
    request_id: str

    @property
    def caller(self) -> Caller:
        """The authenticated caller."""
        assert self.caller_or_none is not None, "the policy demands a caller"
        return self.caller_or_none

    @property
    def actor(self) -> Actor:
        """The person who acts, for the audit log."""
        return Actor(self.caller.user_id, self.request_id)

    @property
    def guild_id(self) -> int:
        """The guild in the path."""
        assert self.guild_or_none is not None, "the route names no guild"
        return self.guild_or_none


class Answer(NamedTuple):
    """A reply with more than a body: a version for If-Match, a Location, another status."""

    body: BaseModel | None
    etag: str | None = None
    location: str | None = None
    status: int | None = None
    secret: bool = False  # not even the browser may cache it


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation's declaration, also for the OpenAPI document; undeclared bodies and queries are refused."""

    summary: str
    tag: str
    query: type[Query] | None = None
    body: type[Body] | None = None
    reply: type[BaseModel] | None = None
    file: str | None = None  # the media type, if the response is a file instead of a model
    status: int = HTTPStatus.OK
    description: str = ""
    plan: rate_limits.Plan | None = None
    # Refusals beyond those implied by the rest of the declaration.
    errors: tuple[int, ...] = ()
    # An example body for the document; otherwise the models' own examples are used.
    example: Mapping[str, Any] | None = None
    # Asks Discord before the effect's transaction begins; the function gets the result as `asked`.
    asks: Callable[..., Awaitable[Any]] | None = None
    # After the commit of an effect that answered 202, waits a moment for what was begun; None if it isn't done yet.
    finishes: Callable[[Call, Any], Awaitable[BaseModel | None]] | None = None
    repeatable: bool = True  # supports Idempotency-Key, which a POST then requires
    versioned: bool = False  # requires If-Match
    steady: bool = False  # responses may be cached for the same caller for half a second


Function = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Endpoint:
    """An operation and its function, as an ASGI app."""

    operation: Operation
    function: Function
    wants: frozenset[str] = field(default_factory=frozenset)
    id: str = ""  # for the document, statistics and idempotency records; set by its route line
    rule: Rule | None = None  # without a rule it is not served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._respond(Request(scope, receive, send)))(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        site: Site = request.state.site
        safe = request.method in SAFE
        caller = await access.authenticate(request, site)
        request.state.counted = await admission.count(request, caller, self.operation.plan)
        assert self.rule is not None, "only what has a rule gets a route"
        role = await admission.admit(request, caller, self.rule, self.id)
        guild_id: int | None = request.path_params.get("guild_id")
        given = await self._given(request)
        call = Call(request, site, caller, role, guild_id, f"api:{request.state.request_id}", request.state.request_id)
        if self.operation.asks and (asked := await self._asked(self.operation.asks, call, given)) is not None:
            given["asked"] = asked
        response = await (self._run(call, given) if safe else self._change(call, given))
        if self.operation.finishes and response.status_code == HTTPStatus.ACCEPTED:
            response = await self._finished(self.operation.finishes, call, response)
        if self.operation.steady and caller:
            request.state.recent.keep(request.scope, caller.id, self.id, response)
        response.headers.update(request.state.counted)
        return response

    async def _change(self, call: Call, given: Mapping[str, Any]) -> Response:
        """Run an operation with an effect, once per key."""
        key = idempotency.key_of(call.request) if self.operation.repeatable else None
        if self.operation.repeatable and call.request.method == "POST":
            key = idempotency.needed(key)
        if key is None:
            return await self._run(call, given)
        known = call._replace(key=idempotency.effect_key(call.caller, key))
        place = call.guild_or_none or 0
        return await idempotency.once(
            call.request, call.caller, place, self.id, known.key, lambda: self._run(known, given)
        )

    async def _asked(self, asks: Callable[..., Awaitable[Any]], call: Call, given: Mapping[str, Any]) -> Any:
        try:
            async with asyncio.timeout(ASKING):
                return await asks(call, **given)
        except TimeoutError:
            return Unanswered(t("Discord isn't responding right now. Please try again in a minute."))
        except UserError as error:
            return error  # raised in place of the effect, so that a repeat still gets the first response

    async def _run(self, call: Call, given: Mapping[str, Any]) -> Response:
        await self._require_area(call)
        if isinstance(given.get("asked"), UserError):
            raise given["asked"]
        parameters = {name: value for name, value in call.request.path_params.items() if name in self.wants}
        result = await self.function(call, **given, **parameters)
        if isinstance(result, Response):
            return result
        return self._sent(call, result if isinstance(result, Answer) else Answer(result))

    async def _finished(
        self, finishes: Callable[[Call, Any], Awaitable[BaseModel | None]], call: Call, begun: Response
    ) -> Response:
        """The response once it is done; a repeated request looks again too, because only the beginning is stored."""
        assert self.operation.reply is not None, "what was begun is described"
        done = await finishes(call, self.operation.reply.model_validate_json(bytes(begun.body)))
        return self._sent(call, Answer(done, location=begun.headers["location"])) if done else begun

    def _sent(self, call: Call, answer: Answer) -> Response:
        body = None if answer.body is None else answer.body.model_dump_json(by_alias=True).encode()
        status = answer.status or (self.operation.status if body is not None else HTTPStatus.NO_CONTENT)
        headers = {"Location": answer.location} if answer.location else {}
        if body is None:
            return Response(None, status, headers)
        if answer.secret or (call.request.method not in SAFE and answer.etag is None):
            return Response(body, status, headers, JSON)
        etag = f'"{answer.etag}"' if answer.etag else etag_of(body)
        headers |= {"ETag": etag, "Cache-Control": "private, no-cache"}
        if call.request.method in SAFE and matches(call.request.headers.get("if-none-match"), etag):
            return Response(None, HTTPStatus.NOT_MODIFIED, headers)
        return Response(body, status, headers, JSON)

    async def _require_area(self, call: Call) -> None:
        """Refuse operations of an area that is off; admins can still read its data."""
        if call.role >= Role.ADMIN and call.request.method in SAFE:
            return
        try:
            await admission.require_area(call.guild_or_none, self.function)
        except AreaOff as off:
            raise errors.refusal(off) from off  # not stored as the response to an Idempotency-Key

    async def _given(self, request: Request) -> dict[str, Any]:
        given: dict[str, Any] = {}
        query = request_input.query(request)
        if self.operation.query:
            given["query"] = request_input.validated(
                "query", lambda model: model.model_validate(query), self.operation.query
            )
        elif query:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"This takes no query, so not `{next(iter(query))}` either.")
        if self.operation.body:
            raw = await request_input.json_body(request)
            given["body"] = request_input.validated(
                "body", lambda model: model.model_validate_json(raw), self.operation.body
            )
        return given


def endpoint(operation: Operation) -> Callable[[Function], Endpoint]:
    """Declare an operation; its function takes the `Call`, then `query`, `body` and path parameters."""

    def declare(function: Function) -> Endpoint:
        return Endpoint(operation, function, frozenset(inspect.signature(function).parameters) - {"call"})

    return declare


class Resource:
    """One address with its operations, or a page with its forms, by method.

    `page` is the pattern of the page that contains a form, to which a GET of the form's own address redirects.
    """

    def __init__(self, operations: Mapping[str, Endpoint | Page], page: str | None = None) -> None:
        self.operations, self.page = operations, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.operations.get("GET" if scope["method"] == "HEAD" else scope["method"])
        if self.page is not None:
            page = scope["state"]["page"] = self.page.format_map(scope["path_params"])
            if scope["method"] in SAFE:
                await RedirectResponse(page, HTTPStatus.SEE_OTHER)(scope, receive, send)
                return
        if found is None:
            raise Refused(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "This method isn't allowed here; the Allow header lists those that are.",
                headers={"Allow": ", ".join(sorted(self.methods()))},
            )
        await found(scope, receive, send)

    def methods(self) -> set[str]:
        return {*self.operations, *({"HEAD"} if "GET" in self.operations else ())}


def resource(path: str, page: str | None = None, *, menu: Entry | None = None, **operations: Endpoint | Page) -> Route:
    """The route of one address: `resource("/users/me", get=users.me, put=users.change)`; `menu` lists its page."""
    by_method = {method.upper(): operation for method, operation in operations.items()}
    first = next(iter(operations.values()))
    if menu:
        shown = operations["get"]
        assert shown.rule is not None, "only what has a rule gets a route"
        MENU.append(Listed(menu, path, shown.rule, shown.function.__module__))
    return Route(path, Resource(by_method, page), name=first.id)
