"""Refresh tokens that are older, refused, or noted in the audit log."""

from __future__ import annotations

from services.core.transactions import rows
from services.identity import token_families
from services.identity.refresh_tokens import Invalid, rotate

USED = "SELECT count(*) FILTER (WHERE used_at IS NULL)::int AS unused, count(*)::int AS tokens FROM refresh_tokens"


async def pass_time(interval: str) -> None:
    """Everything that was stored is that much older."""
    await rows(
        "UPDATE refresh_families SET created_at = created_at - $1::text::interval,"
        " expires_at = expires_at - $1::text::interval",
        interval,
    )
    await rows(
        "UPDATE refresh_tokens SET used_at = used_at - $1::text::interval,"
        " expires_at = expires_at - $1::text::interval",
        interval,
    )
    token_families._living.clear()


async def events() -> list[str]:
    return [row["action"] for row in await rows("SELECT action FROM audit_log ORDER BY id")]


async def refused(token: str) -> bool:
    try:
        await rotate(token)
    except Invalid:
        return True
    return False
