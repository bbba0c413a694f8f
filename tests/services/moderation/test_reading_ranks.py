"""The facts behind a decision: all read from Discord at that moment, and whatever is missing counts against it."""

from __future__ import annotations

import httpx
import pytest

from services import permissions, settings
from services.core.actors import Actor
from services.core.errors import Unanswered, UserError
from services.directory.hierarchy import BotAbsent
from services.moderation.authority import Action, BotUnable, Denied, check, check_bot
from services.permissions import Kind, Target
from services.settings import Source
from tests.services.moderation import crew, truth_table
from tests.services.moderation.crew_at_discord import BLOCKED, GATEWAY, NONSENSE, NOT_IN_IT, World, asked, refusal
from tests.services.moderation.test_authority import letter
from tests.services.moderation.truth_table import COMMANDS
from tests.support.bot import GUILD
from tests.support.rules import discord_names

pytestmark = pytest.mark.usefixtures("database")

MATE, WATCH, ADMIRAL = crew.actor_id("mate"), crew.target_id("watch"), crew.actor_id("admiral")


async def outcome(actor: str, action: Action, target: str) -> str:
    try:
        await check(GUILD, crew.actor_id(actor), action, crew.target_id(target, actor), command=COMMANDS[action])
    except UserError as error:
        return letter(error)
    return "."


async def test_what_discord_says_now_decides_as_the_table_says_and_a_refusal_changes_nothing(world: World) -> None:
    wrong = []
    for (action, *_), table in truth_table.ON_WHOM.items():
        told = dict(line.split()[:2] for line in table.strip().splitlines())
        for actor in ("mate", "silenced"):
            for target, wanted in zip(truth_table.TARGETS.split(), told[actor], strict=True):
                async with asked(world):
                    if (got := await outcome(actor, action, target)) != wanted:
                        wrong.append((actor, action, target, wanted, got))
    assert wrong == []
    assert await world.changed_nothing()


async def test_the_caller_gets_the_facts_that_were_read(world: World) -> None:
    allowed = await check(GUILD, MATE, Action.BAN, crew.GONE)
    assert allowed.actor.role_ids == {crew.role_id("mate")}
    assert allowed.bot.id == crew.TATIANA
    assert allowed.target is not None
    assert not allowed.target.in_guild
    given = await check(GUILD, MATE, Action.ROLE, WATCH, role_id=crew.role_id("sailor"))
    assert given.role is not None
    assert given.role.name == "sailor"
    assert world.calls.count("GET /users/@me") == 1, "the bot's own id never changes"


async def test_someone_without_an_account_can_t_be_found_but_isn_t_an_error(world: World) -> None:
    world.instead["98"] = refusal(404, 10013)
    assert await outcome("mate", Action.BAN, "gone") == "."
    assert await outcome("mate", Action.KICK, "gone") == "L"


@pytest.mark.parametrize("said", [GATEWAY, BLOCKED, NONSENSE, refusal(429, 0)], ids=["502", "blocked", "{}", "429"])
@pytest.mark.parametrize("missing", [str(GUILD), str(crew.TATIANA), str(MATE), str(WATCH), str(ADMIRAL)])
async def test_one_missing_fact_denies_everything(world: World, missing: str, said: httpx.Response) -> None:
    await permissions.put(GUILD, Actor(ADMIRAL, "r"), "kick", Target(Kind.MEMBER, MATE), allowed=True)
    world.instead[missing] = said
    async with asked(world, patience=0.1):
        with pytest.raises(Unanswered, match="can't check permissions"):
            await check(GUILD, MATE, Action.KICK, WATCH)
    assert await world.changed_nothing()


async def test_without_the_bot_in_the_server_nothing_is_decided(world: World) -> None:
    for path, said in ((GUILD, refusal(403, 50001)), (GUILD, refusal(404, 10004)), (crew.TATIANA, NOT_IN_IT)):
        world.instead = {str(path): said}
        with pytest.raises(BotAbsent, match="for commands only"):
            await check(GUILD, MATE, Action.KICK, WATCH)
        with pytest.raises(BotAbsent):
            await check_bot(GUILD, Action.UNBAN, WATCH)


async def test_an_allow_rule_ends_with_its_authors_administrator_permission(world: World) -> None:
    world.staff = crew.P(0)
    await permissions.put(GUILD, Actor(ADMIRAL, "r"), "ban", Target(Kind.ROLE, GUILD), allowed=True)
    assert await outcome("mate", Action.BAN, "watch") == "."
    demoted = {"user": {"id": str(ADMIRAL)}, "roles": []}
    world.instead[str(ADMIRAL)] = httpx.Response(200, json=demoted)
    assert await outcome("mate", Action.BAN, "watch") == "F"
    world.instead[str(ADMIRAL)] = NOT_IN_IT
    assert await outcome("mate", Action.BAN, "watch") == "F"
    assert await world.changed_nothing()


async def test_a_rule_by_someone_who_was_erased_counts_for_nothing_and_asks_for_nobody(world: World) -> None:
    world.staff = crew.P(0)
    await permissions.put(GUILD, Actor(-5, "r"), "ban", Target(Kind.ROLE, GUILD), allowed=True)
    assert await outcome("mate", Action.BAN, "watch") == "F"
    assert not any(call.endswith("/-5") for call in world.calls)


async def test_a_rule_for_another_command_counts_for_nothing(world: World) -> None:
    world.staff = crew.P(0)
    await permissions.put(GUILD, Actor(ADMIRAL, "r"), "kick", Target(Kind.ROLE, GUILD), allowed=True)
    assert await outcome("mate", Action.BAN, "watch") == "P"
    assert await outcome("mate", Action.KICK, "watch") == "."
    assert f"GET /guilds/{GUILD}/members/{ADMIRAL}" in world.calls


async def test_a_staff_role_opens_pages_but_allows_no_action(world: World) -> None:
    discord_names(GUILD, crew.role_id("figurehead"))
    staff = {"general.staff_role_ids": [str(crew.role_id("figurehead"))]}
    await settings.save(GUILD, 0, staff, source=Source.COMMAND)
    for action in (Action.NOTE, Action.BAN, Action.VIEW_CASES):
        assert await outcome("figurehead", action, "watch") == "P"


async def test_lifting_asks_only_about_the_bot_and_the_member(world: World) -> None:
    lifted = await check_bot(GUILD, Action.UNTIMEOUT, crew.GONE)
    assert lifted.target is not None
    assert not lifted.target.in_guild
    assert not any(str(MATE) in call for call in world.calls)
    world.bot = "powerless"
    with pytest.raises(BotUnable) as refused:
        await check_bot(GUILD, Action.UNTIMEOUT, WATCH)
    assert "I'm missing these permissions: Timeout Members." in str(refused.value.text)
    with pytest.raises(Denied, match="no longer exists"):
        await check_bot(GUILD, Action.ROLE, WATCH, crew.role_id("deleted"))
