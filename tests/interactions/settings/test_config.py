"""/config, as admins use it."""

from __future__ import annotations

from typing import Any

import pytest

from playground.client.acting import Play
from playground.client.results import Result
from playground.rest.errors import Refusal
from playground.world.cast import ALICE as MENDER
from playground.world.cast import HARBOUR, OWNER
from services import settings
from services.core.transactions import rows
from services.economy.settings import EconomySettings
from services.settings import General, Source, documents
from services.settings.modules import MODULES
from tests.support.bot import ALICE, GUILD, MANAGER, OTHER_GUILD, Answer, Bot
from tests.support.rules import discord_names, rule

# The app connects while it already answers; what is looked up here must not be earlier than that.
pytestmark = pytest.mark.usefixtures("database")

DOCUMENT = "schema: 1\nsettings:\n  economy:\n    daily: {daily}\n"


async def _set(bot: Bot, key: str, value: str, module: str = "economy") -> Answer:
    return await bot.slash("config set", by=MANAGER, module=module, key=key, value=value)


async def _economy(guild_id: int = GUILD) -> EconomySettings:
    return await settings.of(guild_id, EconomySettings)


async def test_show_says_what_differs_and_each_part_whole(bot: Bot) -> None:
    fresh = await bot.slash("config show", by=MANAGER)
    assert fresh.private
    assert fresh.content.count("All at their defaults.") == len(MODULES)
    await rule(GUILD, daily=1500)
    assert "Daily pay: **1,500**" in (await bot.slash("config show", by=MANAGER)).content
    whole = (await bot.slash("config show", by=MANAGER, module="economy")).content
    for name in EconomySettings.model_fields:
        assert f"`{name}`" in whole
    (menu,) = fresh.components
    chosen = await bot.send(bot.pressed(menu["custom_id"], by=MANAGER, on=fresh, values=["general"]))
    assert "Staff roles: **none**" in chosen.content


async def test_set_answers_with_what_changed_and_how_to_take_it_back(bot: Bot) -> None:
    answer = await _set(bot, "daily", "1.5k")
    assert answer.private
    assert "Daily pay: 200 → **1,500**" in answer.content
    assert "#1" in answer.content
    assert (await _economy()).daily == 1500
    assert "already have these values" in (await _set(bot, "daily", "1500")).content


@pytest.mark.parametrize(
    ("module", "key", "value", "said"),
    [
        ("economy", "daily", "lots", "from 0 to 1,000,000,000"),
        ("economy", "daily", "-1", "from 0 to 1,000,000,000"),
        ("economy", "betting", "perhaps", "on or off"),
        ("economy", "zone", "Mars/Base", "time zone, like"),
        ("economy", "work_least", "61", "higher than the maximum"),
        ("economy", "nothing", "1", "no setting called `economy.nothing`"),
        ("nothing", "daily", "1", "no group of settings called `nothing`"),
        ("general", "language", "tlh", "`es-ES` (Español)"),
        ("general", "staff_role_ids", "the boss", "up to 25 roles"),
        ("general", "log_channel_id", "#general", "must be a channel"),
    ],
)
async def test_a_value_that_does_not_fit_is_explained(bot: Bot, module: str, key: str, value: str, said: str) -> None:
    answer = await _set(bot, key, value, module)
    assert answer.private
    assert said in answer.content
    assert await rows("SELECT id FROM change_sets") == []


async def test_roles_and_channels_are_set_as_people_write_them(bot: Bot) -> None:
    discord_names(GUILD, 11, 12, 13, 21)
    await _set(bot, "staff_role_ids", "<@&11><@&12>, 13", "general")
    await _set(bot, "log_channel_id", "<#21>", "general")
    now = await settings.of(GUILD, General)
    assert (now.staff_role_ids, now.log_channel_id) == ((11, 12, 13), 21)
    await _set(bot, "staff_role_ids", "none", "general")
    await _set(bot, "log_channel_id", "none", "general")
    assert await settings.of(GUILD, General) == General()


async def test_modules_keys_values_and_changes_are_suggested(bot: Bot) -> None:
    async def offered(option: str, typed: str = "", command: str = "config set", **others: Any) -> list[Any]:
        found = (await bot.complete(command, option, typed, by=MANAGER, **others)).choices
        return [(one["name"], one["value"]) for one in found]

    assert await offered("module", "ec") == [("Economy", "economy")]
    assert await offered("key", "daily", module="economy") == [("Daily pay: 200", "daily")]
    assert ("Staff roles: none", "staff_role_ids") in await offered("key", module="general")
    assert await offered("value", module="economy", key="betting") == [("on", "on"), ("off", "off")]
    assert await offered("value", "lisb", module="economy", key="zone") == [("Lisbon (Europe/Lisbon)", "Europe/Lisbon")]
    assert await offered("value", "1.5k", module="economy", key="daily") == [("1,500", "1.5k")]
    assert "from 0 to" in (await offered("value", "x", module="economy", key="daily"))[0][0]
    assert await offered("value", module="economy", key="daily") == [("now: 200", "200")]
    await rule(GUILD, daily=300)
    assert await offered("value", module="economy", key="daily") == [("now: 300", "300"), ("default: 200", "200")]
    assert await offered("value", "x", module="economy", key="nothing") == []
    assert await offered("change", command="config revert") == [("#1: Daily pay", 1)]
    assert (await offered("value", module="economy", key="zone"))[:2] == [
        ("UTC", "UTC"), ("Sao Paulo (America/Sao_Paulo)", "America/Sao_Paulo"),
    ]  # fmt: skip


async def test_diff_is_against_the_usual_or_against_an_earlier_time(bot: Bot) -> None:
    assert "Every setting has its default value" in (await bot.slash("config diff", by=MANAGER)).content
    await _set(bot, "daily", "300")
    await _set(bot, "fee_percent", "5")
    usual = (await bot.slash("config diff", by=MANAGER)).content
    assert "Daily pay: 200 → **300**" in usual
    assert "Fee (%): 0 → **5**" in usual
    assert "Daily pay" not in (await bot.slash("config diff", by=MANAGER, since=2)).content
    assert "no change #7" in (await bot.slash("config diff", by=MANAGER, since=7)).content


async def test_history_names_who_changed_what_and_leads_to_older_changes(bot: Bot) -> None:
    assert "No settings have been changed yet" in (await bot.slash("config history", by=MANAGER)).content
    for coins in range(1, 8):
        await _set(bot, "daily", str(coins))
    newest = await bot.slash("config history", by=MANAGER)
    assert f"<@{MANAGER}> by command\nDaily pay: 6 → **7**" in newest.content
    assert "**#2**" not in newest.content
    older = await bot.press(newest.button("Older"), by=MANAGER, on=newest)
    assert "**#2**" in older.content
    assert older.components == []


async def test_one_change_is_taken_back_though_others_came_later(bot: Bot) -> None:
    await _set(bot, "daily", "300")
    await _set(bot, "fee_percent", "5")
    answer = await bot.slash("config revert", by=MANAGER, change=1)
    assert "Daily pay: 300 → **200**" in answer.content
    assert (await _economy()).fee_percent == 5
    assert "reverted #1" in (await bot.slash("config history", by=MANAGER)).content
    assert "already have these values" in (await bot.slash("config revert", by=MANAGER, change=1)).content
    assert "no change #9" in (await bot.slash("config revert", by=MANAGER, change=9)).content


async def test_what_was_changed_again_is_named_and_the_rest_can_go_back(bot: Bot) -> None:
    await rule(GUILD, daily=300, fee_percent=5)
    await rule(GUILD, daily=400)
    refused = await bot.slash("config revert", by=MANAGER, change=1)
    assert "Daily pay: 300 → **400** in #2" in refused.content
    assert "Fee" not in refused.content
    assert await _economy() == EconomySettings(daily=400, fee_percent=5)
    rest = await bot.press(refused.button("Revert the rest"), by=MANAGER, on=refused)
    assert "Fee (%): 5 → **0**" in rest.content
    assert await _economy() == EconomySettings(daily=400)
    await rule(GUILD, daily=500)
    alone = await bot.slash("config revert", by=MANAGER, change=2)
    assert "Daily pay: 400 → **500** in #4" in alone.content
    assert alone.components == []


async def test_members_see_and_change_nothing(bot: Bot) -> None:
    form = await bot.slash("config plan", by=MANAGER)
    planned = await bot.submit(form, {"document": DOCUMENT.format(daily=300)}, by=MANAGER)
    await rule(GUILD, daily=251_251)
    for answer in (
        await bot.slash("config show", by=ALICE),
        await bot.slash("config set", by=ALICE, module="economy", key="daily", value="9"),
        await bot.slash("config diff", by=ALICE),
        await bot.slash("config history", by=ALICE),
        await bot.slash("config revert", by=ALICE, change=1),
        await bot.slash("config export", by=ALICE),
        await bot.slash("config plan", by=ALICE),
        await bot.slash("config apply", by=ALICE),
        await bot.submit(form, {"document": DOCUMENT.format(daily=9)}, by=ALICE),
        await bot.press(planned.button("Apply"), by=ALICE, on=planned),
    ):
        assert (answer.type, answer.private) == (4, True)
        assert "251251" not in answer.content.replace(",", "")
    assert (await bot.complete("config revert", "change", "", by=ALICE)).choices == []
    assert (await _economy()).daily == 251_251


async def test_another_server_s_changes_are_not_there(bot: Bot) -> None:
    await rule(OTHER_GUILD, daily=313_313)
    assert "no change #1" in (await bot.slash("config revert", by=MANAGER, change=1)).content
    assert "No settings have been changed yet" in (await bot.slash("config history", by=MANAGER)).content
    assert "313313" not in (await bot.slash("config export", by=MANAGER)).content.replace(",", "")
    assert (await _economy(OTHER_GUILD)).daily == 313_313


async def test_the_longest_settings_still_fit_into_a_message(play: Play) -> None:
    ids = [str(10**18 + one) for one in range(25)]
    longest: dict[str, Any] = {f"economy.{name}": 10**9 for name in ("daily", "work_least", "work_most", "bet_most")}
    longest |= {"economy.symbol": "*" * 40, "economy.zone": "America/Argentina/ComodRivadavia"}
    longest |= {"general.staff_role_ids": ids, "general.log_channel_id": ids[0]}
    discord_names(HARBOUR, *map(int, ids))
    await settings.save(HARBOUR, OWNER, longest, source=Source.COMMAND)
    for number in range(1, 7):
        await settings.revert(HARBOUR, OWNER, number)
    shown: list[tuple[str, dict[str, Any]]] = [
        ("config show", {}),
        ("config show", {"module": "economy"}),
        ("config show", {"module": "general"}),
        ("config diff", {"since": 1}),
        ("config history", {}),
        ("config export", {}),
    ]
    for name, options in shown:
        assert (await play.slash(name, as_=OWNER, **options)).ephemeral, name


async def test_an_owner_finds_sets_looks_back_and_takes_back(play: Play) -> None:
    (offered,) = (await play.autocomplete("config set", "key", "fee", as_=OWNER, module="economy")).choices
    made = await play.slash("config set", as_=OWNER, module="economy", key=offered["value"], value="7 %")
    assert made.ephemeral
    (number,) = [
        choice["value"] for choice in (await play.autocomplete("config revert", "change", "1", as_=OWNER)).choices
    ]
    assert "7 → **0**" in (await play.slash("config revert", as_=OWNER, change=number)).content
    form = await play.slash("config plan", as_=OWNER)
    text = documents.text({"schema": 1, "settings": {"economy": {"fee_percent": 9}}})
    planned: Result = await play.submit(form, {"document": text}, as_=OWNER)
    assert "0 → **9**" in (await play.press(planned, "Apply", as_=OWNER)).content
    with pytest.raises(Refusal):
        await play.slash("config show", as_=MENDER)


async def test_the_server_s_language_is_set_by_either_command(bot: Bot) -> None:
    await bot.slash("language", by=MANAGER, language="pt-BR", scope="server")
    assert (await settings.of(GUILD, General)).language == "pt-BR"
    assert "Language: Português \\(Brasil\\)" not in (await bot.slash("config history", by=MANAGER)).content
    assert "→ **Português (Brasil)**" in (await bot.slash("config history", by=MANAGER)).content
    await bot.slash("config revert", by=MANAGER, change=1)
    assert (await settings.of(GUILD, General)).language == "auto"
