"""The coins on a member's profile."""

from __future__ import annotations

from typing import NamedTuple

from services.core.profile_parts import ProfilePart
from services.economy import earnings, leaderboard
from services.economy.earnings import MemberAccount
from services.economy.leaderboard import Rank


class Coins(NamedTuple):
    """A member's account, and their rank if they have coins."""

    account: MemberAccount
    rank: Rank | None


async def _load(guild_id: int, user_id: int) -> Coins:
    account = await earnings.account(guild_id, user_id)
    return Coins(account, await leaderboard.rank(guild_id, account.balance) if account.balance else None)


COINS = ProfilePart(_load)
