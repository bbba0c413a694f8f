"""What an id says about time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from discord_api import snowflakes


def test_the_id_of_discords_own_example_tells_its_moment() -> None:
    assert snowflakes.made_at(175928847299117063) == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)


@given(st.datetimes(datetime(2015, 1, 1), datetime(2083, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_first_id_of_a_moment_is_not_made_after_it_and_the_one_before_is(moment: datetime) -> None:
    first = snowflakes.first_at(moment)
    assert timedelta() <= moment - snowflakes.made_at(first) < timedelta(milliseconds=1)
    assert first == 0 or snowflakes.made_at(first - 1) < snowflakes.made_at(first)
    assert first <= snowflakes.HIGHEST


def test_a_moment_before_discord_has_the_smallest_id() -> None:
    assert snowflakes.first_at(datetime(2001, 1, 1, tzinfo=UTC)) == 0


def test_an_id_from_a_clock_that_runs_ahead_is_not_younger_than_nothing() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert snowflakes.age(snowflakes.first_at(now + timedelta(seconds=3)), now) == timedelta()
    assert snowflakes.age(snowflakes.first_at(now - timedelta(days=1)), now) == timedelta(days=1)
