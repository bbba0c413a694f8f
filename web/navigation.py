"""The menu of a server: the sections, areas and pages the visitor may open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from locales import Text, t
from services.core import areas
from services.core.areas import Area
from services.identity.authority import Role
from web import destinations
from web.destinations import Destination
from web.frame.menu import Section
from web.frame.page import Visit


class Link(NamedTuple):
    """One line of the menu."""

    label: Text
    path: str
    current: bool
    icon: str = ""


class Menu(NamedTuple):
    """One visitor's menu; `area` and `tabs` are those of the current page."""

    sections: Sequence[Link]
    areas: Sequence[Link] = ()
    area: Area | None = None
    tabs: Sequence[Link] = ()


class AreaCard(NamedTuple):
    """An area with its pages."""

    area: Area
    links: Sequence[Link]


def menu(visit: Visit) -> Menu:
    """The menu of the visited server, with the current page marked."""
    place, known = _place(visit), destinations.open_to(visit)
    here: str = getattr(visit.request.state, "page", visit.request.url.path).removeprefix(place)
    current = max((page for page in known if page.holds(here)), key=lambda page: len(page.path), default=None)

    def link(page: Destination) -> Link:
        return Link(page.label, place + page.path, page is current)

    tabs = [page for page in known if page.tab]
    if visit.role < Role.MODERATOR:
        own = f"/members/{visit.user_id}"
        label = t("Your coins") if visit.has("economy") else t("Your profile")
        yours = Link(label, place + own, here.startswith(own))
        return Menu([yours, *(link(page) for page in tabs if page.section is None)])
    beside = [link(page) for page in tabs if current and page.beside(current)]
    return Menu(
        list(_sections(place, tabs, current)),
        list(_areas(visit, tabs, current)),
        areas.area(current.area) if current and current.section is None else None,
        beside if len(beside) > 1 or current not in tabs else (),
    )


def cards(visit: Visit) -> Sequence[AreaCard]:
    """Every area with something for the visitor: a page, or a switch if they may use it."""
    place, cards = _place(visit), []
    pages = [page for page in destinations.open_to(visit) if page.tab and page.section is not Section.AREAS]
    for area in areas.declared():
        links = [Link(page.label, place + page.path, False) for page in pages if page.area == area.name]
        if links or (area.optional and visit.role >= Role.ADMIN):
            cards.append(AreaCard(area, links))
    return cards


def _sections(place: str, tabs: Sequence[Destination], current: Destination | None) -> Iterator[Link]:
    for section in Section:
        pages = [page for page in tabs if page.section is section]
        if pages:
            yield Link(section.value, place + pages[0].path, current is not None and current.section is section)


def _areas(visit: Visit, tabs: Sequence[Destination], current: Destination | None) -> Iterator[Link]:
    """Areas that are on and have pages."""
    for area in areas.declared():
        pages = [page for page in tabs if page.section is None and page.area == area.name]
        if pages and visit.has(area.name):
            yield Link(area.title, _place(visit) + pages[0].path, bool(current and current.beside(pages[0])), area.icon)


def _place(visit: Visit) -> str:
    return f"/servers/{visit.guild_id}"
