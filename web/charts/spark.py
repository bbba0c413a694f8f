"""Sparklines beside figures."""

from __future__ import annotations

from collections.abc import Sequence

from web.charts.scale import cut, place

_TOP, _BOTTOM = 2, 22  # within a 100 by 24 field, so that the stroke stays inside


def spark(points: Sequence[int]) -> str:
    """The path of a line in a 100 by 24 field with zero at the bottom; a single value is a level line."""
    values = list(points) * 2 if len(points) == 1 else list(points)
    low, high = min([*values, 0]), max([*values, 0])
    rise = (_BOTTOM - _TOP) / ((high - low) or 1)
    drawn = [f"{place(n, len(values)):g},{cut(_BOTTOM - (one - low) * rise):g}" for n, one in enumerate(values)]
    return f"M{' '.join(drawn)}" if drawn else ""
