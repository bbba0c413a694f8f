"""The tour of a server: five pages with a sentence on top, remembered by the browser until it ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from starlette.responses import Response

from locales import Text, t
from services.identity.authority import Role
from web.frame.page import Visit
from web.frame.rules import PAGES

COOKIE = "tour"
SECONDS = 3600  # after which the tour is dropped


class Stop(NamedTuple):
    """One page of the tour."""

    page: str  # its row in the policy
    path: str
    sentence: Text
    below: str | None = None  # target of its link


class Tour(NamedTuple):
    """The visitor's position; `onward` is the address of the next page, if any."""

    number: int
    total: int
    sentence: Text
    onward: str | None
    end: str


_STOPS = (
    Stop(
        "overview.health",
        "",
        t("This is how the server is doing. “Coins in circulation” shows where coins come from and where they go."),
    ),
    Stop(
        "settings.show",
        "/settings/economy",
        t("Change the daily pay and save it, then open History: it shows your change, and one click reverts it."),
        "/settings/",
    ),
    Stop(
        "members.index",
        "/members",
        t("Find anyone by the start of their name. Their page lists every transfer behind their balance."),
        "/members/",
    ),
    Stop(
        "analytics.show",
        "/analytics",
        t("See which commands are used, which fail and which are slow; the table labels them."),
    ),
    Stop(
        "overview.health",
        "/health",
        t(
            "Everything here has just been checked; you'll see how to fix what doesn't work. That's the end of the "
            "tour. Find the rest in the menu."
        ),
    ),
)


def of(visit: Visit) -> Tour | None:
    """The step from the address, or the remembered one if this page belongs to it."""
    stops = _for(visit.role)
    said = visit.query("tour") or visit.request.cookies.get(visit.site.cookie(COOKIE), "")
    if visit.guild_or_none is None or said not in {str(number) for number in range(1, len(stops) + 1)}:
        return None
    place, number = f"/servers/{visit.guild_id}", int(said)
    stop, here = stops[number - 1], visit.request.url.path
    if here != place + stop.path and not (stop.below and here.startswith(place + stop.below)):
        return None
    onward = f"{place}{stops[number].path}?tour={number + 1}" if number < len(stops) else None
    return Tour(number, len(stops), stop.sentence, onward, f"{here}?tour=end")


def remember(visit: Visit, tour: Tour | None, answer: Response) -> None:
    """Remember the step in a cookie; delete it after the last step, or when the tour is ended."""
    name, secure, said = visit.site.cookie(COOKIE), visit.site.secure, visit.query("tour")
    if tour and tour.onward and said:
        answer.set_cookie(name, str(tour.number), SECONDS, httponly=True, samesite="lax", secure=secure)
    elif name in visit.request.cookies and said:
        answer.delete_cookie(name, httponly=True, samesite="lax", secure=secure)


def _for(role: Role) -> Sequence[Stop]:
    """The stops this role may open."""
    return [stop for stop in _STOPS if PAGES[stop.page].lets_in(role)]
