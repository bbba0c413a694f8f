"""Bets: stake, draw and payout in one transfer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from locales import t
from models import AccountKind
from services.core.amounts import LARGEST, Amount
from services.core.errors import Conflict
from services.core.transactions import transaction
from services.economy import earnings, ledger, rules
from services.economy.ledger import Move
from services.economy.settings import EconomySettings
from services.games import draws
from services.games.draws import Side

EDGE = "edge"  # shown when the server wins


class BetRefused(Conflict):
    """This bet can't be placed; the text says which one could."""


@dataclass(frozen=True, slots=True)
class BetResult:
    """The result of a game: what was drawn, and how many times the stake it pays."""

    shown: str
    pays: int


@dataclass(frozen=True, slots=True)
class Game:
    """One game with the player's choice; `most` is its largest payout, in stakes."""

    name: str
    choice: str
    most: int
    play: Callable[[], BetResult]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A bet that was played."""

    game: Game
    fall: BetResult
    stake: int
    payout: int
    number: int
    balance: int
    symbol: str


def coinflip(side: Side) -> Game:
    """A coin that pays twice the stake for the right side."""

    def play() -> BetResult:
        fell = draws.flip()
        return BetResult(fell or EDGE, draws.COIN_PAYS if fell is side else 0)

    return Game("coinflip", side, draws.COIN_PAYS, play)


def dice(number: int) -> Game:
    """A die that pays six times the stake for the right number."""

    def play() -> BetResult:
        fell = draws.roll()
        return BetResult(str(fell or EDGE), draws.DIE_PAYS if fell == number else 0)

    return Game("dice", str(number), draws.DIE_PAYS, play)


def _spin() -> BetResult:
    reels = draws.spin()
    return BetResult("".join(reels), draws.pays(reels))


SLOTS = Game("slots", "", draws.SLOTS_PAY, _spin)


async def bet(guild_id: int, user_id: int, game: Game, amount: Amount, *, key: str) -> Outcome:
    """Play once: stake, draw and payout happen in one transfer, or nothing does."""
    async with transaction():
        settings = await rules.of(guild_id)
        if not settings.betting:
            raise BetRefused(t("Betting is off in this server."))
        books = await ledger.hold(guild_id, user_id, AccountKind.MINT, AccountKind.SINK)
        stake = _stake(amount, largest(settings, books[user_id].balance, game), settings)
        fall = game.play()
        payout = stake * fall.pays
        moves = [Move(user_id, AccountKind.SINK, stake)]
        moves += [Move(AccountKind.MINT, user_id, payout)] if payout else []
        details = {
            "game": game.name,
            "choice": game.choice,
            "fell": fall.shown,
            "stake": stake,
            "payout": payout,
        }
        entry = await ledger.post(
            books, moves, key=key, kind="bet", actor_id=user_id, reason=_words(game, fall), details=details
        )
    return Outcome(game, fall, stake, payout, entry.number, entry.balances[user_id], settings.symbol)


async def allowed(guild_id: int, user_id: int, game: Game) -> int:
    """The most a member can bet now."""
    settings = await rules.of(guild_id)
    if not settings.betting:
        return 0
    return largest(settings, (await earnings.account(guild_id, user_id)).balance, game)


def largest(settings: EconomySettings, balance: int, game: Game) -> int:
    """The largest stake within the guild's limit whose payout the ledger can still hold."""
    return min(settings.largest_bet(balance), LARGEST // game.most)


def _stake(amount: Amount, most: int, settings: EconomySettings) -> int:
    if not most:
        least = -(-100 // settings.bet_percent)
        raise BetRefused(
            t("You need at least {least} {symbol} to bet in this server.", least=least, symbol=settings.symbol)
        )
    # A fraction is of the largest bet: `all` means the most that may be bet.
    stake = amount.of(most)
    if stake > most:
        raise BetRefused(
            t("Your largest possible bet right now is **{most}** {symbol}.", most=most, symbol=settings.symbol)
        )
    return stake


def _words(game: Game, fall: BetResult) -> str:
    """The outcome for statements, in symbols rather than words because every language reads it."""
    return f"{game.name}: {game.choice} → {fall.shown}" if game.choice else f"{game.name}: {fall.shown}"
