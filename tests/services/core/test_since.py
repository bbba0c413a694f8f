"""Since when: spans, dates in the server's own zone, and what is neither."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.core import since
from services.core.since import UnclearMoment

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"), [("24h", 24), ("7d", 168), (" 7D ", 168), ("2w", 336), ("1mo", 720), ("1 y", 8760)]
)
def test_a_span_counts_back_from_now(text: str, hours: int) -> None:
    assert since.since(text, "UTC", NOW) == NOW - timedelta(hours=hours)


def test_a_date_begins_at_the_servers_midnight() -> None:
    assert since.since("2025-03-01", "America/Sao_Paulo", NOW) == datetime(2025, 3, 1, 3, tzinfo=UTC)


def test_a_span_longer_than_anything_of_ours_is_cut() -> None:
    assert since.since("9999y", "UTC", NOW).year == 2005


@pytest.mark.parametrize(
    "text",
    ["", "7", "d", "-7d", "7.5d", "1e3d", "99999d", "٧d", "2025-02-30", "0001-01-01", "9999-12-31", "7d7d", "`7d`"],
)
def test_what_is_neither_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UnclearMoment):
        since.since(text, "Pacific/Kiritimati", NOW)
