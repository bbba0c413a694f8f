"""Parsing typed settings into values, and formatting values for forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from locales import t
from services.core import amounts
from services.core.errors import UserError
from services.settings import modules
from services.settings.checking import BadSetting, SettingFault
from services.settings.kinds import Channel, Kind, Line, Number, OneOf, Roles, Switch

LONGEST = 1000  # characters that can be typed for one setting
_SWITCH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}
NOTHING = {"none", "-", "–", ""}
_CHANNEL = re.compile(r"(?:<#)?(\d{1,19})>?", re.ASCII)
_MENTION = re.compile(r"<?[@#&]{0,2}(\d{1,19})>?", re.ASCII)
_ROLE = re.compile(r"(?:<@&)?(\d{1,19})>?", re.ASCII)


class _Unclear(Exception):
    """The text can't be read as a value of this kind."""


def read(texts: Mapping[str, str], locale: str) -> dict[str, Any]:
    """Values typed in `locale`, by key; refuses unreadable ones, naming all of them."""
    values: dict[str, Any] = {}
    faults = []
    for key, text in texts.items():
        kind = modules.setting(key).kind
        try:
            values[key] = _value(kind, " ".join(text[:LONGEST].split()), locale)
        except _Unclear:
            faults.append(SettingFault((key,), kind.must()))
    if faults:
        raise BadSetting(faults)
    return values


def written(value: Any) -> str:
    """A value in the form in which it can be typed."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def mapped(text: str) -> dict[int, int | None]:
    """Ids of another server mapped to ours, one pair per line: `123 = <@&456>`, or `123 = none`."""
    pairs: dict[int, int | None] = {}
    for line in filter(str.strip, text.splitlines()):
        there, _, here = line.partition("=")
        try:
            word = here.strip()
            pairs[_one(_MENTION, there.strip())] = None if word.lower() == "none" else _one(_MENTION, word)
        except _Unclear as error:
            shown = line.strip()[:60].replace("`", "'")
            raise UserError(
                t(
                    "I can't read `{line}`. Enter an ID from the other server, `=`, and the ID here or `none`.",
                    line=shown,
                )
            ) from error
    return pairs


def _value(kind: Kind, word: str, locale: str) -> Any:
    match kind:
        case Number():
            return _number(kind, word, locale)
        case Switch():
            return _found(_SWITCH, word.lower())
        case OneOf():
            return _found({choice.lower(): choice for choice in kind.choices}, word.lower())
        case Line(optional=True) if word.lower() in NOTHING:
            return ""
        case Channel():
            return None if word.lower() in NOTHING else _one(_CHANNEL, word)
        case Roles():
            words = [] if word.lower() in NOTHING else re.findall(r"[^\s,;]+", word.replace("><", "> <"))
            return [_one(_ROLE, one) for one in words]
    return word


def _number(kind: Number, word: str, locale: str) -> int:
    digits = word.removesuffix("%").strip()
    if digits.isascii() and digits.isdecimal() and len(digits) <= 20:
        return int(digits)
    if not kind.coins:
        raise _Unclear
    try:
        return amounts.whole(word, locale)
    except amounts.UnclearAmount as error:
        raise _Unclear from error


def _found(known: Mapping[str, Any], word: str) -> Any:
    if word not in known:
        raise _Unclear
    return known[word]


def _one(pattern: re.Pattern[str], word: str) -> int:
    found = pattern.fullmatch(word)
    if not found:
        raise _Unclear
    return int(found[1])
