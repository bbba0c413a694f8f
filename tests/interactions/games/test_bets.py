"""/bet, as people play it."""

from __future__ import annotations

import asyncio

import pytest

from interactions.commands.games import bets
from playground.client.acting import Play
from playground.world.cast import ALICE as MENDER
from playground.world.cast import BOB as DEBTOR
from playground.world.cast import HARBOUR
from services.games import draws
from services.games.draws import Draw, Side
from tests.support.bot import ALICE, BOB, GUILD, Bot
from tests.support.coins import balance, give
from tests.support.rules import rule

# The app connects while it already answers; what is looked up here must not be earlier than that.
pytestmark = pytest.mark.usefixtures("unhurried", "database")


@pytest.fixture
def heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A coin that always shows heads."""

    def flip(draw: Draw = lambda _bound: 1) -> Side:
        return Side.HEADS

    monkeypatch.setattr(draws, "flip", flip)


async def test_a_bet_is_a_public_card_with_result_balance_and_receipt(bot: Bot, database: str, heads: None) -> None:
    await give(ALICE, 1000)
    won = await bot.slash("bet coinflip", amount="100", side="heads")
    assert not won.private
    for words in (
        "You won!",
        "bet **100** 🪙 on heads",
        "## 🪙 heads",
        "You win **200** 🪙 and now have **1,100**",
        "Receipt #",
    ):
        assert words in won.content
    lost = await bot.slash("bet coinflip", amount="100", side="tails")
    assert "You lose **100** 🪙 and now have **1,000**." in lost.content


async def test_every_bet_plays_again_for_the_same_stake(bot: Bot, database: str) -> None:
    await give(ALICE, 100_000)
    for command, more in (("coinflip", {"side": "tails"}), ("dice", {"number": 3}), ("slots", {})):
        first = await bot.slash(f"bet {command}", amount="50", **more)
        again = await bot.press(first.button("Play again"), on=first)
        assert again.type == 4, "the first result stays where it is"
        assert first.content.splitlines()[1] == again.content.splitlines()[1]
        assert "bet **50**" in again.content


async def test_play_again_asks_the_rules_of_now(bot: Bot, database: str, heads: None) -> None:
    await give(ALICE, 1000)
    lost = await bot.slash("bet coinflip", amount="100", side="tails")
    assert "largest possible bet right now is **90**" in (await bot.press(lost.button("Play again"), on=lost)).content
    await give(ALICE, 100)
    await rule(GUILD, betting=False)
    assert "Betting is off" in (await bot.press(lost.button("Play again"), on=lost)).content
    assert await balance(ALICE) == 1000


async def test_nobody_bets_with_somebody_else_s_button(bot: Bot, database: str) -> None:
    await give(ALICE, 1000)
    await give(BOB, 1000)
    first = await bot.slash("bet slots", amount="10")
    before = await balance(ALICE)
    assert (await bot.press(first.button("Play again"), by=BOB, on=first)).private
    assert (await balance(ALICE), await balance(BOB)) == (before, 1000)


async def test_the_same_bet_delivered_ten_times_at_once_is_played_once(bot: Bot, database: str) -> None:
    await give(ALICE, 1000)
    payload = bot.command("bet slots", amount="100")
    answers = await asyncio.gather(*(bot.send(payload) for _ in range(10)))
    assert len({answer.content for answer in answers}) == 1


async def test_a_clicking_program_is_slowed_down_by_command_and_button_together(bot: Bot, database: str) -> None:
    await give(ALICE, 100_000)
    first = await bot.slash("bet slots", amount="1")
    clicks = [bot.press(first.button("Play again"), on=first) for _ in range(12)]
    typed = [bot.slash("bet coinflip", amount="1", side="heads") for _ in range(3)]
    answers = [first, *await asyncio.gather(*clicks, *typed)]
    assert sum(not answer.private for answer in answers) == bets.PACE.uses
    assert all("Not so fast" in answer.content for answer in answers if answer.private)


async def test_what_is_typed_as_a_stake_is_suggested_with_the_largest_there_is(bot: Bot, database: str) -> None:
    await give(ALICE, 1005)
    empty = await bot.complete("bet slots", "amount", "")
    assert [choice["name"] for choice in empty.choices] == ["the limit: 100", "half of the limit: 50"]
    assert [choice["value"] for choice in empty.choices] == ["all", "half"]
    assert (await bot.complete("bet slots", "amount", "1.5k")).choices[0]["name"] == "1,500 coins"
    assert (await bot.complete("bet slots", "amount", "", by=BOB)).choices == []


async def test_the_odds_are_open_to_everyone_and_name_the_rule(bot: Bot, database: str) -> None:
    await rule(GUILD, bet_percent=25, bet_most=4000)
    odds = await bot.slash("bet odds")
    assert odds.private
    for words in ("39 times in 80", "🍒🍒🍒 ×4", "💎💎💎 ×500", "97.46%", "25%", "4,000"):
        assert words in odds.content


@pytest.mark.parametrize("number", [0, 7, -1, 2**53])
async def test_a_die_has_six_numbers(bot: Bot, database: str, number: int) -> None:
    await give(ALICE, 1000)
    assert (await bot.slash("bet dice", amount="10", number=number)).private
    assert await balance(ALICE) == 1000


async def test_bets_are_as_discord_shows_them(play: Play) -> None:
    await give(MENDER, 10_000, HARBOUR)
    for command, more in (("coinflip", {"side": "heads"}), ("dice", {"number": 6}), ("slots", {})):
        played = await play.slash(f"bet {command}", as_=MENDER, amount="all", **more)
        assert (played.failed, played.labels) == (None, ["Play again"])
        assert (await play.press(played, "Play again", as_=DEBTOR)).ephemeral
    assert (await play.slash("bet odds", as_=MENDER)).failed is None
