"""Random draws of a coin, a die and three reels, and their payouts.

Every game returns slightly less than is staked, through its odds and never by rounding: a coin or die rarely lands on
its edge and the server wins, and every payout is a whole multiple of the stake. So the house edge is the same for
one coin as for a million: 2.5 % for coin and die, 2.54 % for the reels.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum

Draw = Callable[[int], int]  # a uniformly random integer from 0 up to, but not including, its argument


class Side(StrEnum):
    """The sides of a coin."""

    HEADS = "heads"
    TAILS = "tails"


COIN_PAYS, DIE_PAYS = 2, 6  # multiple of the stake, including the stake
FACES = 6
_COIN, _DIE = 80, 240  # equally likely results; one in 40 is the edge

# One reel: its symbols, and how often each occurs.
REEL: Mapping[str, int] = {"🍒": 5, "🍋": 4, "🍇": 3, "🔔": 2, "⭐": 1, "💎": 1}
_STOPS = [sign for sign, often in REEL.items() for _ in range(often)]
THREE_PAY: Mapping[str, int] = {"🍒": 4, "🍋": 7, "🍇": 12, "🔔": 40, "⭐": 250, "💎": 500}
LUCKY = "🍒"
TWO_PAY = 2  # for two cherries
SLOTS_PAY = max(THREE_PAY.values())


def flip(draw: Draw = secrets.randbelow) -> Side | None:
    """The side a coin lands on; None for its edge."""
    fell = draw(_COIN)
    if fell >= _COIN - 2:
        return None
    return Side.HEADS if fell % 2 else Side.TAILS


def roll(draw: Draw = secrets.randbelow) -> int | None:
    """The number a die shows; None for an edge."""
    fell = draw(_DIE)
    return None if fell >= _DIE - 6 else fell % FACES + 1


def spin(draw: Draw = secrets.randbelow) -> tuple[str, str, str]:
    """The symbols at which three reels stop."""
    first, second, third = (_STOPS[draw(len(_STOPS))] for _ in range(3))
    return first, second, third


def pays(reels: tuple[str, str, str]) -> int:
    """The payout of three reels as a multiple of the stake."""
    if len(set(reels)) == 1:
        return THREE_PAY[reels[0]]
    return TWO_PAY if reels.count(LUCKY) == 2 else 0
