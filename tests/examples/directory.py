"""Examples of servers and their members."""

from __future__ import annotations

from playground.world.cast import ALICE, BOB
from services.core.transactions import rows
from tests.support.examples import TEXTS_FROM, Examples, Whose


async def _guild(whose: Whose) -> int:
    return whose.guild_id


async def _user(whose: Whose) -> int:
    return whose.user_id


async def _member(_whose: Whose) -> str:
    return str(ALICE)  # in both servers


async def _write(guild_id: int, user_id: int, text: str) -> None:
    await rows("INSERT INTO users (discord_id, username) VALUES ($1, $2)", user_id, text[:32])
    await rows(
        "INSERT INTO user_guild_data (guild_id, user_id, name, last_seen_at) VALUES ($1, $2, $3, now())",
        guild_id, user_id, text[:32].lower(),
    )  # fmt: skip


EXAMPLES = Examples(
    in_paths={"guild_id": _guild, "user_id": _user},
    in_bodies={"user_id": _member},
    pages=["", "?tour=1", "/health", "/members", "/members?search=zzz", f"/members/{BOB}"],
    text_pages=["", "/members?sort=seen", "/members?sort=name", f"/members/{TEXTS_FROM}"],
    write=_write,
)
