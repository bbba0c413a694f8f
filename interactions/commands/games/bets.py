"""/bet: coin, die and slot machine."""

from typing import Annotated, Literal

from interactions.components import Component, component
from interactions.context import Context
from interactions.declare import Cooldown, Option, command, group
from interactions.responses import Button, Card, Choice, Reply, Style, reply, whisper
from interactions.suggestions import share_of_balance
from interactions.ui import AMBER, GREEN, RED
from locales import Text, join, t
from services.core.amounts import Amount
from services.economy import rules, typed_amounts
from services.economy.settings import EconomySettings
from services.games import bets, draws
from services.games.bets import EDGE, SLOTS, Game, Outcome
from services.games.draws import Side

# Shared by all bets, from commands and buttons: faster than any hand, slower than an auto-clicker.
PACE = Cooldown(10, 30, "bet")

group("bet", "Try your luck")


async def stakes(ctx: Context, typed: str) -> list[Choice]:
    """Suggest the typed amount, or the largest bet and half of it."""
    if typed.strip():
        return await share_of_balance(ctx, typed)
    most = await bets.allowed(ctx.guild_id, ctx.member.id, bets.coinflip(Side.HEADS))
    shares = [("half", t("half of the limit: {coins}", coins=most // 2), most // 2)]
    shares.insert(0, ("all", t("the limit: {coins}", coins=most), most))
    return [Choice(label, value) for value, label, coins in shares if coins]


@command("bet coinflip", "Bet on heads or tails: pays twice your stake", cooldown=PACE, writes=True)
async def coinflip(
    ctx: Context,
    amount: Annotated[str, Option("For example 50 or 1.5k; all bets the most you can", max=40, autocomplete=stakes)],
    side: Annotated[Literal["heads", "tails"], Option("Which side you bet on")],
) -> Reply:
    return await _play(ctx, bets.coinflip(Side(side)), await typed_amounts.parse(ctx.guild_id, amount, ctx.locale))


@command("bet dice", "Bet on one number of a die: pays six times your stake", cooldown=PACE, writes=True)
async def dice(
    ctx: Context,
    amount: Annotated[str, Option("For example 50 or 1.5k; all bets the most you can", max=40, autocomplete=stakes)],
    number: Annotated[int, Option("Which number you bet on", min=1, max=6)],
) -> Reply:
    return await _play(ctx, bets.dice(number), await typed_amounts.parse(ctx.guild_id, amount, ctx.locale))


@command("bet slots", "Spin three reels: pays up to 500 times your stake", cooldown=PACE, writes=True)
async def slots(
    ctx: Context,
    amount: Annotated[str, Option("For example 50 or 1.5k; all bets the most you can", max=40, autocomplete=stakes)],
) -> Reply:
    return await _play(ctx, SLOTS, await typed_amounts.parse(ctx.guild_id, amount, ctx.locale))


@command("bet odds", "See what each bet pays and how often it wins", ephemeral=True)
async def odds(ctx: Context) -> Reply:
    settings = await rules.of(ctx.guild_id)
    coin = t(
        "**Coin**: pays ×{pays}. Each side comes up 39 times in 80. Twice in 80 it lands on its edge, and you lose.",
        pays=draws.COIN_PAYS,
    )
    die = t(
        "**Die**: pays ×{pays}. Each number comes up 39 times in 240. Six times in 240 it lands on an edge, and you "
        "lose.",
        pays=draws.DIE_PAYS,
    )
    two = t("{signs} two of a kind: ×{pays}", signs=draws.LUCKY * 2, pays=draws.TWO_PAY)
    three = [f"{sign * 3} ×{pays}" for sign, pays in draws.THREE_PAY.items()]
    reel = " ".join(f"{sign}×{often}" for sign, often in draws.REEL.items())
    reels = t("Symbols on each of the three reels: {reel}", reel=reel)
    returns = t("In the long run, the coin and the die return 97.5% of all stakes, and the slots 97.46%.")
    return whisper(Card(t("Odds"), [coin, die, join([t("**Slots**"), *three, two, reels]), returns, _rule(settings)]))


@component("/bet/coinflip/{side}/{stake:int}", cooldown=PACE, writes=True)
async def flip_again(ctx: Context, side: Side, stake: int) -> Reply:
    return await _play(ctx, bets.coinflip(side), Amount(stake))


@component("/bet/dice/{number:int}/{stake:int}", cooldown=PACE, writes=True)
async def roll_again(ctx: Context, number: int, stake: int) -> Reply:
    return await _play(ctx, bets.dice(number), Amount(stake))


@component("/bet/slots/{stake:int}", cooldown=PACE, writes=True)
async def spin_again(ctx: Context, stake: int) -> Reply:
    return await _play(ctx, SLOTS, Amount(stake))


async def _play(ctx: Context, game: Game, amount: Amount) -> Reply:
    played = await bets.bet(ctx.guild_id, ctx.member.id, game, amount, key=ctx.key)
    # A new message each time, so that earlier results stay visible.
    return reply(_card(ctx, played), [_again(played)])


def _card(ctx: Context, played: Outcome) -> Card:
    won = played.payout > 0
    words = {"stake": played.stake, "payout": played.payout, "symbol": played.symbol, "balance": played.balance}
    if won:
        result = t("You win **{payout}** {symbol} and now have **{balance}**.", **words)
    else:
        result = t("You lose **{stake}** {symbol} and now have **{balance}**.", **words)
    title = t("You won!") if won else t("You lost")
    said = t(
        "{member} bet **{stake}** {symbol}{choice}.", member=ctx.member.mention, choice=_choice(played.game), **words
    )
    receipt = t("Receipt #{number}", number=str(played.number))
    return Card(
        title, [said, _fall(played), result], receipt, (AMBER if played.fall.pays > 2 else GREEN) if won else RED
    )


def _choice(game: Game) -> Text | str:
    if game.name == "coinflip":
        return t(" on {side}", side=_SIDES[game.choice])
    return t(" on {number}", number=game.choice) if game.choice else ""


def _fall(played: Outcome) -> Text:
    fell = played.fall.shown
    match played.game.name:
        case "coinflip":
            return t("## 🪙 {side}", side=_SIDES[fell])
        case "dice":
            return t("## 🎲 {number}", number=_SIDES[EDGE] if fell == EDGE else fell)
    return t("## {reels}", reels=fell)


_SIDES = {Side.HEADS: t("heads"), Side.TAILS: t("tails"), EDGE: t("on its edge")}


def _again(played: Outcome) -> Button:
    stake, game = {"stake": played.stake}, played.game
    to, params = _AGAIN[game.name]
    return Button(t("Play again"), to, {**stake, **({params: game.choice} if params else {})}, Style.PRIMARY)


_AGAIN: dict[str, tuple[Component, str]] = {
    "coinflip": (flip_again, "side"),
    "dice": (roll_again, "number"),
    "slots": (spin_again, ""),
}


def _rule(settings: EconomySettings) -> Text:
    if not settings.betting:
        return t("Betting is off in this server.")
    words = {"percent": settings.bet_percent, "most": settings.bet_most, "symbol": settings.symbol}
    if settings.bet_most:
        return t("A bet can be up to {percent}% of your coins, and at most {most} {symbol}.", **words)
    return t("A bet can be up to {percent}% of your coins.", **words)
