"""/leaderboard, as people see it."""

from __future__ import annotations

from tests.support.bot import ALICE, BOB, CAROL, GUILD, Bot
from tests.support.coins import give


async def test_the_richest_have_medals_and_ones_own_place_stands_below(bot: Bot, database: str) -> None:
    for member, coins in ((ALICE, 1500), (BOB, 700), (CAROL, 700)):
        await give(member, coins)
    answer = await bot.slash("leaderboard", by=CAROL)
    assert not answer.private
    assert f"🥇 <@{ALICE}> · 1,500 🪙\n🥈 <@{BOB}> · 700 🪙\n🥈 <@{CAROL}> · 700 🪙" in answer.content
    assert f"<@{CAROL}>: #2 with 700 🪙" in answer.content
    assert answer.data["allowed_mentions"] == {"parse": [], "users": []}
    assert answer.components == []


async def test_an_empty_leaderboard_says_how_to_begin(bot: Bot, database: str) -> None:
    answer = await bot.slash("leaderboard", by=ALICE)
    assert "Start with `/daily`" in answer.content
    assert f"<@{ALICE}> has no coins yet." in answer.content


async def test_pages_are_turned_by_the_one_who_asked(bot: Bot, database: str) -> None:
    for n in range(25):
        await give(ALICE + n, 100 - n)
    first = await bot.slash("leaderboard", by=BOB)
    assert "Page 1 of 3" in first.content
    assert (await bot.press(first.button("Next"), by=CAROL, on=first)).private
    second = await bot.press(first.button("Next"), by=BOB, on=first)
    assert second.type == 7
    assert f"**#11** <@{ALICE + 10}> · 90 🪙" in second.content
    assert f"<@{BOB}>: #2 with 99 🪙" in second.content
    third = await bot.slash("leaderboard", by=BOB, page=3)
    assert [component["label"] for component in third.components if component.get("disabled")] == ["Next"]
    assert "Page 2 of 3" in (await bot.press(third.button("Back"), by=BOB, on=third)).content


async def test_a_page_out_of_range_is_refused_or_the_last(bot: Bot, database: str) -> None:
    await give(ALICE, 5)
    assert "Page 1 of 1" in (await bot.slash("leaderboard", by=ALICE, page=100)).content
    for page in (0, 101, -1):
        assert (await bot.slash("leaderboard", by=ALICE, page=page)).private


async def test_another_server_has_its_own_list(bot: Bot, database: str) -> None:
    await give(ALICE, 5)
    await give(BOB, 9, GUILD + 5)
    assert f"<@{BOB}>" not in (await bot.slash("leaderboard", by=ALICE)).content
