"""Time zones as people search for them: by city, in each of our languages, or by zone name."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple
from zoneinfo import available_timezones

from locales import SOURCE

# Common zones, offered first.
COMMON = (
    "UTC", "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Mexico_City", "America/Bogota", "America/Lima", "America/Santiago", "America/Argentina/Buenos_Aires",
    "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Paris", "Europe/Berlin", "Europe/Rome", "Europe/Warsaw",
    "Europe/Istanbul", "Africa/Lagos", "Africa/Johannesburg", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip

LONGEST = 100  # characters of a typed name; no name is nearly as long

# Large cities without a zone of their own; in English, and in the local language if different.
_ALSO: Mapping[str, str] = {
    "America/Sao_Paulo": "Rio de Janeiro, Brasília, Belo Horizonte, Curitiba, Porto Alegre, Goiânia, Florianópolis",
    "America/Bahia": "Salvador",
    "America/Fortaleza": "Natal, João Pessoa, São Luís, Teresina",
    "America/New_York": "Washington, Boston, Miami, Philadelphia, Atlanta, Orlando",
    "America/Chicago": "Dallas, Houston, Austin, New Orleans, Minneapolis",
    "America/Denver": "Salt Lake City, Albuquerque",
    "America/Los_Angeles": "San Francisco, Seattle, San Diego, Las Vegas, Portland",
    "America/Toronto": "Ottawa, Montréal, Montreal, Québec",
    "America/Mexico_City": "Guadalajara, Puebla",
    "America/Bogota": "Medellín, Cali, Barranquilla, Cartagena",
    "America/Lima": "Arequipa, Cusco",
    "America/Santiago": "Valparaíso, Concepción",
    "America/Guayaquil": "Quito",
    "America/Caracas": "Maracaibo",
    "Europe/Lisbon": "Porto, Braga, Coimbra",
    "Europe/Madrid": "Barcelona, Valencia, Sevilla, Seville, Bilbao, Zaragoza, Málaga",
    "Europe/London": "Manchester, Birmingham, Edinburgh, Glasgow",
    "Europe/Paris": "Lyon, Marseille, Toulouse",
    "Europe/Berlin": "Munich, München, Hamburg, Cologne, Köln, Frankfurt",
    "Europe/Rome": "Milan, Milano, Naples, Turin",
    "Europe/Zurich": "Geneva, Genève",
    "Asia/Kolkata": "Mumbai, Delhi, Bangalore",
    "Asia/Shanghai": "Beijing",
    "Asia/Tokyo": "Osaka, Kyoto",
    "Australia/Sydney": "Canberra",
}
_LANGUAGES: Mapping[str, str] = {SOURCE: "en", "pt-BR": "pt_BR", "es-ES": "es"}  # ours → CLDR's


class Offer(NamedTuple):
    """A zone and its city in the reader's language."""

    zone: str
    city: str

    @property
    def label(self) -> str:
        return self.zone if self.city == self.zone else f"{self.city} ({self.zone})"


async def find(typed: str, locale: str, most: int) -> Sequence[Offer]:
    """Zones whose name or city contains the typed text, prefix matches first; common ones for no text."""
    wanted, offers = _folded(typed), await offered(locale)
    if not wanted:
        own = {one.zone: one for one in reversed(offers)}
        return [own[zone] for zone in COMMON][:most]
    called = await asyncio.to_thread(_called)
    found: dict[str, tuple[bool, Offer]] = {}
    for offer in offers:
        # City names in other languages count too, and so does the zone's name.
        names = called[offer]
        if any(wanted in name for name in names):
            inside = not any(name.startswith(wanted) for name in names)
            if offer.zone not in found or inside < found[offer.zone][0]:
                found[offer.zone] = inside, offer
    ranked = sorted(found.values(), key=lambda one: (one[0], _folded(one[1].city)))
    return [offer for _, offer in ranked][:most]


async def meant(typed: str) -> str:
    """The zone of a typed city; any other text unchanged."""
    word = " ".join(typed.split())
    if word in available_timezones():
        return word
    wanted = _folded(word)
    zones = {offer.zone for offer, names in (await asyncio.to_thread(_called)).items() if wanted in names}
    return zones.pop() if len(zones) == 1 else word


async def offered(locale: str) -> Sequence[Offer]:
    """Every zone by its eponymous city, followed by other large cities."""
    return await asyncio.to_thread(_offered, locale if locale in _LANGUAGES else SOURCE)


@cache
def _offered(locale: str) -> Sequence[Offer]:
    known = _names(_LANGUAGES[locale])
    own = [Offer(zone, known.get(zone) or _last(zone)) for zone in _zones()]
    return [*own, *(Offer(zone, city) for zone, cities in _ALSO.items() for city in cities.split(", "))]


@cache
def _called() -> Mapping[Offer, frozenset[str]]:
    """The search terms of each offer: its city in every language and its zone, folded."""
    of_zone = {zone: {_folded(zone)} for zone in _zones()}
    for language in _LANGUAGES.values():
        for zone, city in _names(language).items():
            of_zone.get(zone, set()).add(_folded(city))
    called: dict[Offer, frozenset[str]] = {}
    for locale in _LANGUAGES:
        for offer in _offered(locale):
            also = offer.city in _ALSO.get(offer.zone, "").split(", ")
            called[offer] = frozenset([_folded(offer.city)] if also else [*of_zone[offer.zone], _folded(offer.city)])
    return called


@cache
def _names(language: str) -> Mapping[str, str]:
    # Loading a language would block the event loop for too long, so this only runs in a thread.
    from babel import Locale

    return {str(zone): known["city"] for zone, known in Locale.parse(language).time_zones.items() if "city" in known}


@cache
def _zones() -> Sequence[str]:
    return [zone for zone in available_timezones() if zone == "UTC" or _of_a_place(zone)]


def _of_a_place(zone: str) -> bool:
    return "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/"))


def _last(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _folded(text: str) -> str:
    """Without case, accents and underscores; truncated, because many combining marks are slow to normalize."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST].casefold().replace("_", " "))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
