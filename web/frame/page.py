"""Pages: authenticated and authorized visits; others sign in first and come back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from discord_api.snowflakes import HIGHEST
from services import directory, live
from services.core.actors import Actor
from services.directory import GuildCard, Person
from services.identity.authority import Role
from services.live import Cursor
from services.settings import switches
from web.frame import access, admission
from web.frame.access import Caller
from web.frame.origins import SAFE
from web.frame.rules import Rule
from web.languages import preferred
from web.site import Site


class Visit(NamedTuple):
    """One authorized request for a page."""

    request: Request
    site: Site
    caller_or_none: Caller | None
    person: Person | None
    locale: str
    role: Role
    guild_or_none: GuildCard | None
    cursor: Cursor | None  # the position in the event stream from which live updates continue
    areas_off: frozenset[str] = frozenset()  # by name, in the server of the page

    @property
    def caller(self) -> Caller:
        """The visitor; only public pages may have none."""
        assert self.caller_or_none is not None, "the policy demands a sign-in"
        return self.caller_or_none

    @property
    def user_id(self) -> int:
        return self.caller.user_id

    def has(self, area: str) -> bool:
        """Whether an area is on in the page's server."""
        return area not in self.areas_off

    @property
    def guild(self) -> GuildCard:
        """The page's server."""
        assert self.guild_or_none is not None, "the route names no server"
        return self.guild_or_none

    @property
    def guild_id(self) -> int:
        return self.guild.id

    @property
    def request_id(self) -> str:
        found: str = self.request.state.request_id
        return found

    @property
    def actor(self) -> Actor:
        """The person who acts, for the audit log."""
        return Actor(self.user_id, self.request_id)

    def path(self, name: str) -> int:
        """A number in the path."""
        found: int = self.request.path_params[name]
        return found

    def query(self, name: str) -> str:
        """A query parameter; empty if missing or repeated."""
        said = self.request.query_params.getlist(name)
        return said[0].replace("\x00", "").strip() if len(said) == 1 else ""

    def number(self, name: str, most: int = HIGHEST) -> int | None:
        """A numeric query parameter from 0 to `most`; None for anything else."""
        said = self.query(name)
        # No column holds more than nineteen digits, and parsing thousands of them would be slow.
        found = int(said) if said.isascii() and said.isdecimal() and len(said) < 20 else None
        return found if found is not None and found <= most else None


Function = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True)
class Page:
    """A page or form and its function, as an ASGI app."""

    function: Function
    id: str = ""  # for statistics; set by its route line
    rule: Rule | None = None  # without a rule it is not served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._respond(Request(scope, receive, send)))(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        site: Site = request.state.site
        caller = await access.signed_in(request, site)
        await admission.count(request, caller)
        rule = self.rule
        assert rule is not None, "only what has a rule gets a route"
        if caller is None and not rule.open:
            return to_sign_in(request)
        if rule.recent and caller and not access.recent(caller.signed_in_at):
            return to_sign_in(request, again=True)
        role = await admission.admit(request, caller, rule, f"page {self.id}")
        person = await directory.person(caller.user_id) if caller else None
        # Public pages check for themselves: Discord must not be asked about guessed ids.
        guild_id: int | None = request.path_params.get("guild_id")
        guild = await directory.guild(guild_id) if guild_id and not rule.open else None
        if not rule.open:
            await admission.require_area(guild_id, self.function)
        cursor = await live.now() if role >= Role.MODERATOR else None
        spoken = person.language if person else None
        locale = spoken or preferred(request.headers.get("accept-language", ""))
        off = await switches.off_in(guild.id) if guild else frozenset[str]()
        return await self.function(Visit(request, site, caller, person, locale, role, guild, cursor, off))


def page(function: Function) -> Page:
    """Declare a page; its route line says who may see it."""
    return Page(function)


def to(visit: Visit, address: str) -> Response:
    """Redirect to another page after a form, so that a reload submits nothing."""
    if "hx-request" in visit.request.headers:
        return Response(None, HTTPStatus.NO_CONTENT, {"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def to_sign_in(request: Request, *, again: bool = False) -> Response:
    """Redirect to the sign-in and back to the page; a form has to be submitted again."""
    part = "hx-request" in request.headers
    wanted = urlsplit(str(request.url))
    if part or request.method not in SAFE:
        # From a form or a fragment, return to the page that contains it.
        wanted = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer", ""))
    path = wanted.path + (f"?{wanted.query}" if wanted.query else "")
    # Don't redirect a form to Discord: form-action lets browsers follow it to our own pages only.
    start = "/login/start?" if again and request.method in SAFE else f"/login?{'again=1&' if again else ''}"
    address = f"{start}next={quote(path)}" if path else start.rstrip("?&")
    if part:
        return Response(None, HTTPStatus.UNAUTHORIZED, {"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
