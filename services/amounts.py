"""How people write a number of coins: 250, 1,000, 1.5k, half, all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from locales import t
from services.errors import UserError
from services.ledger import LARGEST

_PLAIN = re.compile(r"(\d{1,15})", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3}){1,4}|\d{1,3}(?:\.\d{3}){1,4}", re.ASCII)
_SHORT = re.compile(r"(\d{1,9})(?:[.,](\d{1,9}))?([kmb])", re.ASCII)
_FACTORS = {"k": 3, "m": 6, "b": 9}  # powers of ten
_ALL = {"all", "everything", "max", "tudo", "todo"}
_HALF = {"half", "metade", "mitad"}


class UnclearAmount(UserError):
    """What was typed is not a number of coins."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of coins, or a share of what somebody has."""

    coins: int | None
    share: int = 1  # 1 is all of it, 2 is half

    def of(self, balance: int) -> int:
        """The coins this means for someone with `balance`; refuses what comes to nothing."""
        if self.coins is not None:
            return self.coins
        if coins := balance // self.share:
            return coins
        raise UnclearAmount(t("You have no coins to take that from."))


def parse(text: str) -> Amount:
    """Read an amount from 1 to 10^12; refuses anything that could be read in two ways."""
    word = text.strip().lower().removesuffix("coins").strip()
    if word in _ALL:
        return Amount(None)
    if word in _HALF:
        return Amount(None, share=2)
    coins = _number(word)
    if coins is None:
        raise UnclearAmount(
            t("I can't read `{text}` as an amount. Write it like `250`, `1.5k`, `half` or `all`.", text=_quoted(text))
        )
    if not 1 <= coins <= LARGEST:
        raise UnclearAmount(t("The amount must lie between {least} and {most}.", least=1, most=LARGEST))
    return Amount(coins)


def whole(text: str) -> int:
    """An amount that can't be a share of anything, such as a price."""
    amount = parse(text)
    if amount.coins is None:
        raise UnclearAmount(t("Write the amount as a number, like `250` or `1.5k`."))
    return amount.coins


def _number(word: str) -> int | None:
    if plain := _PLAIN.fullmatch(word):
        return int(plain[1])
    if _GROUPED.fullmatch(word):
        return int(re.sub(r"[.,]", "", word))
    if short := _SHORT.fullmatch(word):
        digits, power = short[2] or "", _FACTORS[short[3]]
        fraction = digits.rstrip("0")
        # 1.2345k is no whole number of coins.
        return int(short[1] + fraction.ljust(power, "0")) if len(fraction) <= power else None
    return None


def _quoted(text: str) -> str:
    return text.replace("`", "'")[:40]
