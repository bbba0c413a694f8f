"""Response times: histograms with fixed buckets, which can be added up, and quantiles estimated from them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

DEADLINE = 3000  # milliseconds; after that, Discord tells the member that the app did not respond

# Close together where most responses fall; the last is the deadline, so anything above it missed it.
BOUNDS = (2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 2500, DEADLINE)
_EDGES = (0, *BOUNDS)

# SQL that adds up the histograms of many rows.
COUNTED = (
    "ARRAY["
    + ", ".join(
        f"count(*) FILTER (WHERE width_bucket(milliseconds, ARRAY{list(BOUNDS)}) = {n})" for n in range(len(_EDGES))
    )
    + "]::int[]"
)


def quantiles(histogram: Sequence[int], *shares: float) -> list[int | None]:
    """Estimated quantiles in milliseconds, assuming an even spread within each bucket; None without responses.

    Responses past the deadline count as exactly at it, because how late they were is not stored.
    """
    reached = [0, *accumulate(histogram)]
    return [_quantile(reached, share * reached[-1]) for share in shares]


def _quantile(reached: list[int], wanted: float) -> int | None:
    if not wanted:
        return None
    end = bisect_left(reached, wanted)
    if end == len(_EDGES):
        return DEADLINE
    low, high, below = _EDGES[end - 1], _EDGES[end], reached[end - 1]
    return round(low + (high - low) * (wanted - below) / (reached[end] - below))


def missed(histogram: Sequence[int]) -> int:
    """How many responses came after the deadline."""
    return histogram[-1]
