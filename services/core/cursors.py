"""Cursors for paged lists: the last row's sort key as opaque text."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from discord_api.snowflakes import HIGHEST
from locales import t
from services.core.errors import UserError


class BadCursor(UserError):
    """The cursor was not issued for this list."""


def packed(order: str, value: str | float, user_id: int) -> str:
    """The cursor for the end of a page."""
    return base64.urlsafe_b64encode(orjson.dumps([order, value, str(user_id)])).rstrip(b"=").decode()


def unpacked(cursor: str, order: str, kind: type) -> tuple[Any, int]:
    """The sort key in a cursor; BadCursor for anything this list did not issue."""
    try:
        said, value, user_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        number = int(user_id) if isinstance(user_id, str) and user_id.isascii() and user_id.isdigit() else -1
    except (ValueError, TypeError, binascii.Error) as error:
        raise _bad() from error
    whole = kind is not int or (isinstance(value, int) and abs(value) <= HIGHEST)
    if said != order or type(value) is not kind or not whole or not 0 <= number <= HIGHEST or "\0" in str(value):
        raise _bad()
    return value, number


def _bad() -> BadCursor:
    return BadCursor(t("That is not a valid position. Use `next` from the previous page, or leave out `after`."))
