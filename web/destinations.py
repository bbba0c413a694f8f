"""The searchable pages of a server, and which of them a visitor may open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from locales import Text, t
from services.core import areas
from services.settings.module import Module
from web.frame.menu import MENU, Section
from web.frame.page import Visit
from web.frame.rules import PAGES, Rule

_SERVER = "/servers/{guild_id:id}"


@dataclass(frozen=True, slots=True)
class Destination:
    """A page with its name in the menu."""

    label: Text
    path: str  # below the server's address
    rule: Rule
    area: str
    package: str  # the area without which it is closed: economy settings are a settings page
    section: Section | None = None
    tab: bool = True

    def open_to(self, visit: Visit) -> bool:
        return visit.has(self.package) and self.rule.lets_in(visit.role)

    def holds(self, path: str) -> bool:
        """Whether an address is this page or one below it; the overview has none below it."""
        return path == self.path or (self.path != "" and path.startswith(f"{self.path}/"))

    def beside(self, other: Destination) -> bool:
        """Whether both are in the same row of tabs."""
        return self.section is other.section and (self.section is not None or self.area == other.area)


def open_to(visit: Visit) -> Sequence[Destination]:
    """The pages the visitor may open."""
    return [destination for destination in (*_pages(), *_settings()) if destination.open_to(visit)]


def _pages() -> Iterator[Destination]:
    for entry, path, rule, module in MENU:
        area = module.split(".")[2]  # web.pages.<area>
        label, section, tab, about = entry
        yield Destination(label, path.removeprefix(_SERVER), rule, area, about or area, section, tab)


def _settings() -> Iterator[Destination]:
    """Each area's settings, as a tab of the area."""
    for area in areas.declared():
        for module in area.settings:
            assert issubclass(module, Module)
            path = f"/settings/{module.module_name}"
            yield Destination(t("Settings"), path, PAGES["settings.show"], area.name, "settings")
