"""/shop and /inventory, as people use them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from models import Effect
from playground.client.acting import Play
from playground.world.cast import ALICE as MENDER
from playground.world.cast import BOB as DEBTOR
from playground.world.cast import HARBOUR, OWNER
from services.core.amounts import LARGEST
from services.shop import inventory, items
from services.shop.item import LONGEST_DESCRIPTION, LONGEST_NAME, Ware
from tests.support.bot import ALICE, BOB, GUILD, OTHER_GUILD, STRANGER, Answer, Bot
from tests.support.coins import balance, give
from tests.support.rules import rule
from tests.support.wares import ADMIN, owned, sell, typed_item

# The app connects while it already answers; what is looked up here must not be earlier than that.
pytestmark = pytest.mark.usefixtures("unhurried", "database", "unasked")


async def _suggested(
    bot: Bot, typed: str = "", *, command: str = "shop buy", by: int = ALICE
) -> list[Mapping[str, Any]]:
    return (await bot.complete(command, "item", typed, by=by)).choices


async def _asked(bot: Bot, count: int = 1) -> tuple[Ware, Answer]:
    """Somebody who typed a name without having seen a price."""
    await give(ALICE, 100)
    ware = await sell("Rope", 10)
    return ware, await bot.slash("shop buy", by=ALICE, item="rope", count=count)


async def _reprice(ware: Ware, price: str) -> None:
    await items.change(GUILD, ADMIN, ware.id, typed_item(ware.name, "", price, ""), None, None)


async def test_the_shop_is_a_public_card_with_prices_stock_and_what_things_do(bot: Bot, database: str) -> None:
    await sell("Rope *strong*", 1500, 3)
    await sell("Saver", 50, 0, effect=Effect.STREAK_SAVER)
    await sell("Badge", 2, role_id=77)
    card = await bot.slash("shop view")
    assert not card.private
    assert "**Rope \\*strong\\*** · **1,500** 🪙 · 3 left" in card.content
    assert "**Saver** · **50** 🪙 · sold out" in card.content
    assert "streak going" in card.content
    assert "Gives the role <@&77>" in card.content


async def test_an_empty_shop_says_how_it_is_filled(bot: Bot, database: str) -> None:
    assert "/economy item create" in (await bot.slash("shop view")).content


async def test_what_was_suggested_with_its_price_is_bought_at_once(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    ware = await sell("Rope", 10, 3)
    (offered,) = await _suggested(bot, "RO")
    assert offered["name"] == "Rope · 10 🪙 · 3 left"
    bought = await bot.slash("shop buy", item=offered["value"], count=2)
    assert not bought.private
    assert "**2 × Rope** for **20** 🪙 and has **80** left" in bought.content
    assert "Receipt #" in bought.content
    assert await owned(ALICE) == {ware.id: 2}


async def test_suggestions_are_of_this_server_and_of_what_is_sold(bot: Bot, database: str) -> None:
    await sell("Shell", guild_id=OTHER_GUILD)
    await items.archive(GUILD, ADMIN, (await sell("Shard")).id)
    await sell("Shovel")
    await sell("Percent %_\\ sh")
    assert [one["name"].split(" ·")[0] for one in await _suggested(bot, "sh")] == ["Shovel", "Percent %_\\ sh"]
    assert [one["name"].split(" ·")[0] for one in await _suggested(bot, "%_\\")] == ["Percent %_\\ sh"]


async def test_a_price_that_changed_since_it_was_suggested_is_asked_about(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    ware = await sell("Rope", 10)
    (offered,) = await _suggested(bot)
    await _reprice(ware, "25")
    asked = await bot.slash("shop buy", item=offered["value"], count=2)
    assert asked.private
    assert "**2 × Rope** for **50** 🪙" in asked.content
    assert await balance(ALICE) == 100
    bought = await bot.press(asked.button("Pay 50"), on=asked)
    assert bought.type == 7
    assert (await balance(ALICE), await owned(ALICE)) == (50, {ware.id: 2})


async def test_a_price_that_changes_again_before_the_yes_is_asked_about_again(bot: Bot, database: str) -> None:
    ware, asked = await _asked(bot)
    await _reprice(ware, "30")
    once_more = await bot.press(asked.button("Pay 10"), on=asked)
    assert once_more.type == 7
    assert await balance(ALICE) == 100
    assert (await bot.press(asked.button("Pay 10"), on=asked)).private, "the old button is used up"
    await bot.press(once_more.button("Pay 30"), on=once_more)
    assert (await balance(ALICE), await owned(ALICE)) == (70, {ware.id: 1})


async def test_a_yes_pressed_ten_times_at_once_buys_once(bot: Bot, database: str) -> None:
    ware, asked = await _asked(bot)
    await asyncio.gather(*(bot.press(asked.button("Pay 10"), on=asked) for _ in range(10)))
    assert (await balance(ALICE), await owned(ALICE)) == (90, {ware.id: 1})


async def test_the_same_purchase_delivered_ten_times_at_once_is_one(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    ware = await sell("Rope", 10)
    payload = bot.command("shop buy", item=f"#{ware.id}@10")
    answers = await asyncio.gather(*(bot.send(payload) for _ in range(10)))
    assert len({answer.content for answer in answers}) == 1
    assert (await balance(ALICE), await owned(ALICE)) == (90, {ware.id: 1})


async def test_somebody_else_s_yes_buys_nothing(bot: Bot, database: str) -> None:
    _, asked = await _asked(bot)
    await give(BOB, 100)
    assert (await bot.press(asked.button("Pay 10"), by=BOB, on=asked)).private
    assert (await balance(ALICE), await balance(BOB)) == (100, 100)


async def test_a_no_buys_nothing_and_ends_the_question(bot: Bot, database: str) -> None:
    _, asked = await _asked(bot)
    ended = await bot.press(asked.button("Cancel"), on=asked)
    assert ended.components == []
    await bot.press(asked.button("Pay 10"), on=asked)
    assert await balance(ALICE) == 100


@pytest.mark.parametrize(
    "item", ["#0@10", "#999999999999999999@10", "#1@9999999999999", "nothing", "' OR 1=1", "#1@-1"]
)
async def test_an_item_that_nobody_offered_buys_nothing(bot: Bot, database: str, item: str) -> None:
    await give(ALICE, 100)
    await sell("Rope", 10)
    for command, more in (("shop buy", {}), ("shop gift", {"member": BOB})):
        answer = await bot.slash(command, item=item, **more)
        assert (answer.status, answer.private) == (200, True)
        assert "on my side" not in answer.content
    assert (await balance(ALICE), await owned(BOB)) == (100, {})


async def test_an_item_of_another_server_is_unknown(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    elsewhere = await sell("Shell", 10, guild_id=OTHER_GUILD)
    answer = await bot.slash("shop buy", item=f"#{elsewhere.id}@10")
    assert "exist in this server" in answer.content


async def test_a_gift_is_announced_and_lies_in_the_other_s_inventory(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    ware = await sell("Rope", 10)
    given = await bot.slash("shop gift", item=f"#{ware.id}@10", member=BOB, count=3)
    assert f"<@{ALICE}> bought **3 × Rope** for <@{BOB}> and paid **30** 🪙." in given.content
    assert given.data["allowed_mentions"]["users"] == [str(BOB)]
    seen = await bot.slash("inventory view", by=BOB)
    assert seen.private
    assert "**Rope** × 3" in seen.content
    assert not (await bot.slash("inventory view", by=ALICE, member=BOB)).private


async def test_a_gift_that_is_asked_about_goes_to_whom_it_was_meant_for(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    ware = await sell("Rope", 10)
    asked = await bot.slash("shop gift", item="Rope", member=BOB)
    assert f"For <@{BOB}>" in asked.content
    await bot.press(asked.button("Pay 10"), on=asked)
    assert (await owned(ALICE), await owned(BOB)) == ({}, {ware.id: 1})


async def test_owned_things_are_handed_on(bot: Bot, database: str) -> None:
    ware = await sell("Rope")
    await inventory.add(GUILD, ALICE, ware.id, 5)
    (offered,) = await _suggested(bot, command="inventory gift")
    assert offered["name"] == "Rope × 5"
    await bot.slash("inventory gift", item=offered["value"], member=BOB, count=2)
    assert (await owned(ALICE), await owned(BOB)) == ({ware.id: 3}, {ware.id: 2})
    for member in (ALICE, STRANGER):
        assert (await bot.slash("inventory gift", item="rope", member=member)).private
    assert (await bot.slash("inventory gift", item="rope", member=BOB, count=4)).private
    assert await owned(ALICE) == {ware.id: 3}


async def test_using_a_thing_without_use_says_what_it_is_and_keeps_it(bot: Bot, database: str) -> None:
    ware = await sell("Saver", effect=Effect.STREAK_SAVER)
    await inventory.add(GUILD, ALICE, ware.id, 1)
    answer = await bot.slash("inventory use", item="saver")
    assert "if you miss a day" in answer.content
    assert await owned(ALICE) == {ware.id: 1}
    assert "have no item with that name" in (await bot.slash("inventory use", by=BOB, item=f"#{ware.id}")).content


async def test_people_turn_pages_and_choose_from_the_card_as_discord_shows_it(play: Play) -> None:
    await give(DEBTOR, 100, HARBOUR)
    for number in range(20):
        ware = await sell(f"*Thing* number {number} " + "n" * 40, 1 + number, guild_id=HARBOUR)
        await items.change(HARBOUR, ADMIN, ware.id, typed_item(ware.name, "*" * 300, str(ware.price), ""), None, None)
        await inventory.add(HARBOUR, MENDER, ware.id, 1)
    card = await play.slash("shop view", as_=MENDER)
    assert (card.failed, card.labels) == (None, ["Back", "Next"])
    turned = await play.press(card, "Next", as_=MENDER)
    assert "number 8" in turned.content
    assert "Page 3" in (await play.slash("shop view", as_=MENDER, page=99)).content
    (menu,) = [component for component in turned.components if component["type"] == 3]
    asked = await play.choose(turned, menu["custom_id"], [menu["options"][0]["value"]], as_=DEBTOR)
    assert asked.ephemeral, "the card is for everyone, the question for who chose"
    bought = await play.press(asked, "Pay 9", as_=DEBTOR)
    assert "bought" in bought.content
    assert await balance(DEBTOR, HARBOUR) == 91
    mine = await play.slash("inventory view", as_=MENDER)
    assert (mine.failed, "Page 1 of 2" in mine.content) == (None, True)
    assert "Page 2 of 2" in (await play.press(mine, "Next", as_=MENDER)).content


@pytest.mark.parametrize("locale", ["en-US", "pt-BR", "es-ES"])
async def test_a_page_of_the_longest_words_there_can_be_still_fits_into_a_message(play: Play, locale: str) -> None:
    await rule(HARBOUR, symbol="*" * 40)
    for number in range(20):
        name = f"{number:02d}".ljust(LONGEST_NAME, "*")
        form = typed_item(name, "\\" * LONGEST_DESCRIPTION, str(LARGEST - number), "1000000")
        ware = await items.create(HARBOUR, ADMIN, form, Effect.STREAK_SAVER, None)
        await inventory.add(HARBOUR, OWNER, ware.id, 1_000_000)
    for scope in ("me", "server"):
        chosen = await play.slash("language", as_=OWNER, language=locale, scope=scope)
        assert chosen.failed is None
    shop = await play.slash("shop view", as_=OWNER)
    assert (shop.failed, shop.content.count("…")) == (None, 8)
    mine = await play.slash("inventory view", as_=OWNER)
    assert (mine.failed, mine.content.count("…")) == (None, 10)
