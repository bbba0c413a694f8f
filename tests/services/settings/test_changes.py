"""Settings history, taken back and brought over: for any settings of every module."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits

from services import settings
from services.economy.settings import EconomySettings
from services.settings import (
    BadSetting,
    ChangeSet,
    Conflict,
    General,
    Source,
    documents,
    history,
    storage,
)
from services.settings.documents import BadDocument, Outdated, UnmappedIds
from services.settings.modules import UnknownSetting
from tests.services.settings import any_settings
from tests.support.bot import GUILD, MANAGER, OTHER_GUILD
from tests.support.rules import discord_names, discord_names_those_in, rule

pytestmark = pytest.mark.usefixtures("database")
several = limits(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

_guilds = itertools.count(1)


async def _save(guild_id: int, changes: dict[str, Any]) -> ChangeSet | None:
    discord_names_those_in(guild_id, changes)
    return await settings.save(guild_id, MANAGER, changes, source=Source.API)


async def _values(guild_id: int) -> dict[str, Any]:
    return dict((await storage.read(guild_id)).values)


async def _apply(guild_id: int, document: Any, mapped: Any = None) -> ChangeSet | None:
    read = documents.read(document)
    plan = await documents.plan(guild_id, read, mapped)
    return await documents.apply(guild_id, MANAGER, read, plan.digest, mapped)


@given(a=any_settings.values(), b=any_settings.values())
@several
async def test_applying_the_difference_of_two_servers_to_one_makes_it_the_other(
    a: dict[str, Any], b: dict[str, Any]
) -> None:
    here = next(_guilds)
    await _save(here, a)
    assert await _values(here) == a
    differing = {key: value for key, value in b.items() if value != a[key]}
    discord_names_those_in(here, b)
    made = await _apply(here, {"schema": 1, "settings": storage.nested(differing)})
    assert await _values(here) == b
    assert (made is None) == (a == b)


@given(a=any_settings.values(), b=any_settings.values())
@several
async def test_a_change_taken_back_leaves_everything_as_it_was(a: dict[str, Any], b: dict[str, Any]) -> None:
    here = next(_guilds)
    await _save(here, a)
    before = await storage.read(here)
    if (made := await _save(here, b)) is None:
        return
    assert await _values(here) == b
    discord_names_those_in(here, a)
    back = await settings.revert(here, MANAGER, made.number)
    assert back is not None
    assert (back.source, back.reverts) == (Source.REVERT, made.number)
    assert (await storage.read(here)).stored == before.stored


@given(a=any_settings.values())
@several
async def test_what_one_server_exports_another_can_take_as_text(a: dict[str, Any]) -> None:
    here, there = next(_guilds), next(_guilds)
    await _save(here, a)
    document = await documents.export(here)
    text = documents.text(document)
    assert "`" not in text
    assert documents.read(text) == documents.read(document)
    discord_names_those_in(there, a)
    mapped = {int(one): int(one) for one in [*a["general.staff_role_ids"], a["general.log_channel_id"] or 1]}
    await _apply(there, text, mapped)
    assert await _values(there) == a


@given(a=any_settings.some(), b=any_settings.some(), c=any_settings.some())
@several
async def test_a_change_in_the_middle_goes_back_where_nobody_touched_it_again(
    a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]
) -> None:
    here = next(_guilds)
    await _save(here, a)
    if (made := await _save(here, b)) is None:
        return
    await _save(here, c)
    now = await _values(here)
    lost = {key for key, both in made.changes.items() if now[key] not in (both.after, both.before)}
    discord_names_those_in(here, a)
    if lost:
        with pytest.raises(Conflict) as refused:
            await settings.revert(here, MANAGER, made.number)
        assert {clash.key for clash in refused.value.clashes} == lost
        assert await _values(here) == now
    await settings.revert(here, MANAGER, made.number, partial=True)
    back = {key: both.before for key, both in made.changes.items() if key not in lost}
    assert await _values(here) == now | back


async def test_taking_back_twice_changes_nothing_more() -> None:
    await rule(GUILD, daily=300)
    assert await settings.revert(GUILD, MANAGER, 1) is not None
    assert await settings.revert(GUILD, MANAGER, 1) is None
    with pytest.raises(history.NoChangeSet):
        await settings.revert(OTHER_GUILD, MANAGER, 1)


async def test_a_revert_that_would_make_nonsense_is_refused() -> None:
    await rule(GUILD, work_least=10)
    await rule(GUILD, work_most=15)
    with pytest.raises(BadSetting) as refused:
        await settings.revert(GUILD, MANAGER, 1)
    assert str(refused.value.text) == "The minimum pay per shift is higher than the maximum."
    assert (await settings.of(GUILD, EconomySettings)).work_least == 10


async def test_a_plan_is_worth_nothing_once_anything_has_changed() -> None:
    document = documents.read({"schema": 1, "settings": {"economy": {"daily": 300}}})
    plan = await documents.plan(GUILD, document)
    assert plan.changes == {"economy.daily": settings.ValueChange(200, 300)}
    elsewhere = await documents.plan(OTHER_GUILD, document)
    other = documents.read({"schema": 1, "settings": {"economy": {"daily": 301}}})
    for wrong, digest in ((other, plan.digest), (document, elsewhere.digest), (document, ""), (document, "é")):
        with pytest.raises(Outdated):
            await documents.apply(GUILD, MANAGER, wrong, digest)
    await rule(GUILD, fee_percent=5)
    with pytest.raises(Outdated):
        await documents.apply(GUILD, MANAGER, document, plan.digest)
    assert (await settings.of(GUILD, EconomySettings)).daily == 200
    assert await _apply(GUILD, {"schema": 1, "settings": {"economy": {"daily": 300}}}) is not None


async def test_roles_and_channels_of_another_server_are_named_until_somebody_says_which_are_meant() -> None:
    await _save(OTHER_GUILD, {"general.staff_role_ids": ["11", "12"], "general.log_channel_id": "21"})
    document = documents.read(await documents.export(OTHER_GUILD))
    with pytest.raises(UnmappedIds) as refused:
        await documents.plan(GUILD, document, {12: 112})
    assert "`11` in Staff roles" in str(refused.value.text)
    assert refused.value.ids == {11: "general.staff_role_ids", 21: "general.log_channel_id"}
    discord_names(GUILD, 112, 121)
    await _apply(GUILD, await documents.export(OTHER_GUILD), {11: None, 12: 112, 21: 121})
    here = await settings.of(GUILD, General)
    assert (here.staff_role_ids, here.log_channel_id) == ((112,), 121)
    assert (await documents.plan(OTHER_GUILD, document)).changes == {}


BOMB = "a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a valid settings document",
        "[]",
        "schema: 2\nsettings: {}",
        "schema: 1",
        "schema: 1\nsettings: {economy: 3}",
        "schema: 1\nsettings: {}\nmore: 1",
        "schema: 1\nsettings: {economy: {daily: 1, daily: 2}}",
        "schema: 1\nschema: 1\nsettings: {}",
        '{"schema": 1, "settings": {"economy": {"daily": 1, "\\u0064aily": 2}}}',
        "schema: 1\nsettings: &a {}",
        "schema: 1\nsettings: {economy: {daily: !!int '1'}}",
        "schema: 1\nsettings: {economy: [" + "1, " * 5000 + "1]}",
        "schema: 1\nsettings: {1: {}}",
        "schema: 1\nserver: here\nsettings: {}",
        "schema: 1\nsettings: !!python/object/apply:os.system ['true']",
        "settings: {? [1] : 2}",
        BOMB,
        "[" * 5000,
        "{a: " * 5000,
        "x: " + "9" * 5000,
        "\x00",
        "\ud800",
        "- " * 40_000,
        "a: b: c",
        "%YAML 9.9\n---\n",
        "--- 1\n--- 2",
        "x: 2024-99-99",
    ],
)
async def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(BadDocument):
        documents.read(text)


@pytest.mark.parametrize(
    "values",
    [
        {"economy": {"daily": [1]}},
        {"economy": {"daily": {"a": 1}}},
        {"economy": {"daily": 10**400}},
        {"economy": {"zone": None}},
        {"economy": {"symbol": b"x"}},
        {"general": {"staff_role_ids": "11"}},
        {"general": {"staff_role_ids": [None, True, -1, "x" * 1000]}},
        {"general": {"log_channel_id": {}}},
        {"economy.daily": {"x": 1}},
        {"": {"": 1}},
        {"nothing": {"x": 1}},
    ],
)
@pytest.mark.parametrize("server", [None, str(OTHER_GUILD)])
async def test_a_document_with_nonsense_in_it_is_refused(values: dict[str, Any], server: str | None) -> None:
    document = documents.read({"schema": 1, "server": server, "settings": values})
    with pytest.raises((BadSetting, UnknownSetting, UnmappedIds)):
        await documents.plan(GUILD, document)
