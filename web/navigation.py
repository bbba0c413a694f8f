"""The menu of one server: sections and areas with their pages, and of those only what the visitor may open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from starlette.routing import BaseRoute, Route

from locales import Text, t
from services.identity.authority import Role
from web.frame.endpoint import Resource
from web.frame.menu import Section
from web.frame.page import Page, Visit
from web.frame.rules import Rule

_SERVER = "/servers/{guild_id:id}"


class Link(NamedTuple):
    """One page in the menu."""

    label: Text
    path: str
    current: bool


class Menu(NamedTuple):
    """What one visitor gets to see; `tabs` are the pages beside the one that is open."""

    sections: Sequence[Link]
    areas: Sequence[Link]
    tabs: Sequence[Link]


@dataclass(frozen=True, slots=True)
class _Listed:
    """A page of a server that its route line names for the menu."""

    label: Text
    path: str  # below the server's own
    rule: Rule
    section: Section | None
    tab: bool

    def open_to(self, role: Role) -> bool:
        return self.rule.open or (isinstance(self.rule.least, Role) and role >= self.rule.least)

    def holds(self, path: str) -> bool:
        """Whether an address is this page or one below it; everything is below the overview."""
        return path == self.path or (self.path != "" and path.startswith(self.path + "/"))


_listed: list[_Listed] = []


def declare(routes: Iterable[BaseRoute]) -> None:
    """Make these routes' entries the whole menu, in their order."""
    _listed[:] = [entry for route in routes for entry in _entries(route)]


def menu(visit: Visit) -> Menu:
    """The menu of the server that is visited, as of the page that is open."""
    place = f"/servers/{visit.guild_id}"
    here = getattr(visit.request.state, "page", visit.request.url.path).removeprefix(place)
    listed = [entry for entry in _listed if entry.open_to(visit.role)]
    current = max((entry for entry in listed if entry.holds(here)), key=lambda entry: len(entry.path), default=None)

    def link(entry: _Listed) -> Link:
        return Link(entry.label, place + entry.path, entry is current)

    areas = [link(entry) for entry in listed if entry.section is None and entry.tab]
    if visit.role < Role.MODERATOR:
        own = f"/members/{visit.user_id}"
        return Menu([Link(t("Your coins"), place + own, here.startswith(own)), *areas], (), ())
    sections = []
    for section in Section:
        pages = [entry for entry in listed if entry.section is section]
        if pages:
            sections.append(Link(section.value, place + pages[0].path, current in pages))
    beside = [entry for entry in listed if current and entry.section is current.section and entry.tab]
    tabs = [link(entry) for entry in beside] if current and current.section and len(beside) > 1 else []
    return Menu(sections, areas, tabs)


def _entries(route: BaseRoute) -> Iterable[_Listed]:
    """The entry of a route, if its line names one."""
    if not (isinstance(route, Route) and isinstance(route.endpoint, Resource) and route.endpoint.menu):
        return
    entry, page = route.endpoint.menu, route.endpoint.operations["GET"]
    assert isinstance(page, Page)
    assert page.rule is not None, "only what has a rule gets a route"
    yield _Listed(entry.label, route.path.removeprefix(_SERVER), page.rule, entry.section, entry.tab)
