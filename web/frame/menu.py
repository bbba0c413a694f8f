"""What a route line in web/routes.py says of its page's entry in the menu."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from locales import Text, t


class Section(Enum):
    """What the menu of a server holds beside its areas, in this order."""

    OVERVIEW = t("Overview")
    MEMBERS = t("Members")
    ACTIVITY = t("Activity")
    ANALYTICS = t("Analytics")


class Entry(NamedTuple):
    """A page as people find it: a tab of its section, or of its area where it names none.

    Without `tab` it is found by the search and by links in other pages only.
    """

    label: Text
    section: Section | None = None
    tab: bool = True
