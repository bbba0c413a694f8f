"""How long answers took: histograms with fixed bounds, which can be added, and quantiles estimated from them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

DEADLINE = 3000  # milliseconds; then Discord tells the member that the bot did not answer

# Close together where most answers lie; the last one is the deadline, so that whatever lies above has missed it.
BOUNDS = (2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 2500, DEADLINE)
_EDGES = (0, *BOUNDS)

# Parts of our statements: one histogram out of many rows, and out of many histograms. PostgreSQL counts arrays from 1.
COUNTED = (
    "ARRAY["
    + ", ".join(
        f"count(*) FILTER (WHERE width_bucket(milliseconds, ARRAY{list(BOUNDS)}) = {n})" for n in range(len(_EDGES))
    )
    + "]::int[]"
)
ADDED = "ARRAY[" + ", ".join(f"sum(latency[{n}])" for n in range(1, len(_EDGES) + 1)) + "]::bigint[]"


def quantile(histogram: Sequence[int], share: float) -> int | None:
    """Below which milliseconds this share of the answers lay, evenly spread between two bounds; None without answers.

    What missed the deadline is as slow as the deadline: how much slower was not kept.
    """
    wanted = share * sum(histogram)
    if not wanted:
        return None
    reached = list(accumulate(histogram))
    for (low, high), here, below in zip(pairwise(_EDGES), reached, [0, *reached], strict=False):
        if here >= wanted:
            return round(low + (high - low) * (wanted - below) / (here - below))
    return DEADLINE


def missed(histogram: Sequence[int]) -> int:
    """How many answers came after the deadline."""
    return histogram[-1]
