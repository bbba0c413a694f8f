"""Settings of a guild: read, saved, kept apart from what others save."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from services import settings
from services.core import languages
from services.core.errors import NotFound
from services.core.transactions import rows, transaction
from services.economy import rules
from services.economy.settings import EconomySettings
from services.settings import BadSetting, Conflict, General, Source, cache, history, modules
from tests.support.bot import ALICE, GUILD, MANAGER, OTHER_GUILD
from tests.support.rules import discord_names, rule

pytestmark = pytest.mark.usefixtures("database")


async def _store(config: Any) -> None:
    await rows("INSERT INTO guilds (discord_id, config) VALUES ($1, $2::jsonb)", GUILD, orjson.dumps(config).decode())


async def _stored() -> Any:
    (row,) = await rows("SELECT config, language, config_version FROM guilds WHERE discord_id = $1", GUILD)
    return orjson.loads(row["config"]), row["language"], row["config_version"]


async def _save(changes: dict[str, Any], **how: Any) -> settings.ChangeSet | None:
    return await settings.save(GUILD, MANAGER, changes, source=Source.COMMAND, **how)


async def test_a_guild_that_never_chose_has_the_defaults() -> None:
    assert await settings.of(GUILD, General) == General()
    assert await settings.of(GUILD, EconomySettings) == EconomySettings()
    assert (await settings.now(GUILD)).version == 0


async def test_only_what_differs_from_the_defaults_is_stored() -> None:
    discord_names(GUILD, 11, 22)
    await _save({"economy.daily": 250, "economy.betting": False, "general.staff_role_ids": ["22", 11, "22"]})
    assert await _stored() == (
        {"economy": {"daily": 250, "betting": False}, "general": {"staff_role_ids": ["11", "22"]}},
        None,
        1,
    )
    assert (await settings.of(GUILD, General)).staff_role_ids == (11, 22)
    await _save({"economy.daily": 200, "economy.betting": True, "general.staff_role_ids": []})
    assert await _stored() == ({}, None, 2)


async def test_a_change_is_kept_with_who_when_and_from_where() -> None:
    made = await _save({"economy.daily": 250, "economy.symbol": "🪙"}, request_id="abc")
    assert made is not None
    assert (made.number, made.version_before, made.actor_id, made.source) == (1, 0, MANAGER, Source.COMMAND)
    assert made.changes == {"economy.daily": settings.ValueChange(200, 250)}
    assert await history.find(GUILD, 1) == made
    (event,) = await rows("SELECT * FROM audit_log")
    assert (event["actor_id"], event["action"], event["target"]) == (MANAGER, "settings.changed", "#1")
    with pytest.raises(NotFound):
        await history.find(OTHER_GUILD, 1)


async def test_saving_what_is_there_already_makes_no_change_set() -> None:
    assert await _save({"economy.daily": 200, "general.language": "auto"}) is None
    assert await _save({}) is None
    assert await rows("SELECT id FROM change_sets") == []
    assert await rows("SELECT id FROM audit_log") == []


async def test_a_change_that_is_undone_leaves_nothing_behind() -> None:
    async def fail() -> None:
        async with transaction():
            await _save({"economy.daily": 250})
            assert (await settings.of(GUILD, EconomySettings)).daily == 250
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    assert await settings.of(GUILD, EconomySettings) == EconomySettings()
    assert await rows("SELECT id FROM change_sets") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"economy.daily": -1}, "**Daily pay** must be a number from 0 to 1,000,000,000."),
        ({"economy.daily": "200"}, "Daily pay"),
        ({"economy.daily": True}, "Daily pay"),
        ({"economy.daily": 1.0}, "Daily pay"),
        ({"economy.daily": None}, "Daily pay"),
        ({"economy.betting": "yes"}, "on or off"),
        ({"economy.symbol": " "}, "can't be empty"),
        ({"economy.symbol": "a\x00b"}, "can't be empty"),
        ({"economy.symbol": "\ud800"}, "can't be empty"),
        ({"economy.symbol": "x" * 41}, "longer than 40"),
        ({"economy.zone": "../../etc/passwd"}, "time zone, like"),
        ({"general.language": "tlh"}, "`pt-BR` (Português (Brasil))"),
        ({"general.staff_role_ids": ["a"]}, "up to 25 roles"),
        ({"general.staff_role_ids": [[1]]}, "up to 25 roles"),
        ({"general.staff_role_ids": list(range(1, 27))}, "up to 25 roles"),
        ({"general.log_channel_id": 2**63}, "must be a channel"),
        ({"general.log_channel_id": True}, "must be a channel"),
        ({"economy.work_least": 61}, "minimum pay per shift is higher than the maximum"),
        ({"economy.nonsense": 1}, "no setting called `economy.nonsense`"),
        ({"nonsense.daily": 1}, "no setting called `nonsense.daily`"),
        ({"daily": 1}, "no setting called `daily`"),
    ],
)
async def test_a_value_that_does_not_fit_changes_nothing_and_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises((BadSetting, NotFound)) as refused:
        await _save({"economy.fee_percent": 5} | changes)
    assert said in str(refused.value.text)
    assert await settings.of(GUILD, EconomySettings) == EconomySettings()
    assert await rows("SELECT id FROM change_sets") == []


async def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(BadSetting) as refused:
        await _save({"economy.daily": -1, "economy.zone": "Mars", "general.language": "x", "economy.fee_percent": 1})
    assert {key for fault in refused.value.faults for key in fault.keys} == {
        "economy.daily",
        "economy.zone",
        "general.language",
    }


async def test_stored_nonsense_falls_back_field_by_field_and_is_reported() -> None:
    await _store(
        {
            "economy": {"daily": "lots", "work_least": 70, "fee_percent": 7, "future": 1},
            "general": ["no"],
            "later": {"x": 1},
        }
    )
    with capture_logs() as logs:
        found = await settings.of(GUILD, EconomySettings)
    assert found == EconomySettings(fee_percent=7)
    assert await rules.of(GUILD) == found
    assert logs[0]["fields"] == ["daily", "future", "work_least"]
    assert "lots" not in str(logs)
    assert await settings.of(GUILD, General) == General()


async def test_what_this_release_does_not_know_survives_a_save() -> None:
    await _store({"economy": {"daily": 300, "future": 1}, "later": {"x": 1}})
    await _save({"economy.daily": 200, "general.time_zone": "Europe/Lisbon"})
    assert (await _stored())[0] == {
        "economy": {"future": 1},
        "later": {"x": 1},
        "general": {"time_zone": "Europe/Lisbon"},
    }


async def test_the_language_is_a_setting_that_public_answers_follow() -> None:
    await _save({"general.language": "pt-BR"})
    assert await languages.chosen(ALICE, GUILD) == (None, "pt-BR")
    assert (await settings.of(GUILD, General)).language == "pt-BR"
    assert await _stored() == ({}, "pt-BR", 1)
    await _save({"general.language": "auto"})
    assert await languages.chosen(ALICE, GUILD) == (None, None)


async def test_of_two_who_save_what_they_both_saw_the_second_is_told_and_nothing_is_lost() -> None:
    async def daily(coins: int) -> settings.ChangeSet | None:
        return await _save({"economy.daily": coins}, version=0)

    for _ in range(5):
        ends = await asyncio.gather(*(daily(coins) for coins in (300, 400, 500)), return_exceptions=True)
        (saved,) = (end for end in ends if isinstance(end, settings.ChangeSet))
        refused = [end for end in ends if isinstance(end, Conflict)]
        assert len(refused) == 2
        coins = saved.changes["economy.daily"].after
        for one in refused:
            (clash,) = one.clashes
            assert (clash.key, clash.was, clash.now, clash.number) == ("economy.daily", 200, coins, 1)
            assert clash.yours in {300, 400, 500} - {coins}
            assert one.version == 1
        assert (await settings.of(GUILD, EconomySettings)).daily == coins
        await _forget_all()


async def _forget_all() -> None:
    await rows("TRUNCATE change_sets")
    await rows("DELETE FROM guilds")
    cache.forget()


async def test_who_saves_something_else_is_told_too_unless_they_merge() -> None:
    await rule(GUILD, daily=300)
    with pytest.raises(Conflict) as refused:
        await _save({"economy.fee_percent": 5}, version=0)
    assert "Daily pay: 200 → **300** in #1" in str(refused.value.text)
    assert refused.value.clashes[0].yours is settings.MISSING
    merged = await _save({"economy.fee_percent": 5}, version=0, merge=True)
    assert merged is not None
    assert merged.number == 2
    with pytest.raises(Conflict):
        await _save({"economy.daily": 400}, version=0, merge=True)
    now = await settings.of(GUILD, EconomySettings)
    assert (now.daily, now.fee_percent) == (300, 5)


async def test_a_version_that_never_was_is_refused() -> None:
    with pytest.raises(Conflict):
        await _save({"economy.daily": 300}, version=7)


async def test_what_was_changed_and_changed_back_is_no_conflict() -> None:
    await rule(GUILD, daily=300)
    await rule(GUILD, daily=200)
    assert await _save({"economy.daily": 400}, version=0) is not None


async def test_many_at_once_each_make_their_own_change_set() -> None:
    names = ["daily", "work_most", "bet_most", "fee_percent", "newcomer_days", "offer_hours", "bet_percent"]
    await asyncio.gather(*(rule(GUILD, **{name: 50}) for name in names))
    page = await history.page(GUILD)
    assert [change_set.number for change_set in page.change_sets] == list(range(len(names), 0, -1))
    assert {key for change_set in page.change_sets for key in change_set.changes} == {
        f"economy.{name}" for name in names
    }
    assert page.older is None


def test_every_module_has_a_schema_in_which_each_field_is_described() -> None:
    for schema in modules.schemas().values():
        assert schema["additionalProperties"] is False
        for field in schema["properties"].values():
            assert field["title"]
            assert field["description"]
    roles = modules.schemas()["general"]["properties"]["staff_role_ids"]
    assert (roles["x-names"], roles["items"]["type"], roles["maxItems"]) == ("role", "string", 25)
    daily = modules.schemas()["economy"]["properties"]["daily"]
    assert (daily["minimum"], daily["maximum"], daily["default"]) == (0, 10**9, 200)
