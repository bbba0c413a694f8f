"""/balance, /daily and /work."""

from typing import Annotated

from interactions.context import Context, Member
from interactions.declare import Option, command
from interactions.responses import Reply, reply, whisper
from locales import Text, n, t
from services.economy import earnings
from services.economy.earnings import Pay
from services.shop import inventory


@command("balance", "See how many coins you or someone else has", ephemeral=True)
async def balance(
    ctx: Context, member: Annotated[Member | None, Option("Whose coins; leave empty for your own")] = None
) -> Reply:
    who = member or ctx.member
    has = await earnings.account(ctx.guild_id, who.id)
    coins = {"coins": has.balance, "symbol": has.symbol}
    if who.id != ctx.member.id:
        return reply(t("{member} has **{coins}** {symbol}.", member=who.mention, **coins))
    frozen = t("\nYour wallet is frozen. An admin of this server can tell you why.") if has.frozen else ""
    return whisper(t("You have **{coins}** {symbol}.{frozen}", **coins, frozen=frozen))


@command("daily", "Collect your daily coins", writes=True)
async def daily(ctx: Context) -> Reply:
    pay = await earnings.daily(ctx.guild_id, ctx.member.id, key=ctx.key, use_saver=inventory.use_streak_saver)
    streak = n("Day {count} in a row.", "Day {count} in a row.", pay.streak)
    saved = t(" A streak saver kept your streak going.") if pay.saved else ""
    return reply(t("{paid}\n{streak}{saved}", paid=_paid(ctx, pay), streak=streak, saved=saved))


@command("work", "Work a shift to earn coins", writes=True)
async def work(ctx: Context) -> Reply:
    pay = await earnings.work(ctx.guild_id, ctx.member.id, key=ctx.key)
    return reply(_paid(ctx, pay))


def _paid(ctx: Context, pay: Pay) -> Text:
    return t(
        "{member} earned **{coins}** {symbol} and now has **{balance}**. Available again <t:{again}:R>.\n"
        "-# Receipt #{number}",
        member=ctx.member.mention,
        coins=pay.coins,
        symbol=pay.symbol,
        balance=pay.balance,
        again=str(int(pay.again.timestamp()) + 1),
        number=str(pay.number),
    )
