"""Translatable texts: English is in the code, translations are in the catalogs beside this file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

SOURCE = "en-US"
NAMES = "command"  # the context of command, option and choice names in the catalogues
TRANSLATED = ("pt-BR", "es-ES")
# Discord's locale codes → our languages; all others read English.
_SPOKEN = {"pt-BR": "pt-BR", "es-ES": "es-ES", "es-419": "es-ES"}


class _Digits(NamedTuple):
    """Number format (CLDR: group, decimal, and the number of digits from which grouping starts)."""

    group: str
    decimal: str
    grouped_from: int


_DIGITS = {"pt-BR": _Digits(".", ",", 4), "es-ES": _Digits(".", ",", 5)}
_ENGLISH_DIGITS = _Digits(",", ".", 4)  # also used in Latin American Spanish


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is rendered once the reader's language is known."""

    source: str
    plural: str | None = None
    count: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)
    context: str | None = None

    def __str__(self) -> str:
        return render(self, SOURCE)


def t(source: str, /, **params: Any) -> Text:
    """A translatable text; `{name}` in it is filled from `params`."""
    return Text(source, params=params)


def n(one: str, many: str, count: int, /, **params: Any) -> Text:
    """A translatable text with plural forms; `{count}` in it is the number."""
    return Text(one, many, count, {"count": count, **params})


def join(parts: Iterable[Text | str], separator: str = "\n") -> Text:
    """Several texts joined into one."""
    named = {f"part{place}": part for place, part in enumerate(parts)}
    return Text(separator.join(f"{{{name}}}" for name in named), params=named)


def command_name(path: str) -> Text:
    """A command or option as the reader's client lists it: `shop view` reads `loja ver` in Brazil."""
    return join([Text(word, context=NAMES) for word in path.split(" ")], " ")


def render(text: Text | str, locale: str) -> str:
    """A text for a reader of `locale` (a Discord locale code); English by default."""
    if isinstance(text, str):
        return text
    if not text.source:  # the empty text is the catalog's own header
        return ""
    words = catalogue(locale)
    if text.context:
        return words.pgettext(text.context, text.source)
    if text.plural is None:
        pattern = words.gettext(text.source)
    else:
        pattern = words.ngettext(text.source, text.plural, text.count)
    if not text.params:
        return pattern
    return pattern.format_map({name: _shown(value, locale) for name, value in text.params.items()})


def name(context: str, source: str, locale: str) -> str:
    """The translated name of a command, option or choice; the source if there is none."""
    return catalogue(locale).pgettext(context, source)


def number(value: int, locale: str) -> str:
    """A number grouped for readers of `locale`."""
    digits = _DIGITS.get(locale, _ENGLISH_DIGITS)
    grouped = len(str(abs(value))) >= digits.grouped_from
    return f"{value:,}".replace(",", digits.group) if grouped else str(value)


def decimal_mark(locale: str) -> str:
    """The decimal separator of a locale."""
    return _DIGITS.get(locale, _ENGLISH_DIGITS).decimal


def _shown(value: Any, locale: str) -> Any:
    if isinstance(value, Text):
        return render(value, locale)
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value, locale)
    return value


def catalogue(locale: str) -> NullTranslations:
    """The catalog for a Discord locale code."""
    spoken = _SPOKEN.get(locale)
    return _load(spoken) if spoken else _ENGLISH


_ENGLISH = NullTranslations()


@cache
def _load(locale: str) -> NullTranslations:
    # Babel is imported by the first reader of a language, so that the first English response never waits for it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (Path(__file__).parent / f"{locale}.po").open("rb") as source:
        messages = read_po(source, locale=locale.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)
