"""The menu of one server: its pages in groups, and of those only what the visitor may open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from locales import Text, t
from services.identity.authority import Role
from web.frame.rules import PAGES


class Entry(NamedTuple):
    """One page in the menu; `here` is what that page calls itself."""

    here: str
    label: Text
    path: str


class _Place(NamedTuple):
    page: str  # its row in the policy
    label: Text
    path: str


_GROUPS: Sequence[tuple[Text, Sequence[_Place]]] = (
    (
        t("Server"),
        (
            _Place("overview.health", t("Overview"), ""),
            _Place("settings.show", t("Settings"), "/settings"),
            _Place("audit_log.index", t("Audit log"), "/audit-log"),
            _Place("keys.index", t("API keys"), "/keys"),
        ),
    ),
    (
        t("People"),
        (_Place("members.index", t("Members"), "/members"),),
    ),
    (
        t("Coins"),
        (
            _Place("transfers.index", t("Transfers"), "/transfers"),
            _Place("shop.index", t("Shop"), "/shop"),
            _Place("leaderboard.show", t("Leaderboard"), "/leaderboard"),
        ),
    ),
    (t("Figures"), (_Place("analytics.show", t("Analytics"), "/analytics"),)),
)


def of_server(guild_id: int, role: Role) -> Sequence[tuple[Text, Sequence[Entry]]]:
    """The groups in which there is something for this role; members begin at their own page."""
    own = [(t("You"), [Entry("members", t("Your coins"), f"/servers/{guild_id}")])] if role is Role.MEMBER else []
    found = [(title, [_entry(guild_id, one) for one in places if _may(one, role)]) for title, places in _GROUPS]
    return [*own, *((title, entries) for title, entries in found if entries)]


def _may(place: _Place, role: Role) -> bool:
    rule = PAGES[place.page]
    return rule.open or (isinstance(rule.least, Role) and role >= rule.least)


def _entry(guild_id: int, place: _Place) -> Entry:
    return Entry(place.page.partition(".")[0], place.label, f"/servers/{guild_id}{place.path}")
