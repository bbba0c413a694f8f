"""A chart's scale: round numbers, and the positions of values between them."""

from __future__ import annotations

from collections.abc import Sequence

import locales

STEPS = 4  # approximate number of ticks
_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))


def ticks(values: Sequence[int | None]) -> Sequence[int]:
    """Round numbers in even steps from below the lowest to above the highest value, always including zero."""
    known = [value for value in values if value is not None]
    low, high = min([*known, 0]), max([*known, 0])
    step = _step(-(-(high - low) // STEPS))
    first, last = low // step, -(-high // step)
    return [step * n for n in range(first, max(last, first + 1) + 1)]


def height(value: int, scale: Sequence[int]) -> float:
    """A value's distance from the top, in percent."""
    return cut(100 * (scale[-1] - value) / (scale[-1] - scale[0]))


def place(n: int, count: int) -> float:
    """The distance of point `n` from the left, in percent; a single point is centered."""
    return cut(100 * n / (count - 1)) if count > 1 else 50.0


def short(value: int, locale: str) -> str:
    """A number with at most three digits and a unit, in the format of `locale`: 950, 1.2k, 34M."""
    for unit, name in _UNITS:
        # From 999.5 on, the unit below would need four digits.
        if abs(value) * 2000 >= unit * 1999:
            told = f"{value / unit:.1f}".removesuffix(".0") if abs(value) * 100 < unit * 995 else f"{value / unit:.0f}"
            return _signed(told.replace(".", locales.decimal_mark(locale))) + name
    return _signed(str(value))


def cut(share: float) -> float:
    """Round a coordinate to visible precision."""
    return round(share, 2)


def _step(least: int) -> int:
    """The next step among 1, 2, 5, 10, 20, 50 …"""
    size = int("1".ljust(len(str(max(least, 1))), "0"))
    return next(times * size for times in (1, 2, 5, 10) if times * size >= least)


def _signed(told: str) -> str:
    return told.replace("-", "−")
