"""Settings as a document: exported, planned and applied by /config."""

from __future__ import annotations

import re

import pytest

from services import settings
from services.economy.settings import EconomySettings
from services.settings import Source, documents, history
from tests.support.bot import GUILD, MANAGER, OTHER_GUILD, Bot
from tests.support.rules import discord_names, rule

# The app connects while it already answers; what is looked up here must not be earlier than that.
pytestmark = pytest.mark.usefixtures("database")
DOCUMENT = "schema: 1\nsettings:\n  economy:\n    daily: {daily}\n"


async def _economy(guild_id: int = GUILD) -> EconomySettings:
    return await settings.of(guild_id, EconomySettings)


async def test_the_export_can_be_planned_and_applied_in_another_server(bot: Bot) -> None:
    await rule(GUILD, daily=300, symbol="`````")
    discord_names(GUILD, 11)
    discord_names(OTHER_GUILD, 111)
    await settings.save(GUILD, MANAGER, {"general.staff_role_ids": [11]}, source=Source.API)
    shown = await bot.slash("config export", by=MANAGER)
    assert shown.private
    (text,) = re.findall(r"```yaml\n(.*)```", shown.content, re.DOTALL)
    form = await bot.slash("config plan", by=MANAGER, guild=OTHER_GUILD)
    unmapped = await bot.submit(form, {"document": text, "mapping": ""}, by=MANAGER, guild=OTHER_GUILD)
    assert "`11` in Staff roles" in unmapped.content
    again = await bot.press(unmapped.button("Try again"), by=MANAGER, guild=OTHER_GUILD, on=unmapped)
    kept = {row["component"]["custom_id"]: row["component"].get("value", "") for row in again.data["components"]}
    assert kept["document"].strip() == text.strip()
    planned = await bot.submit(
        again, kept | {"mapping": "<@&11> = <@&111>"}, by=MANAGER, guild=OTHER_GUILD, on=unmapped
    )
    assert "Daily pay: 200 → **300**" in planned.content
    assert "Staff roles: none → **<@&111>**" in planned.content
    done = await bot.press(planned.button("Apply"), by=MANAGER, guild=OTHER_GUILD, on=planned)
    assert "Saved" in done.content
    assert await _economy(OTHER_GUILD) == EconomySettings(daily=300, symbol="`````")
    twice = await bot.press(planned.button("Apply"), by=MANAGER, guild=OTHER_GUILD, on=planned)
    assert "already been used" in twice.content


async def test_a_plan_that_is_outdated_changes_nothing(bot: Bot) -> None:
    form = await bot.slash("config plan", by=MANAGER)
    planned = await bot.submit(form, {"document": DOCUMENT.format(daily=300)}, by=MANAGER)
    await rule(GUILD, fee_percent=5)
    answer = await bot.press(planned.button("Apply"), by=MANAGER, on=planned)
    assert "changed since this plan" in answer.content
    assert (await _economy()).daily == 200
    dropped = await bot.press(planned.button("Cancel"), by=MANAGER, on=planned)
    assert "Nothing was changed" in dropped.content


async def test_apply_wants_the_mark_of_the_plan(bot: Bot) -> None:
    text = DOCUMENT.format(daily=300)
    plan = await documents.plan(GUILD, documents.read(text))
    form = await bot.slash("config apply", by=MANAGER)
    wrong = await bot.submit(form, {"document": text, "mark": "0" * 32}, by=MANAGER)
    assert "changed since this plan" in wrong.content
    assert (await _economy()).daily == 200
    right = await bot.submit(form, {"document": text, "mark": f"`{plan.digest}`"}, by=MANAGER)
    assert "Daily pay: 200 → **300**" in right.content
    assert (await history.find(GUILD, 1)).source is Source.APPLY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "isn't a valid settings document"),
        ("a: *b", "can't read this as YAML"),
        (DOCUMENT.format(daily=-1), "from 0 to 1,000,000,000"),
        (DOCUMENT.format(daily="1\n    nothing: 2"), "no setting called `economy.nothing`"),
        ("schema: 1\nsettings:\n  nothing:\n    x: 1", "no setting called `nothing.x`"),
    ],
)
async def test_a_document_that_does_not_fit_is_explained_and_kept(bot: Bot, text: str, said: str) -> None:
    form = await bot.slash("config plan", by=MANAGER)
    answer = await bot.submit(form, {"document": text, "mapping": ""}, by=MANAGER)
    assert said in answer.content
    assert text in answer.content
    assert "Try again" in [component["label"] for component in answer.components]


async def test_a_mapping_that_nobody_can_read_is_explained(bot: Bot) -> None:
    form = await bot.slash("config plan", by=MANAGER)
    fields = {"document": DOCUMENT.format(daily=1), "mapping": "boss = chief"}
    assert "can't read `boss = chief`" in (await bot.submit(form, fields, by=MANAGER)).content
