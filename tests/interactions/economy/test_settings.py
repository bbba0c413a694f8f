"""/economy settings and /economy item, as admins use them."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from playground.client.acting import Play
from playground.client.results import Result
from playground.rest.errors import Refusal
from playground.world.cast import ALICE as MENDER
from playground.world.cast import HARBOUR, OWNER
from services.core.transactions import rows
from services.economy import rules
from services.economy.rules import DEFAULTS
from tests.support.bot import ALICE, GUILD, MANAGER, OTHER_GUILD, Answer, Bot
from tests.support.coins import give
from tests.support.rules import rule
from tests.support.wares import owned, sell, stock

# The app connects while it already answers; what is looked up here must not be earlier than that.
pytestmark = pytest.mark.usefixtures("database")

DAILY = {"daily": "200", "streak_percent": "10", "streak_most_percent": "100", "zone": "UTC"}


async def _open(bot: Bot, part: str) -> tuple[Answer, Answer]:
    """The card, and one of its forms."""
    card = await bot.slash("economy settings", by=MANAGER)
    return card, await bot.press(card.button(part), by=MANAGER, on=card)


def _shown(form: Answer | Result) -> dict[str, Any]:
    """What stands in the fields of a form."""
    body = form.data if isinstance(form, Answer) else form.modal
    assert body is not None
    return {row["component"]["custom_id"]: _value(row["component"]) for row in body["components"]}


def _value(component: Any) -> Any:
    if "options" in component:
        return [one["value"] for one in component["options"] if one.get("default")]
    return component.get("value", "")


async def test_the_card_says_every_rule_in_words(bot: Bot, database: str) -> None:
    card = await bot.slash("economy settings", by=MANAGER)
    assert card.private
    for words in ("200 🪙, plus 10%", "20 to 60 🪙", "up to 10%", "fee is 0%", "shown as 🪙"):
        assert words in card.content
    assert [component["label"] for component in card.components] == ["Daily", "Work", "Bets", "Payments", "Currency"]


async def test_forms_hold_the_present_values(bot: Bot, database: str) -> None:
    await rule(GUILD, daily=250, betting=False, zone="Europe/Lisbon")
    assert _shown((await _open(bot, "Daily"))[1]) == DAILY | {"daily": "250", "zone": "Europe/Lisbon"}
    assert _shown((await _open(bot, "Bets"))[1]) == {"betting": ["off"], "bet_percent": "10", "bet_most": "0"}


async def test_a_change_is_answered_by_what_changed_and_stands_in_the_log(bot: Bot, database: str) -> None:
    card, form = await _open(bot, "Daily")
    saved = await bot.submit(form, DAILY | {"daily": "1.5k", "streak_percent": "20 %"}, by=MANAGER, on=card)
    assert saved.type == 7
    assert "Daily pay: 200 → **1,500**" in saved.content
    assert "Streak bonus per day (%): 10 → **20**" in saved.content
    assert "Maximum streak bonus" not in saved.content
    (row,) = await rows("SELECT guild_id, actor_id, action, target, details FROM audit_log")
    assert [row[name] for name in ("guild_id", "actor_id", "action", "target")] == [
        GUILD,
        MANAGER,
        "settings.changed",
        "#1",
    ]
    assert orjson.loads(row["details"])["changes"] == {
        "economy.daily": {"before": 200, "after": 1500},
        "economy.streak_percent": {"before": 10, "after": 20},
    }
    assert await rules.of(OTHER_GUILD) == DEFAULTS


async def test_a_form_sent_unchanged_changes_nothing_and_logs_nothing(bot: Bot, database: str) -> None:
    card, form = await _open(bot, "Daily")
    assert "Nothing changed" in (await bot.submit(form, DAILY, by=MANAGER, on=card)).content
    assert await rows("SELECT id FROM audit_log") == []


async def test_bets_are_switched_off_by_a_menu(bot: Bot, database: str) -> None:
    card, form = await _open(bot, "Bets")
    saved = await bot.submit(form, {"betting": ["off"], "bet_percent": "10", "bet_most": "0"}, by=MANAGER, on=card)
    assert "Betting: on → **off**" in saved.content
    assert not (await rules.of(GUILD)).betting


@pytest.mark.parametrize(
    ("part", "fields", "said"),
    [
        ("Daily", DAILY | {"daily": "lots"}, "Daily pay"),
        ("Daily", DAILY | {"daily": "-1"}, "Daily pay"),
        ("Daily", DAILY | {"daily": "half"}, "Daily pay"),
        ("Daily", DAILY | {"daily": "1000000001"}, "1,000,000,000"),
        ("Daily", DAILY | {"streak_percent": "101"}, "from 0 to 100"),
        ("Daily", DAILY | {"zone": "Mars/Base"}, "Mars/Base"),
        ("Daily", DAILY | {"zone": "../../etc/passwd"}, "time zone"),
        ("Work", {"work_least": "70", "work_most": "60", "work_minutes": "60"}, "higher than the maximum"),
        ("Bets", {"betting": ["perhaps"], "bet_percent": "10", "bet_most": "0"}, "on or off"),
        ("Currency", {"symbol": "  "}, "can't be empty"),
        ("Currency", {}, "can't be empty"),
    ],
)
async def test_a_bad_value_changes_nothing_and_says_why(
    bot: Bot, database: str, part: str, fields: dict[str, Any], said: str
) -> None:
    card, form = await _open(bot, part)
    answer = await bot.submit(form, fields, by=MANAGER, on=card)
    assert said in answer.content
    assert "Try again" in [component["label"] for component in answer.components]
    assert await rules.of(GUILD) == DEFAULTS


async def test_more_than_the_form_asks_for_is_not_read(bot: Bot, database: str) -> None:
    card, form = await _open(bot, "Currency")
    await bot.submit(form, {"symbol": "💰", "daily": "999", "betting": ["off"]}, by=MANAGER, on=card)
    now = await rules.of(GUILD)
    assert (now.symbol, now.daily, now.betting) == ("💰", 200, True)


async def test_oversized_text_is_cut_to_what_the_form_allowed(bot: Bot, database: str) -> None:
    card, form = await _open(bot, "Currency")
    assert (await bot.submit(form, {"symbol": "x" * 5000}, by=MANAGER, on=card)).status == 200
    assert len((await rules.of(GUILD)).symbol) <= 40


async def test_members_open_and_send_nothing(bot: Bot, database: str) -> None:
    card, form = await _open(bot, "Daily")
    for answer in (
        await bot.slash("economy settings", by=ALICE),
        await bot.press(card.button("Daily"), by=ALICE, on=card),
        await bot.submit(form, DAILY | {"daily": "9"}, by=ALICE, on=card),
        await bot.slash("economy item create", by=ALICE),
    ):
        assert (answer.type, answer.private) == (4, True)
    assert (await bot.complete("economy item edit", "item", "", by=ALICE)).choices == []
    assert await rules.of(GUILD) == DEFAULTS


async def test_two_admins_at_once_keep_each_other_s_changes(database: str) -> None:
    names = ["daily", "work_most", "bet_most", "fee_percent", "newcomer_days", "offer_hours", "bet_percent"]
    await asyncio.gather(*(rule(GUILD, **{name: 50}) for name in names))
    now = await rules.of(GUILD)
    assert [getattr(now, name) for name in names] == [50] * len(names)


async def test_of_two_admins_with_the_same_form_the_second_sees_both_values_first(bot: Bot, database: str) -> None:
    card, form = await _open(bot, "Daily")
    await rule(GUILD, daily=300, fee_percent=5)
    refused = await bot.submit(form, DAILY | {"daily": "400"}, by=MANAGER, on=card)
    assert "Daily pay: 200 → **300**" in refused.content
    assert "400" in refused.content
    assert "Fee" not in refused.content
    assert (await rules.of(GUILD)).daily == 300
    form = await bot.press(refused.button("Try again"), by=MANAGER, on=refused)
    assert _shown(form)["daily"] == "400"
    saved = await bot.submit(form, _shown(form), by=MANAGER, on=refused)
    assert "Daily pay: 300 → **400**" in saved.content
    assert (await rules.of(GUILD)).fee_percent == 5


async def test_what_was_typed_in_error_is_kept_through_tries_until_it_is_right(play: Play) -> None:
    card = await play.slash("economy settings", as_=OWNER)
    form = await play.press(card, "Daily", as_=OWNER)
    wrong = await play.submit(
        form, {"daily": "12``` \n`x", "zone": "Nowhere `at` all", "streak_percent": "15"}, as_=OWNER
    )
    assert wrong.ephemeral
    again = await play.press(wrong, "Try again", as_=OWNER)
    assert _shown(again) == DAILY | {"daily": "12``` \n`x", "zone": "Nowhere `at` all", "streak_percent": "15"}
    again = await play.press(await play.submit(again, {"daily": "12"}, as_=OWNER), "Try again", as_=OWNER)
    saved = await play.submit(again, {"zone": "Europe/Lisbon"}, as_=OWNER)
    assert "Daily pay: 200 → **12**" in saved.content
    assert saved.labels == ["Daily", "Work", "Bets", "Payments", "Currency"]
    with pytest.raises(Refusal):
        await play.slash("economy settings", as_=MENDER)


async def test_the_way_back_from_an_error_leads_to_the_card(play: Play) -> None:
    form = await play.press(await play.slash("economy settings", as_=OWNER), "Bets", as_=OWNER)
    wrong = await play.submit(form, {"bet_percent": "0", "betting": ["off"]}, as_=OWNER)
    assert _shown(await play.press(wrong, "Try again", as_=OWNER))["betting"] == ["off"]
    assert "Betting is on" in (await play.press(wrong, "Back", as_=OWNER)).content


async def test_an_item_is_made_changed_sold_out_and_archived(play: Play, unasked: None) -> None:
    await give(MENDER, 100, HARBOUR)
    form = await play.slash("economy item create", as_=OWNER)
    made = await play.submit(
        form, {"name": "Rope", "description": "Ten\nfathoms", "price": "30", "stock": "5"}, as_=OWNER
    )
    assert made.ephemeral
    assert "**Rope** · **30** 🪙 · 5 left" in made.content
    (offered,) = (await play.autocomplete("economy item edit", "item", "ro", as_=OWNER)).choices
    form = await play.slash("economy item edit", as_=OWNER, item=offered["value"])
    assert _shown(form) == {"name": "Rope", "description": "Ten\nfathoms", "price": "30", "stock": "5"}
    bought = await play.slash("shop buy", as_=MENDER, item=offered["value"], count=2)
    assert "bought" in bought.content
    changed = await play.submit(form, {"price": "40"}, as_=OWNER)
    assert "Price: 30 → **40**" in changed.content
    assert "3 left" in changed.content, "what was sold meanwhile stays sold"
    asked = await play.slash("shop buy", as_=MENDER, item=offered["value"])
    assert asked.ephemeral
    await play.slash("economy item archive", as_=OWNER, item="rope")
    assert "no longer sells that item" in (await play.press(asked, "Pay 40", as_=MENDER)).content
    assert "empty" in (await play.slash("shop view", as_=MENDER)).content


async def test_a_second_item_of_the_same_name_is_refused_with_what_was_typed(play: Play) -> None:
    ware = await sell("Rope", 10, 5, guild_id=HARBOUR)
    form = await play.slash("economy item create", as_=OWNER, streak_saver=True)
    refused = await play.submit(form, {"name": "rope", "price": "1k"}, as_=OWNER)
    assert "already has an item with that name" in refused.content
    form = await play.press(refused, "Try again", as_=OWNER)
    assert _shown(form) == {"name": "rope", "description": "", "price": "1k", "stock": ""}
    assert "streak going" in (await play.submit(form, {"name": "Saver"}, as_=OWNER)).content
    assert (await stock(ware), await owned(OWNER, HARBOUR)) == (5, {})
