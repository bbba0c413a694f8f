"""Rows as dataclasses: columns by name, enums and JSON read, and no column lost or invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from models import AccountKind
from services.core.transactions import fetch, select


@dataclass(frozen=True, slots=True)
class _Account:
    kind: AccountKind
    details: Mapping[str, Any] | None
    coins: int


async def test_a_row_becomes_a_dataclass_by_the_names_of_its_columns(database: str) -> None:
    sql = "SELECT $1::bigint AS coins, 'wallet' AS kind, $2::jsonb AS details"
    (found,) = await fetch(_Account, sql, 5, '{"payee": 7}')
    assert found == _Account(AccountKind.WALLET, {"payee": 7}, 5)
    (found,) = await fetch(_Account, sql, 5, None)
    assert found.details is None


@pytest.mark.parametrize(
    "columns", ["'wallet' AS kind, NULL AS details", "1 AS coins, 'wallet' AS kind, NULL AS details, 2 AS more"]
)
async def test_a_missing_or_unknown_column_is_an_error(database: str, columns: str) -> None:
    with pytest.raises((TypeError, KeyError)):
        await fetch(_Account, f"SELECT {columns}")


def test_a_statement_begins_with_exactly_the_columns_of_its_dataclass() -> None:
    assert select(_Account, "a") == "SELECT a.kind, a.details, a.coins"
