"""A trend as a tiny line beside a figure."""

from __future__ import annotations

from collections.abc import Sequence

from web.charts.scale import cut, place

_TOP, _BOTTOM = 2, 22  # of a field of 100 to 24, so that the pen's width stays inside


def spark(points: Sequence[int]) -> str:
    """The path of a line in a field of 100 to 24, zero at its bottom; a single value is drawn as a level."""
    values = list(points) * 2 if len(points) == 1 else list(points)
    low, high = min([*values, 0]), max([*values, 0])
    rise = (_BOTTOM - _TOP) / ((high - low) or 1)
    drawn = [f"{place(n, len(values)):g},{cut(_BOTTOM - (one - low) * rise):g}" for n, one in enumerate(values)]
    return f"M{' '.join(drawn)}" if drawn else ""
