"""A key never does more than its creator may do now; another admin can take it over."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from locales import t
from services.core import audit
from services.core.errors import Forbidden, NotFound
from services.core.transactions import rows, transaction
from services.identity import api_keys, authority
from services.identity.api_keys import ApiKey
from services.identity.authority import AuthorityUnknown, Role

_SUSPEND = "UPDATE api_keys SET suspended_at = now() WHERE id = $1 AND suspended_at IS NULL RETURNING id"
_RESUME = "UPDATE api_keys SET suspended_at = NULL WHERE id = $1 AND suspended_at IS NOT NULL RETURNING id"
_HOLD = "SELECT created_by, name FROM api_keys WHERE guild_id = $1 AND id = $2 FOR UPDATE"
_TAKE_OVER = "UPDATE api_keys SET created_by = $2, suspended_at = NULL WHERE id = $1"


class Suspended(Forbidden):
    """The key's creator may no longer manage the server."""


async def check(key: ApiKey, *, fresh: bool) -> None:
    """Refuse a key whose creator may not manage the server: checked now if `fresh`, else at most a minute ago."""
    if await _suspended(key, fresh=fresh):
        raise Suspended(
            t(
                "This key is suspended because its creator can no longer manage the server. Another admin can take "
                "it over on the API keys page."
            )
        )


async def review(guild_id: int) -> Sequence[ApiKey]:
    """Every key of a guild, oldest first, after checking each creator."""
    keys = await api_keys.of(guild_id)
    with contextlib.suppress(AuthorityUnknown):  # then they are shown as last known
        await asyncio.gather(*(_suspended(key, fresh=False) for key in keys))
    return await api_keys.of(guild_id)


async def take_over(guild_id: int, actor_id: int, key_id: int, *, request_id: str = "") -> None:
    """Make the key act in this admin's name; its secret stays the same."""
    async with transaction():
        found = await rows(_HOLD, guild_id, key_id)
        if not found:
            raise NotFound(t("That key doesn't exist in this server."))
        if found[0]["created_by"] == actor_id:
            return
        await rows(_TAKE_OVER, key_id, actor_id)
        details = {"name": found[0]["name"]}
        await audit.record(guild_id, actor_id, "api_key.taken_over", str(key_id), details, request_id)


async def _suspended(key: ApiKey, *, fresh: bool) -> bool:
    """Whether the key is suspended; the start and end of a suspension are recorded."""
    # An erased creator has no id that Discord knows.
    held = await authority.role(key.guild_id, key.created_by, fresh=fresh) if key.created_by > 0 else Role.NOBODY
    suspended = held < Role.ADMIN
    if suspended is (key.suspended_at is None):
        async with transaction():
            if await rows(_SUSPEND if suspended else _RESUME, key.id):
                act = "api_key.suspended" if suspended else "api_key.resumed"
                await audit.record(key.guild_id, 0, act, str(key.id), {"name": key.name})
    return suspended
