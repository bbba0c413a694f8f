"""Examples of the audit log."""

from __future__ import annotations

from services.core.transactions import rows
from tests.support.examples import Examples


async def _write(guild_id: int, user_id: int, text: str) -> None:
    await rows(
        "INSERT INTO audit_log (guild_id, actor_id, action, target, details, request_id, created_at)"
        " VALUES ($1, $2, 'economy.grant', $3, jsonb_build_object('reason', $4::text), '', now())",
        guild_id, user_id, text[:32], text,
    )  # fmt: skip


EXAMPLES = Examples(pages=["/audit-log"], text_pages=["/audit-log"], write=_write)
