"""REST: where the gateway would be. The playground has none, and names an address of its own where nothing answers."""

from __future__ import annotations

from playground.rest.calls import Call
from playground.world.entities import Json

_SESSIONS_A_DAY = 1000


async def show(call: Call) -> Json:
    # Not Discord's own address: a client that connects would send the playground's token there.
    return {"url": call.state.origin_url.replace("http", "ws", 1) + "/gateway"}


async def show_for_bot(call: Call) -> Json:
    """The same, with how many shards are advised and how often one may connect."""
    sessions = {"total": _SESSIONS_A_DAY, "remaining": _SESSIONS_A_DAY, "reset_after": 0, "max_concurrency": 1}
    return await show(call) | {"shards": 1, "session_start_limit": sessions}
