"""REST: the gateway's address. The playground has no gateway, so nothing answers there."""

from __future__ import annotations

from playground.rest.calls import Call
from playground.world.entities import Json

_SESSIONS_A_DAY = 1000


async def show(call: Call) -> Json:
    # Never Discord's real address, or a client that connects would send it the playground's token.
    return {"url": call.state.origin_url.replace("http", "ws", 1) + "/gateway"}


async def show_for_bot(call: Call) -> Json:
    """The gateway's address with the recommended number of shards and the session limits."""
    sessions = {"total": _SESSIONS_A_DAY, "remaining": _SESSIONS_A_DAY, "reset_after": 0, "max_concurrency": 1}
    return await show(call) | {"shards": 1, "session_start_limit": sessions}
