"""Durations as people type them: 30s, 1d12h, 1 hour 30 minutes, perm; in English, Portuguese and Spanish."""

from __future__ import annotations

import re
from fractions import Fraction

from locales import Text, join, n, t
from services.core.amounts import quoted
from services.core.errors import UserError

MINUTE, HOUR, DAY = 60, 3600, 86_400
SHORTEST, LONGEST = 10, 3650 * DAY  # seconds; a timer is not exact enough for less

# All three languages at once: no word means different things in two of them.
_UNITS = {
    1: "s sec secs second seconds seg segs segundo segundos",
    MINUTE: "m min mins minute minutes minuto minutos",
    HOUR: "h hr hrs hour hours hora horas",
    DAY: "d day days dia dias día días",
    7 * DAY: "w wk wks week weeks sem semana semanas",
    30 * DAY: "mo mos month months mês mes meses",
    365 * DAY: "y yr yrs year years ano anos año años",
}
_SECONDS = {word: seconds for seconds, words in _UNITS.items() for word in words.split()}
_HALF = ("half", "half a", "half an", "meia", "media")
_FOREVER = frozenset(
    ["perm", "permanent", "permanently", "permanente", "forever", "sempre", "para sempre", "siempre", "para siempre"]
)
_PART = re.compile(
    r" ?(?:,|\+|and |e |y )? ?"  # what stands between two parts
    r"(?P<number>[0-9]{1,9}(?:[.,][0-9]{1,2})?|half(?: an?)?|an?|one|uma?|una?|meia|media) ?(?P<unit>[a-zêíñ]+)"
)
_CLOCK = re.compile(r"([0-9])h([0-9]{1,2})$")  # 1h30, as Brazilians write it
_MINUTES_OR_MONTHS = re.compile(r"(?<![0-9])([0-9]+) ?M$")  # each number is tried once, from its first digit
_BARE = re.compile(r"[0-9]{1,9}")


class UnclearDuration(UserError):
    """The typed text is not a duration, or one out of bounds."""


def parse(text: str, least: int = SHORTEST, most: int = LONGEST) -> int | None:
    """Seconds from `least` to `most`; None for a permanent one."""
    word = " ".join(text.lower().split())
    return None if word in _FOREVER else _bounded(_seconds(text, word), least, most)


def limited(text: str, least: int = SHORTEST, most: int = LONGEST) -> int:
    """Seconds from `least` to `most`, for what can't be permanent."""
    return ending(parse(text, least, most), most)


def ending(seconds: int | None, most: int = LONGEST) -> int:
    """The seconds of what can't be permanent."""
    if seconds is None:
        raise UnclearDuration(t("This can't be permanent. Enter a duration of up to {most}.", most=words(most)))
    return seconds


def words(seconds: int) -> Text:
    """A duration in days, hours, minutes and seconds."""
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [
        *([n("{count} day", "{count} days", days)] if days else []),
        *([n("{count} hour", "{count} hours", hours)] if hours else []),
        *([n("{count} minute", "{count} minutes", minutes)] if minutes else []),
        *([n("{count} second", "{count} seconds", rest)] if rest else []),
    ]
    return join(parts, " ")


def typed(seconds: int) -> str:
    """A duration as it can be typed: 90000 is 1d1h."""
    shown = ""
    for unit, letter in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (1, "s")):
        count, seconds = divmod(seconds, unit)
        shown += f"{count}{letter}" if count else ""
    return shown


def _bounded(seconds: int, least: int, most: int) -> int:
    if not least <= seconds <= most:
        raise UnclearDuration(
            t("The duration must be between {least} and {most}.", least=words(least), most=words(most))
        )
    return seconds


def _seconds(text: str, word: str) -> int:
    if unclear := _MINUTES_OR_MONTHS.search(text.strip()):
        # A month as a minute would be nearly no ban at all.
        raise UnclearDuration(t("Do you mean minutes (`{count}m`) or months (`{count}mo`)?", count=unclear[1]))
    if _BARE.fullmatch(word):
        raise UnclearDuration(t("`{number}` needs a unit: `{number}m`, `{number}h`, or `{number}d`?", number=word))
    word, total, place = _CLOCK.sub(r"\1h\2m", word), Fraction(0), 0
    while (part := _PART.match(word, place)) and (unit := _SECONDS.get(part["unit"])):
        total += _number(part["number"]) * unit
        if part.end() == len(word) and total.denominator == 1:
            return int(total)
        place = part.end()
    raise UnclearDuration(
        t("I can't read `{text}` as a duration. Try something like `30m`, `12h`, `7d`, or `1d12h`.", text=quoted(text))
    )


def _number(word: str) -> Fraction:
    if word[0].isdigit():
        return Fraction(word.replace(",", "."))
    return Fraction(1, 2) if word in _HALF else Fraction(1)
