"""Which language a person or a server has chosen; Discord's own setting counts where they have not."""

from __future__ import annotations

import asyncio
import time

from services.transactions import rows

PATIENCE = 0.3  # seconds; the wrong language now is better than the right one too late
REMEMBERED = 30  # seconds after which a change made in another process is seen
MOST = 50_000  # choices that are remembered at once

Choice = tuple[str | None, str | None]

_CHOSEN = """
SELECT (SELECT language FROM users WHERE discord_id = $1) AS member,
       (SELECT language FROM guilds WHERE discord_id = $2) AS guild"""
_CHOOSE_MEMBER = """
INSERT INTO users (discord_id, username, language) VALUES ($1, $2, $3)
ON CONFLICT (discord_id) DO UPDATE SET language = excluded.language"""


class _Remembered:
    """What was looked up lately; all of it is forgotten together, which costs nothing on the way."""

    def __init__(self) -> None:
        self.choices: dict[tuple[int, int], Choice] = {}
        self.until = 0.0

    def get(self, key: tuple[int, int]) -> Choice | None:
        if time.monotonic() > self.until or len(self.choices) > MOST:
            self.forget()
        return self.choices.get(key)

    def forget(self) -> None:
        self.choices.clear()
        self.until = time.monotonic() + REMEMBERED


_remembered = _Remembered()


def forget() -> None:
    """Look every choice up again."""
    _remembered.forget()


async def chosen(user_id: int, guild_id: int) -> Choice:
    """The member's and the guild's choice; no choice where none was made, or where the database does not answer."""
    key = (user_id, guild_id)
    if (known := _remembered.get(key)) is not None:
        return known
    try:
        async with asyncio.timeout(PATIENCE):
            (row,) = await rows(_CHOSEN, user_id, guild_id)
    except Exception:  # whatever is wrong with the database will be told by what really needs it
        return None, None
    _remembered.choices[key] = choice = row["member"], row["guild"]
    return choice


async def choose_for_member(user_id: int, username: str, language: str | None) -> None:
    """From now on, private answers to this person are in `language`; None follows Discord."""
    await rows(_CHOOSE_MEMBER, user_id, username, language)
    forget()
