"""Rules for commands as everybody meets them, also while the database is away."""

from __future__ import annotations

import pytest

from interactions import commands  # noqa: F401  (declares them)
from interactions.commands.economy.payments import accept, decline, pay_request
from interactions.components import COMPONENTS
from interactions.declare import COMMANDS
from interactions.permits import belongs
from interactions.retries import again, leave
from services import permissions
from services.permissions import Kind, Target
from tests.support.bot import ALICE, BOB, CHANNEL, MANAGER, OTHER_GUILD, Bot
from tests.support.coins import balance, give
from tests.support.command_rules import OFF, allow, deny
from tests.support.outage import database_away

pytestmark = pytest.mark.usefixtures("database")


# Everybody meets the rules


async def test_what_was_denied_does_nothing_and_says_who_decided_so(bot: Bot) -> None:
    await deny("daily")
    answer = await bot.slash("daily")
    assert answer.private
    assert OFF.format("daily") in answer.content
    assert await balance(ALICE) == 0


async def test_a_denied_group_takes_its_commands_its_buttons_and_its_suggestions(bot: Bot) -> None:
    await give(ALICE, 100)
    played = await bot.slash("bet coinflip", amount="10", side="heads")
    coins = await balance(ALICE)
    assert (await bot.complete("bet coinflip", "amount", "10")).choices
    await deny("bet")
    assert OFF.format("bet") in (await bot.slash("bet coinflip", amount="10", side="heads")).content
    again = await bot.press(played.button("Play again"), on=played)
    assert OFF.format("bet") in again.content
    assert again.private
    assert (await bot.complete("bet coinflip", "amount", "10")).choices == []
    assert await balance(ALICE) == coins


async def test_a_form_that_was_open_when_its_command_was_denied_does_nothing(bot: Bot) -> None:
    await give(ALICE, 100)
    form = await bot.menu("Pay…", BOB)
    await deny("pay", Target(Kind.MEMBER, ALICE))
    sent = await bot.submit(form, {"amount": "50", "note": ""})
    assert "have blocked" in sent.content
    assert "have blocked" in (await bot.menu("Pay…", BOB)).content
    assert await balance(BOB) == 0


async def test_a_rule_for_a_channel_holds_in_its_threads_and_nowhere_else(bot: Bot) -> None:
    await deny("balance", Target(Kind.CHANNEL, CHANNEL))
    assert "in this channel" in (await bot.slash("balance")).content
    elsewhere = bot.command("balance") | {"channel_id": "77", "channel": {"id": "77", "type": 0}}
    assert "off" not in (await bot.send(elsewhere)).content
    thread = {"id": "78", "type": 11, "parent_id": str(CHANNEL)}
    assert (
        "in this channel" in (await bot.send(bot.command("balance") | {"channel_id": "78", "channel": thread})).content
    )
    # A category is the parent of a channel, too, and is none of the rule's business.
    channel = {"id": "79", "type": 0, "parent_id": str(CHANNEL)}
    assert "off" not in (await bot.send(bot.command("balance") | {"channel_id": "79", "channel": channel})).content


async def test_an_allowance_lets_a_member_do_what_only_admins_may(bot: Bot) -> None:
    refused = await bot.slash("economy grant", by=BOB, member=ALICE, amount="5")
    assert "Manage Server" in refused.content
    await allow("economy grant", Target(Kind.MEMBER, BOB))
    await bot.slash("economy grant", by=BOB, member=ALICE, amount="5")
    assert await balance(ALICE) == 5
    assert "Manage Server" in (await bot.slash("economy take", by=BOB, member=ALICE, amount="5")).content
    assert (
        "Manage Server"
        in (await bot.slash("economy grant", by=BOB, guild=OTHER_GUILD, member=ALICE, amount="5")).content
    )


async def test_an_allowed_command_brings_its_form_along(bot: Bot) -> None:
    await allow("economy item create", Target(Kind.MEMBER, BOB))
    form = await bot.slash("economy item create", by=BOB)
    made = await bot.submit(form, {"name": "Rope", "description": "", "price": "5", "stock": ""}, by=BOB)
    assert "On sale" in made.content


async def test_help_lists_what_one_may_use_and_nothing_else(bot: Bot) -> None:
    await deny("bet")
    await allow("economy grant", Target(Kind.MEMBER, ALICE))
    said = (await bot.slash("help")).content
    assert "/bet" not in said
    assert "/economy grant" in said
    assert "/economy take" not in said
    assert "no area or command `bet`" in (await bot.slash("help", topic="bet")).content


async def test_no_admin_is_locked_out(bot: Bot) -> None:
    for name in ("bet", "economy", "daily", "help", "ping"):
        await deny(name)
        await deny(name, Target(Kind.MEMBER, MANAGER))
    assert "Command rules" in (await bot.slash("permissions show", by=MANAGER)).content
    assert "Rules removed" in (await bot.slash("permissions reset", by=MANAGER, command="daily")).content
    assert OFF.format("daily") not in (await bot.slash("daily")).content


async def test_direct_messages_know_no_rules(bot: Bot) -> None:
    await deny("ping")
    assert "here" in (await bot.slash("ping", guild=None)).content


# While the database is away


async def test_help_finds_a_command_by_its_name_in_any_language_and_suggests_it(bot: Bot) -> None:
    for topic in ("bet", "/bet", "BET", "apostar", "bet  coinflip", "apostar cara_ou_coroa"):
        said = (await bot.slash("help", topic=topic)).content
        assert "/bet coinflip" in said, topic
        assert "/pay" not in said
    choices = (await bot.complete("help", "topic", "odds")).choices
    assert [(choice["name"], choice["value"]) for choice in choices] == [("/bet odds", "/bet odds")]


async def test_without_a_database_ping_and_help_work_where_no_rules_are_known(bot: Bot, database: str) -> None:
    assert "here" in (await bot.slash("ping")).content
    async with database_away(database):
        assert "I'm here." in (await bot.slash("ping")).content
        assert "/daily" in (await bot.slash("help")).content


async def test_without_a_database_a_server_with_rules_is_refused_rather_than_let_through(
    bot: Bot, database: str
) -> None:
    await deny("ping", Target(Kind.MEMBER, BOB))
    assert "I'm here." in (await bot.slash("ping")).content
    permissions.rule_cache._memory.rules.clear()
    async with database_away(database):
        assert "can't reach my database" in (await bot.slash("ping", by=BOB)).content
        assert "I'm here." in (await bot.slash("ping", by=BOB, guild=OTHER_GUILD)).content


# What belongs to what


def test_every_component_belongs_to_a_command_or_is_known_to_belong_to_none() -> None:
    # An offer is answered by whoever it was made to, whatever commands they may use; a repeat is the command's own.
    none = {component.path for component in COMPONENTS if not belongs(component)}
    assert none == {accept.path, decline.path, pay_request.path, again.path, leave.path}
    names = [name for _, name in COMMANDS]
    for component in COMPONENTS:
        assert not belongs(component) or any(permissions.covers(belongs(component), name) for name in names)


def test_a_component_that_was_said_to_belong_to_a_command_does() -> None:
    for component in COMPONENTS:
        if " ".join(component.path.strip("/").split("/")[: component.of.count(" ") + 1]) != component.of:
            assert belongs(component) == (component.of if component.of != "offers" else "") or component.of.startswith(
                belongs(component)
            )
