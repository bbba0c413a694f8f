"""The members that the tests of their pages are about, and where those pages are."""

from __future__ import annotations

from playground.world.cast import ALICE, BOB, HARBOUR
from services.core.transactions import rows

PLACE = f"/servers/{HARBOUR}"
HIS = f"{PLACE}/members/{BOB}"


async def known() -> None:
    """Alice and Bob have used a command here."""
    for user_id, name in ((ALICE, "alice.moreau"), (BOB, "bobcastell")):
        await rows("INSERT INTO users (discord_id, username) VALUES ($1, $2)", user_id, name)
        await rows(
            "INSERT INTO user_guild_data (guild_id, user_id, name, last_seen_at) VALUES ($1, $2, $3, now())",
            HARBOUR, user_id, name,
        )  # fmt: skip
