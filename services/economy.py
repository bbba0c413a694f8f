"""What members earn: daily pay, work, and what they have."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from locales import t
from models import AccountKind, Effect
from services import economy_settings, inventory, ledger
from services.errors import Conflict
from services.ledger import Books, Move
from services.settings.economy import EconomySettings
from services.transactions import rows, transaction

_LAST_DAILY = """
SELECT t.id FROM postings p JOIN transfers t ON t.id = p.transfer_id
 WHERE p.guild_id = $1 AND p.account_id = $2 AND t.kind = 'daily' ORDER BY p.seq DESC LIMIT 1"""
_STANDING = """
SELECT g.config -> 'economy' AS settings, e.balance, e.daily_streak, e.frozen_at
  FROM (SELECT $1::bigint AS guild_id, $2::bigint AS user_id) who
  LEFT JOIN guilds g ON g.discord_id = who.guild_id
  LEFT JOIN user_economy e ON e.guild_id = who.guild_id AND e.kind = 'wallet' AND e.user_id = who.user_id"""


class NotYet(Conflict):
    """It was too short a time since the last one; the text says when."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one member has."""

    balance: int
    streak: int
    frozen: bool
    symbol: str


@dataclass(frozen=True, slots=True)
class Pay:
    """Coins that were earned, and when there are more."""

    number: int
    coins: int
    balance: int
    again: datetime
    symbol: str
    streak: int = 0
    saved: bool = False


async def standing(guild_id: int, user_id: int) -> Standing:
    """What a member has; nothing for someone who never earned."""
    (row,) = await rows(_STANDING, guild_id, user_id)
    symbol = economy_settings.read(row["settings"]).symbol
    return Standing(row["balance"] or 0, row["daily_streak"] or 0, row["frozen_at"] is not None, symbol)


async def daily(guild_id: int, user_id: int, *, key: str, now: datetime | None = None) -> Pay:
    """Pay once for each calendar day of the guild; a day in a row pays more, one missed day can be saved."""
    now = now or datetime.now(UTC)
    async with transaction():
        settings = await economy_settings.of(guild_id)
        today = now.astimezone(ZoneInfo(settings.zone)).date()
        again = _midnight(today + timedelta(days=1), settings)
        books = await ledger.hold(guild_id, AccountKind.MINT, user_id)
        wallet = books[user_id]
        if wallet.daily_period and wallet.daily_period >= today:
            # A changed time zone may put the paid day into the future: it is paid, so the day after it is next.
            again = _midnight(wallet.daily_period + timedelta(days=1), settings)
            raise NotYet(
                t(
                    "You had your daily coins already: receipt #{number}. There are more <t:{again}:R>.",
                    number=str(await _last_daily(guild_id, wallet.id)),
                    again=_stamp(again),
                )
            )
        streak, saved = await _streak(guild_id, user_id, wallet.daily_period, today, wallet.daily_streak)
        coins = settings.daily + settings.streak_bonus(streak)
        number, balance = await _earn(books, user_id, coins, "daily", key)
        await rows(
            "UPDATE user_economy SET daily_streak = $2, last_daily = $3, daily_period = $4 WHERE id = $1",
            wallet.id,
            streak,
            now,
            today,
        )
    return Pay(number, coins, balance, again, settings.symbol, streak, saved)


async def work(guild_id: int, user_id: int, *, key: str, now: datetime | None = None) -> Pay:
    """Pay a random amount between the guild's bounds, at most once in its working time."""
    now = now or datetime.now(UTC)
    async with transaction():
        settings = await economy_settings.of(guild_id)
        pause = timedelta(minutes=settings.work_minutes)
        books = await ledger.hold(guild_id, AccountKind.MINT, user_id)
        wallet = books[user_id]
        if wallet.last_work and wallet.last_work + pause > now:
            raise NotYet(
                t("You need a break. You can work again <t:{again}:R>.", again=_stamp(wallet.last_work + pause))
            )
        coins = settings.work_least + secrets.randbelow(settings.work_most - settings.work_least + 1)
        number, balance = await _earn(books, user_id, coins, "work", key)
        await rows("UPDATE user_economy SET last_work = $2 WHERE id = $1", wallet.id, now)
    return Pay(number, coins, balance, now + pause, settings.symbol)


async def _last_daily(guild_id: int, account_id: int) -> int:
    """The receipt of the newest daily pay; whoever was paid has one."""
    (row,) = await rows(_LAST_DAILY, guild_id, account_id)
    return int(row["id"])


async def _earn(books: Books, user_id: int, coins: int, kind: str, key: str) -> tuple[int, int]:
    if coins == 0:
        raise Conflict(t("There is no pay for that in this server."))
    entry = await ledger.post(books, [Move(AccountKind.MINT, user_id, coins)], key=key, kind=kind, actor_id=user_id)
    return entry.number, entry.balances[user_id]


async def _streak(guild_id: int, user_id: int, last: date | None, today: date, streak: int) -> tuple[int, bool]:
    """The length of the streak with today, and whether a streak saver was used up for it."""
    missed = (today - last).days - 1 if last else 0
    if missed == 0:
        return streak + 1, False
    if missed == 1 and await inventory.use_one(guild_id, user_id, Effect.STREAK_SAVER):
        return streak + 1, True
    return 1, False


def _midnight(day: date, settings: EconomySettings) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.zone))


def _stamp(moment: datetime) -> str:
    # One second later, so that trying at the shown time works.
    return str(int(moment.timestamp()) + 1)
