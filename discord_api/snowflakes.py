"""Snowflakes, Discord's ids: 64 bits, of which the upper 42 are the creation time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""The moment from which Discord counts milliseconds."""

HIGHEST = (1 << 63) - 1
"""The largest id that fits a signed 64-bit column; Discord's own stay below it until the year 2084."""

_MILLISECOND = timedelta(milliseconds=1)
_TIME_SHIFT = 22


def made_at(snowflake: int) -> datetime:
    """The creation time of the object with this id, to the millisecond."""
    return EPOCH + (snowflake >> _TIME_SHIFT) * _MILLISECOND


def first_at(moment: datetime) -> int:
    """The smallest id of this moment, as a bound for queries like "everything since"."""
    return max(0, (moment - EPOCH) // _MILLISECOND) << _TIME_SHIFT


def age(snowflake: int, now: datetime) -> timedelta:
    """The age of an id; never negative, because clocks may differ slightly."""
    return max(timedelta(), now - made_at(snowflake))
