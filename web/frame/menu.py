"""What a route line in web/routes.py says of its page's entry in the menu."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from locales import Text, t
from web.frame.rules import Rule


class Section(Enum):
    """The lines of a server's menu, in this order; what belongs to one area is a tab in that area instead."""

    OVERVIEW = t("Overview")
    MEMBERS = t("Members")
    ACTIVITY = t("Activity")
    ANALYTICS = t("Analytics")
    AREAS = t("Areas")


class Entry(NamedTuple):
    """A page as people find it: a tab of its section, or of its area where it names none.

    Without `tab` it is found by the search and by links in other pages only.
    """

    label: Text
    section: Section | None = None
    tab: bool = True


class Listed(NamedTuple):
    """A page that has an entry: its address, who may open it, and the module that serves it."""

    entry: Entry
    path: str
    rule: Rule
    module: str


MENU: list[Listed] = []  # in the order of web/routes.py, which fills it
