"""Column types that our tables share."""

from __future__ import annotations

from typing import Any

from tortoise import fields


class SnowflakeKey(fields.BigIntField):
    """A Discord id as primary key: never made by the database."""

    def __init__(self, primary_key: bool | None = None, **kwargs: Any) -> None:
        # Without this every later `makemigrations` would want to drop and add the column (tortoise #2176).
        if primary_key:
            kwargs["generated"] = False
        super().__init__(primary_key=primary_key, **kwargs)
