"""Menu entries of pages, declared on their route lines in web/routes.py."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from locales import Text, t
from web.frame.rules import Rule


class Section(Enum):
    """The sections of a server's menu, in order; pages of a single area are tabs of that area instead."""

    OVERVIEW = t("Overview")
    MEMBERS = t("Members")
    ACTIVITY = t("Activity")
    ANALYTICS = t("Analytics")
    AREAS = t("Areas")


class Entry(NamedTuple):
    """A page's menu entry: a tab of its section, or of its area if it names none.

    Without `tab`, it is reachable only through search and links. `about` is the area whose data the page
    shows, if not its own: it leaves the menu while that area is off.
    """

    label: Text
    section: Section | None = None
    tab: bool = True
    about: str = ""


class Listed(NamedTuple):
    """A page with an entry: its address, rule, and module."""

    entry: Entry
    path: str
    rule: Rule
    module: str


MENU: list[Listed] = []  # in the order of web/routes.py, which fills this list
