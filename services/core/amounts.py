"""Amounts as people type them: 250, 1,000, 1.5k, 2 mil, half, all; read by each locale's own convention."""

from __future__ import annotations

import re
from dataclasses import dataclass

from locales import SOURCE, Text, decimal_mark, t
from services.core.errors import UserError

LARGEST = 10**12  # coins in one amount

_ALL = frozenset({"all", "everything", "max", "tudo", "todo", "todos", "todas", "máximo", "maximo"})
_HALF = frozenset({"half", "metade", "a metade", "mitad", "la mitad"})
_COINS = ("coins", "coin", "moedas", "moeda", "monedas", "moneda")
# Powers of ten. In English, "mil" is often short for a million; a Spanish billion is a thousand times larger.
_FACTORS = {
    "en": {"k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "billion": 9},
    "pt": {"k": 3, "mil": 3, "m": 6, "mi": 6, "milhão": 6, "milhao": 6, "milhões": 6, "milhoes": 6}
    | {"b": 9, "bi": 9, "bilhão": 9, "bilhao": 9, "bilhões": 9, "bilhoes": 9},
    "es": {"k": 3, "mil": 3, "m": 6, "millón": 6, "millon": 6, "millones": 6},
}
_NUMBER = re.compile(r"([0-9][0-9.,]{0,30}|[0-9]{1,3}(?: [0-9]{3}){1,4}) ?([a-zãéíóõú]{0,9})")
_PLAIN = re.compile(r"[0-9]{1,15}")
_TYPED_ALIKE = str.maketrans(
    {chr(0xFF10 + digit): str(digit) for digit in range(10)}  # full-width, as East Asian keyboards type them
    | {"．": ".", "，": ",", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": " ", "\ufe0f": None}
)


class UnclearAmount(UserError):
    """The typed text is not an amount."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of coins, or a fraction of a balance."""

    coins: int | None
    share: int = 1  # 1 is all of it, 2 is half

    def of(self, balance: int) -> int:
        """The amount in coins for someone with `balance`; UnclearAmount if it comes to zero."""
        if self.coins is not None:
            return self.coins
        if coins := balance // self.share:
            return coins
        raise UnclearAmount(t("There aren't enough coins for that."))


def parse(text: str, locale: str = SOURCE, symbol: str = "") -> Amount:
    """Parse an amount from 1 to 10^12 as written in `locale`, with or without the coins' name.

    Refuses anything ambiguous.
    """
    word = _counted(text, symbol)
    if word in _ALL:
        return Amount(None)
    if word in _HALF:
        return Amount(None, share=2)
    return Amount(_coins(text, word, locale, t("Try something like `250`, `1.5k`, `half`, or `all`.")))


def whole(text: str, locale: str = SOURCE, symbol: str = "") -> int:
    """Parse an amount that can't be a fraction, such as a price."""
    word = _counted(text, symbol)
    if word in _ALL | _HALF:
        raise UnclearAmount(t("Enter the amount as a number, like `250` or `1.5k`."))
    return _coins(text, word, locale, t("Try something like `250` or `1.5k`."))


def _counted(text: str, symbol: str) -> str:
    """The typed text in lower case, without the unit."""
    word = " ".join(text.translate(_TYPED_ALIKE).lower().split())
    own = " ".join(symbol.translate(_TYPED_ALIKE).lower().split())
    for name in (f"{own}s", own, *_COINS) if own else _COINS:
        if word.endswith(name):
            return word.removesuffix(name).rstrip()
        if name == own and word.startswith(name):
            return word.removeprefix(name).lstrip()
    return word


def _coins(text: str, word: str, locale: str, advice: Text) -> int:
    found = _NUMBER.fullmatch(word)
    power = _power(found[2], locale) if found else None
    if found is None or power is None:
        raise _unreadable(text, advice)
    coins = _number(text, found[1].replace(" ", ""), power, decimal_mark(locale))
    if coins is None:
        raise _unreadable(text, advice)
    if not 1 <= coins <= LARGEST:
        raise UnclearAmount(t("The amount must be between {least} and {most}.", least=1, most=LARGEST))
    return coins


def _power(suffix: str, locale: str) -> int | None:
    return _FACTORS.get(locale[:2], _FACTORS["en"]).get(suffix) if suffix else 0


def _number(text: str, digits: str, power: int, mark: str) -> int | None:
    """The value of digits with points and commas, where `mark` is the decimal separator."""
    used = sorted(set(digits) & set(".,"), key=digits.rindex)
    if not used:
        return _value(digits, "", "", power)
    if len(used) == 2:
        group, point = used
        return _value(digits, group, point, power)
    grouped = _value(digits, used[0], "", power)
    if grouped is None:
        return _value(digits, "", used[0], power)
    if used[0] == mark and digits.count(used[0]) == 1:
        # A decimal in this locale or a thousand in another: guessing wrong would cost a thousand times too much.
        raise UnclearAmount(
            t(
                "`{text}` could mean two different amounts. If you mean {coins}, enter `{plain}`.",
                text=quoted(text),
                coins=grouped,
                plain=str(grouped),
            )
        )
    return grouped


def _value(digits: str, group: str, point: str, power: int) -> int | None:
    """The value in coins, or None if the grouping is wrong or the result is not a whole number."""
    ahead, _, behind = digits.partition(point) if point else (digits, "", "")
    if group and not re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}}){{1,4}}", ahead):
        return None
    ahead = ahead.replace(group, "") if group else ahead
    if not _PLAIN.fullmatch(ahead) or (point and not (power and _PLAIN.fullmatch(behind))):
        return None
    fraction = behind.rstrip("0")
    return int(ahead + fraction.ljust(power, "0")) if len(fraction) <= power else None


def _unreadable(text: str, advice: Text) -> UnclearAmount:
    return UnclearAmount(t("I can't read `{text}` as an amount. {advice}", text=quoted(text), advice=advice))


def quoted(text: str) -> str:
    """The typed text, safe to show between backticks."""
    return " ".join(text.replace("`", "'").split())[:40]
