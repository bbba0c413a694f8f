"""The scale at the side of a chart: round numbers, and where values lie between them."""

from __future__ import annotations

from collections.abc import Sequence

import locales

STEPS = 4  # of a scale, about
_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))


def ticks(values: Sequence[int | None]) -> Sequence[int]:
    """Round numbers at even steps from below the lowest value to above the highest; zero is always one of them."""
    known = [one for one in values if one is not None]
    low, high = min([*known, 0]), max([*known, 0])
    step = _step(-(-(high - low) // STEPS))
    first, last = low // step, -(-high // step)
    return [step * n for n in range(first, max(last, first + 1) + 1)]


def height(value: int, scale: Sequence[int]) -> float:
    """How far below the top a value lies, in hundredths."""
    return cut(100 * (scale[-1] - value) / (scale[-1] - scale[0]))


def place(n: int, count: int) -> float:
    """How far from the left the point `n` of so many lies, in hundredths; a single one lies in the middle."""
    return cut(100 * n / (count - 1)) if count > 1 else 50.0


def short(value: int, locale: str) -> str:
    """A number in at most three digits and a unit, as readers of `locale` write it: 950, 1.2k, 34M."""
    for unit, name in _UNITS:
        # From 999.5 on, the unit below would need four digits.
        if abs(value) * 2000 >= unit * 1999:
            told = f"{value / unit:.1f}".removesuffix(".0") if abs(value) * 100 < unit * 995 else f"{value / unit:.0f}"
            return _signed(told.replace(".", locales.decimal_mark(locale))) + name
    return _signed(str(value))


def cut(share: float) -> float:
    """As many digits as an eye can see."""
    return round(share, 2)


def _step(least: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    size = int("1".ljust(len(str(max(least, 1))), "0"))
    return next(times * size for times in (1, 2, 5, 10) if times * size >= least)


def _signed(told: str) -> str:
    return told.replace("-", "−")
