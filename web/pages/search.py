"""/servers/{id}/search: finds pages and settings of a server by what they are called."""

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

LONGEST = 100  # signs that are looked for
_WORD = re.compile(r"[^\W_]+")


class Result(NamedTuple):
    """A page or a setting; `within` is the section, area or form in which it is."""

    label: str
    within: str
    path: str
    about: str = ""
    name: str = ""  # of a setting, as commands and the API call it


@page
async def show(visit: Visit) -> Response:
    """What holds all the words that are looked for, in the reader's language or by a setting's name."""
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
    """Those in which a word begins with each of the wanted ones; first those that are called so themselves."""
    words = _words(wanted)
    found = [result for result in results if words and _begin(words, " ".join(result))]
    return sorted(found, key=lambda result: (not _begin(words, result.label), result.label))


def _begin(wanted: Sequence[str], text: str) -> bool:
    words = _words(text)
    return all(any(word.startswith(start) for word in words) for start in wanted)


def _words(text: str) -> list[str]:
    """Words without capitals and accents, as people type them in a hurry."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(sign for sign in apart if not unicodedata.combining(sign)))
