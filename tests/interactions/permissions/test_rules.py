"""/permissions: admins decide who may use what, and are told why somebody may."""

from __future__ import annotations

import re
from typing import Any

import pytest

from discord_api.permissions import Permissions
from interactions import commands  # noqa: F401  (declares them)
from interactions.declare import COMMANDS
from playground.client.acting import Play
from playground.world.cast import ALICE as MENDER
from playground.world.cast import BOB as CASTELL
from playground.world.cast import GENERAL, HARBOUR, KEEPER, MARKET, SAILOR
from playground.world.cast import MANAGER as SAMIR
from playground.world.entities import CommandOverride
from services import permissions
from services.core.actors import Actor
from services.core.transactions import rows
from services.permissions import Kind, Target
from tests.support.areas import turn
from tests.support.bot import ALICE, BOB, GUILD, HELD, MANAGER, STRANGER, Bot
from tests.support.command_rules import EVERYONE, allow, deny

pytestmark = pytest.mark.usefixtures("database")

# Admins decide


async def test_a_decision_is_said_noted_and_shown(bot: Bot) -> None:
    said = await bot.slash("permissions deny", by=MANAGER, command="/bet dice", member=BOB)
    assert said.private
    assert f"`/bet dice` is **blocked** for <@{BOB}>" in said.content
    assert (
        "Nothing changed" in (await bot.slash("permissions deny", by=MANAGER, command="bet dice", member=BOB)).content
    )
    shown = (await bot.slash("permissions show", by=MANAGER)).content
    assert f"⛔ `/bet dice` is blocked for <@{BOB}> (<@{MANAGER}>" in shown
    (row,) = await rows("SELECT action, target, request_id FROM audit_log")
    assert (row["action"], row["target"]) == ("command_rules.deny", "bet dice")
    assert row["request_id"]


async def test_the_same_decision_delivered_twice_is_made_once(bot: Bot) -> None:
    payload = bot.command("permissions deny", by=MANAGER, command="bet", member=BOB)
    first, second = await bot.send(payload), await bot.send(payload)
    assert first == second
    assert len(await rows("SELECT FROM audit_log")) == 1


async def test_whoever_is_allowed_an_admins_command_is_told_what_discord_hides(bot: Bot) -> None:
    said = await bot.slash("permissions allow", by=MANAGER, command="economy grant", member=BOB)
    assert "Integrations" in said.content
    assert "Integrations" not in (await bot.slash("permissions allow", by=MANAGER, command="bet", member=BOB)).content


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"command": "bet"}, "Choose exactly one of"),
        ({"command": "bet", "member": BOB, "role": 5}, "Choose exactly one of"),
        ({"command": "better", "member": BOB}, "have a command called `/better`"),
        ({"command": "permissions", "member": BOB}, "Manage Server"),
        ({"command": "setup", "member": BOB}, "Manage Server"),
        ({"command": "doctor", "member": BOB}, "Manage Server"),
        ({"command": "`x`", "member": BOB}, "'x'"),
    ],
)
async def test_what_makes_no_rule_is_explained(bot: Bot, options: dict[str, Any], said: str) -> None:
    for name in ("permissions allow", "permissions deny"):
        answer = await bot.slash(name, by=MANAGER, **options)
        assert said in answer.content
    assert await permissions.read(GUILD) == ()


async def test_a_category_is_not_taken_for_a_channel(bot: Bot) -> None:
    payload = bot.command("permissions deny", by=MANAGER, command="bet")
    options = payload["data"]["options"][0]["options"]
    options.append({"name": "channel", "type": 7, "value": "55"})
    channel = {"id": "55", "name": "Ashore", "type": 4, "permissions": "0"}
    payload["data"]["resolved"]["channels"] = {"55": channel}
    assert "can't be set for a category" in (await bot.send(payload)).content


async def test_rules_are_taken_back_by_command_or_by_whom_they_are_for(bot: Bot) -> None:
    await deny("bet")
    await deny("bet", Target(Kind.MEMBER, BOB))
    await deny("work", Target(Kind.MEMBER, BOB))
    assert "Choose which rules" in (await bot.slash("permissions reset", by=MANAGER)).content
    said = (await bot.slash("permissions reset", by=MANAGER, member=BOB)).content
    assert "`/bet` for" in said
    assert "`/work` for" in said
    assert [one.target for one in await permissions.read(GUILD)] == [EVERYONE]
    assert "no such rule" in (await bot.slash("permissions reset", by=MANAGER, member=BOB)).content
    assert "@everyone" in (await bot.slash("permissions reset", by=MANAGER, command="bet")).content
    assert await permissions.read(GUILD) == ()


async def test_many_rules_are_paged_through(bot: Bot) -> None:
    for member in range(1, 40):
        await deny("economy item create", Target(Kind.MEMBER, 10**18 + member))
    first = await bot.slash("permissions show", by=MANAGER, command="economy item")
    assert "Page 1 of 3" in first.content
    second = await bot.press(first.button("Next"), by=MANAGER, on=first)
    assert "Page 2 of 3" in second.content
    assert second.content.count("⛔") == 15
    longest = max(len(component["custom_id"]) for component in second.components)
    assert longest <= 100


async def test_rules_are_listed_under_the_areas_of_their_commands_and_removed_commands_come_last(bot: Bot) -> None:
    for command in ("bet", "economy", "karaoke", "shop", "work"):
        await deny(command)
    shown = (await bot.slash("permissions show", by=MANAGER)).content
    assert re.findall(r"^\*\*(.+)\*\*$|`(/\w+)`", shown, re.MULTILINE) == [
        ("💰 Economy", ""), ("", "/economy"), ("", "/work"),
        ("🛒 Shop", ""), ("", "/shop"),
        ("🎲 Games", ""), ("", "/bet"),
        ("Removed commands", ""), ("", "/karaoke"),
    ]  # fmt: skip


async def test_a_page_of_rules_names_the_area_again_that_continues_on_it(bot: Bot) -> None:
    for member in range(1, 11):
        for command in ("bet", "work"):
            await deny(command, Target(Kind.MEMBER, 10**18 + member))
    first = await bot.slash("permissions show", by=MANAGER)
    second = await bot.press(first.button("Next"), by=MANAGER, on=first)
    assert first.content.count("`/work`") == 10
    assert first.content.count("`/bet`") == second.content.count("`/bet`") == 5
    assert "**🎲 Games**" in first.content
    assert "**🎲 Games**" in second.content
    assert "Economy" not in second.content


async def test_suggestions_name_commands_and_groups_but_not_those_without_rules(bot: Bot) -> None:
    offered = (await bot.complete("permissions deny", "command", "econ", by=MANAGER)).choices
    assert {"economy", "economy item", "economy item create", "economy grant"} <= {one["value"] for one in offered}
    assert (await bot.complete("permissions deny", "command", "permissions", by=MANAGER)).choices == []
    single = [
        choice["value"] for choice in (await bot.complete("permissions why", "command", "/BET", by=MANAGER)).choices
    ]
    assert single == ["bet coinflip", "bet dice", "bet odds", "bet slots"]


@pytest.mark.parametrize("name", ["show", "allow", "deny", "reset"])
async def test_only_admins_reach_it(bot: Bot, name: str) -> None:
    options: dict[str, dict[str, Any]] = {
        "allow": {"command": "bet", "member": ALICE},
        "deny": {"command": "bet", "member": ALICE},
    }
    given = options.get(name, {})
    for person in (ALICE, STRANGER):
        assert "Manage Server" in (await bot.slash(f"permissions {name}", by=person, **given)).content
    assert (await bot.complete("permissions deny", "command", "")).choices == []
    assert await permissions.read(GUILD) == ()


async def test_nobody_takes_part_of_the_admins_power_by_a_rule(bot: Bot) -> None:
    """Someone who may use every command that rules are about still makes no rules."""
    for name in sorted({known.split(" ")[0] for _, known in COMMANDS}):
        if not permissions.is_protected(name) and name.islower():
            await allow(name)
    answer = await bot.slash("permissions allow", by=BOB, command="economy", member=BOB)
    assert "Manage Server" in answer.content


# Why


async def test_the_reasons_are_told_in_their_order(play: Play) -> None:
    market, sailor = Target(Kind.CHANNEL, MARKET), Target(Kind.ROLE, SAILOR)
    await deny("bet", Target(Kind.ROLE, HARBOUR), HARBOUR)
    await allow("bet", sailor, HARBOUR)
    await deny("bet dice", market, HARBOUR)
    here = await play.slash("permissions why", as_=SAMIR, channel=MARKET, member=CASTELL, command="bet dice")
    assert here.ephemeral
    lines = here.content.splitlines()
    assert "Can Bob Castell use /bet dice?" in lines[0]
    deciding = next(line for line in lines if "This rule decides:" in line)
    assert "`/bet dice` is blocked for <#" in deciding
    others = [line for line in lines if "so ignored" in line]
    assert "allowed for <@&" in others[0]
    assert "blocked for @everyone" in others[1]
    assert "**can't** use it here" in here.content
    there = await play.slash("permissions why", as_=SAMIR, channel=GENERAL, member=CASTELL, command="bet dice")
    assert "**can** use it here" in there.content
    bet = await play.slash("bet dice", as_=CASTELL, channel=MARKET, amount="1", number=1)
    assert "in this channel" in bet.content
    await turn("games", False, HARBOUR)
    off = await play.slash("permissions why", as_=SAMIR, channel=GENERAL, member=CASTELL, command="bet dice")
    assert "Games is turned off in this server." in off.content


async def test_what_discord_hides_is_told_before_our_own_rules(play: Play) -> None:
    said = await play.slash("permissions why", as_=SAMIR, member=MENDER, command="economy grant")
    assert "1. Discord only shows `/economy` to members with Manage Server" in said.content
    assert "needs Manage Server, which <@" in said.content
    assert "doesn't have here" in said.content
    own = await play.slash("permissions why", as_=SAMIR, member=SAMIR, command="setup")
    assert "Rules don't apply to this command" in own.content
    assert "**can** use it here" in own.content


async def test_what_discords_own_page_says_is_told(play: Play) -> None:
    unset = await play.slash("permissions why", as_=SAMIR, member=CASTELL, command="bet dice")
    assert "Server Settings › Integrations has no rule about this." in unset.content
    play.set_permissions("bet", CommandOverride(CASTELL, 2, allowed=False), CommandOverride(HARBOUR, 1, allowed=True))
    said = await play.slash("permissions why", as_=SAMIR, member=CASTELL, command="bet dice")
    assert f"Server Settings › Integrations: hidden from <@{CASTELL}>" in said.content
    assert "Server Settings › Integrations: shown to @everyone" in said.content


async def test_why_and_the_door_never_disagree(play: Play) -> None:
    """Whatever the rules are, the answer to "why" is what happens."""
    people = {MENDER: SAILOR, CASTELL: SAILOR}
    settings = [
        (Target(Kind.ROLE, SAILOR), False, Target(Kind.MEMBER, MENDER), True),
        (Target(Kind.CHANNEL, GENERAL), True, Target(Kind.ROLE, HARBOUR), False),
        (Target(Kind.ROLE, KEEPER), True, Target(Kind.ROLE, SAILOR), False),
    ]
    for first, one, second, other in settings:
        await permissions.drop(HARBOUR, Actor(SAMIR, "r"), "balance", None)
        for target, allowed in ((first, one), (second, other)):
            await permissions.put(HARBOUR, Actor(SAMIR, "r"), "balance", target, allowed=allowed)
        for person in people:
            said = await play.slash("permissions why", as_=SAMIR, member=person, command="balance")
            used = await play.slash("balance", as_=person)
            assert ("**can** use" in said.content) is ("have blocked" not in used.content)


def test_managers_in_these_tests_manage() -> None:
    assert HELD[MANAGER].allows(Permissions.MANAGE_GUILD)
