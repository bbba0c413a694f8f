"""Members' earnings, daily pay and work, and their accounts."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from locales import t
from models import AccountKind
from services.core import clock
from services.core.errors import Conflict
from services.core.transactions import rows, transaction
from services.economy import ledger, paydays, rules
from services.economy.ledger import HeldAccount, LockedAccounts, Move
from services.economy.paydays import LastPay

_LAST_DAILY = """
SELECT t.id, t.details ->> 'zone' AS zone FROM postings p JOIN transfers t ON t.id = p.transfer_id
 WHERE p.guild_id = $1 AND p.account_id = $2 AND t.kind = 'daily' ORDER BY p.seq DESC LIMIT 1"""
_STANDING = """
SELECT g.config -> 'economy' AS settings, e.balance, e.daily_streak, e.frozen_at
  FROM (SELECT $1::bigint AS guild_id, $2::bigint AS user_id) who
  LEFT JOIN guilds g ON g.discord_id = who.guild_id
  LEFT JOIN user_economy e ON e.guild_id = who.guild_id AND e.kind = 'wallet' AND e.user_id = who.user_id"""


UseSaver = Callable[[int, int], Awaitable[bool]]  # uses up a member's streak saver; False if they have none


class TooEarly(Conflict):
    """It is too soon since the last pay; the text says when."""


@dataclass(frozen=True, slots=True)
class MemberAccount:
    """One member's balance and streak."""

    balance: int
    streak: int
    frozen: bool
    symbol: str


@dataclass(frozen=True, slots=True)
class Pay:
    """Coins earned, and when the next pay is due."""

    number: int
    coins: int
    balance: int
    again: datetime
    symbol: str
    streak: int = 0
    saved: bool = False


async def account(guild_id: int, user_id: int) -> MemberAccount:
    """A member's account; zero for someone who never earned."""
    (row,) = await rows(_STANDING, guild_id, user_id)
    symbol = rules.read(row["settings"]).symbol
    return MemberAccount(row["balance"] or 0, row["daily_streak"] or 0, row["frozen_at"] is not None, symbol)


async def daily(
    guild_id: int, user_id: int, *, key: str, now: datetime | None = None, use_saver: UseSaver | None = None
) -> Pay:
    """Pay once per calendar day of the guild; a streak pays more, and one missed day can be saved.

    docs/decisions/0007-a-day-of-pay.md defines a day when the time zone changes.
    """
    now = now or clock.now()
    async with transaction():
        settings = await rules.of(guild_id)
        books = await ledger.hold(guild_id, AccountKind.MINT, user_id)
        wallet = books[user_id]
        last = await _last_pay(guild_id, wallet)
        if last and now < (opens := last.opens(settings.zone)):
            raise TooEarly(
                t(
                    "You've already collected today's coins: receipt #{number}. You can collect more <t:{again}:R>.",
                    number=str(last.number),
                    again=_stamp(opens),
                )
            )
        missed = last.missed(now, settings.zone) if last else None
        streak, saved = await _streak(guild_id, user_id, missed, wallet.daily_streak, use_saver)
        coins = settings.daily + settings.streak_bonus(streak)
        number, balance = await _earn(books, user_id, coins, "daily", key, {"zone": settings.zone})
        await rows(
            "UPDATE user_economy SET daily_streak = $2, last_daily = $3, daily_period = $4 WHERE id = $1",
            wallet.id,
            streak,
            now,
            now.astimezone(ZoneInfo(settings.zone)).date(),
        )
    again = paydays.next_midnight(now, settings.zone)
    return Pay(number, coins, balance, again, settings.symbol, streak, saved)


async def work(guild_id: int, user_id: int, *, key: str, now: datetime | None = None) -> Pay:
    """Pay a random amount between the guild's bounds, at most once per work interval."""
    now = now or clock.now()
    async with transaction():
        settings = await rules.of(guild_id)
        pause = timedelta(minutes=settings.work_minutes)
        books = await ledger.hold(guild_id, AccountKind.MINT, user_id)
        wallet = books[user_id]
        if wallet.last_work and wallet.last_work + pause > now:
            raise TooEarly(
                t("You need a break. You can work again <t:{again}:R>.", again=_stamp(wallet.last_work + pause))
            )
        coins = settings.work_least + secrets.randbelow(settings.work_most - settings.work_least + 1)
        number, balance = await _earn(books, user_id, coins, "work", key, {})
        await rows("UPDATE user_economy SET last_work = $2 WHERE id = $1", wallet.id, now)
    return Pay(number, coins, balance, now + pause, settings.symbol)


async def _last_pay(guild_id: int, wallet: HeldAccount) -> LastPay | None:
    """The latest daily pay of someone who has been paid."""
    if wallet.last_daily is None:
        return None
    (row,) = await rows(_LAST_DAILY, guild_id, wallet.id)
    return LastPay(row["id"], wallet.last_daily, row["zone"] or "")


async def _earn(
    books: LockedAccounts, user_id: int, coins: int, kind: str, key: str, details: Mapping[str, str]
) -> tuple[int, int]:
    if coins == 0:
        raise Conflict(t("This server doesn't pay for that."))
    moves = [Move(AccountKind.MINT, user_id, coins)]
    entry = await ledger.post(books, moves, key=key, kind=kind, actor_id=user_id, details=details)
    return entry.number, entry.balances[user_id]


async def _streak(
    guild_id: int, user_id: int, missed: int | None, streak: int, use_saver: UseSaver | None
) -> tuple[int, bool]:
    """The streak including today, and whether a streak saver was used; `missed` is None for a first pay."""
    if missed is None:
        return 1, False
    if missed == 0:
        return streak + 1, False
    if missed == 1 and use_saver and await use_saver(guild_id, user_id):
        return streak + 1, True
    return 1, False


def _stamp(moment: datetime) -> str:
    # One second later, so that trying at exactly the shown time works.
    return str(int(moment.timestamp()) + 1)
