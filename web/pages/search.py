"""/servers/{id}/search: finds a server's pages and settings by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from starlette.responses import Response

import locales
from locales import Text
from services.core import areas
from services.settings import switches
from services.settings.modules import MODULES, SETTINGS
from web import destinations
from web.frame.page import Visit, page
from web.frame.rules import PAGES
from web.rendering import show as shown

LONGEST = 100  # characters of a search
_WORD = re.compile(r"[^\W_]+")


class Result(NamedTuple):
    """A page or a setting; `within` is its section, area or form."""

    label: str
    within: str
    path: str
    about: str = ""
    name: str = ""  # a setting's name in commands and the API


@page
async def show(visit: Visit) -> Response:
    """Results that contain all words, in the reader's language or by a setting's name."""
    wanted = visit.query("q")[:LONGEST]

    def said(text: Text | str) -> str:
        return locales.render(text, visit.locale)

    return shown(
        visit,
        "search.html",
        wanted=wanted,
        pages=_matching(wanted, _pages(visit, said)),
        settings=_matching(wanted, _settings(visit, said)),
    )


def _pages(visit: Visit, said: Callable[[Text | str], str]) -> Iterator[Result]:
    for destination in destinations.open_to(visit):
        area = areas.area(destination.area)
        within = destination.section.value if destination.section else area.title if area else ""
        yield Result(said(destination.label), said(within), f"/servers/{visit.guild_id}{destination.path}")


def _settings(visit: Visit, said: Callable[[Text | str], str]) -> Iterator[Result]:
    if not PAGES["settings.show"].lets_in(visit.role):
        return
    for setting in SETTINGS.values():
        path = f"/settings/{setting.module}" if setting.module != switches.NAME else "/areas"
        yield Result(
            said(setting.kind.label),
            said(MODULES[setting.module].title),
            f"/servers/{visit.guild_id}{path}#{setting.name}",
            said(setting.kind.description),
            setting.key,
        )


def _matching(wanted: str, results: Iterable[Result]) -> Sequence[Result]:
    """Results with a word starting with each search word; title matches first."""
    words = _words(wanted)
    found = [result for result in results if words and _begin(words, " ".join(result))]
    return sorted(found, key=lambda result: (not _begin(words, result.label), result.label))


def _begin(wanted: Sequence[str], text: str) -> bool:
    words = _words(text)
    return all(any(word.startswith(start) for word in words) for start in wanted)


def _words(text: str) -> list[str]:
    """Words without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(sign for sign in apart if not unicodedata.combining(sign)))
