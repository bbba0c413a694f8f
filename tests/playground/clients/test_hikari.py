"""hikari's REST client against the playground: every call that both support, with its response parsed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import hikari
import pytest
from hikari.api import RESTClient
from starlette.responses import Response

from playground.world.cast import ALICE, BOB, CARMEN, DECK, GENERAL, HARBOUR, PRACA, SAILOR
from tests.playground.clients.conftest import Served
from tests.playground.fake_bot import URL, Json


@pytest.fixture
async def rest(served: Served) -> AsyncIterator[RESTClient]:
    app = hikari.RESTApp(url=served.url)
    await app.start()
    async with app.acquire(served.bot.identity.token, "Bot") as client:
        yield client
    await app.close()


async def test_it_makes_every_call_of_the_playground_and_parses_the_responses(served: Served, rest: RESTClient) -> None:
    application_id = served.bot.identity.application_id
    await _read_the_application(rest, application_id)
    await _register(rest, application_id)
    await _read_guilds(rest)
    await _give_and_take_a_role(rest)
    await _moderate(rest)
    await _write(rest)
    await _manage_the_channel(rest)
    await _react(rest)
    await _answer(served, rest, application_id)
    await rest.leave_guild(PRACA)
    assert served.unanswered() == {"GET /applications/@me"}, "hikari asks /oauth2/applications/@me for the same"


async def _read_the_application(rest: RESTClient, application_id: int) -> None:
    assert (await rest.fetch_application()).id == application_id
    assert (await rest.edit_application(tags=["games"], interactions_endpoint_url=URL)).tags == ["games"]
    assert (await rest.fetch_authorization()).application.id == application_id
    assert (await rest.fetch_my_user()).is_bot
    assert (await rest.fetch_user(ALICE)).username == "alice.moreau"
    assert (await rest.fetch_gateway_bot_info()).shard_count == 1
    assert (await rest.fetch_gateway_url()).startswith("ws://127.0.0.1")


async def _register(rest: RESTClient, application_id: int) -> None:
    for guild in (hikari.UNDEFINED, HARBOUR):
        builder = rest.slash_command_builder("ping", "Answers")
        await rest.set_application_commands(application_id, [builder], guild)
        made = await rest.create_slash_command(application_id, "pong", "Answers too", guild=guild)
        await rest.edit_application_command(application_id, made, guild, description="Answers as well")
        assert (await rest.fetch_application_command(application_id, made, guild)).name == "pong"
        assert {command.name for command in await rest.fetch_application_commands(application_id, guild)} == {
            "ping",
            "pong",
        }
        await rest.delete_application_command(application_id, made, guild)
    (set_for,) = await rest.fetch_application_guild_commands_permissions(application_id, HARBOUR)
    assert set_for.command_id == application_id
    command = await rest.fetch_application_command_permissions(application_id, HARBOUR, application_id)
    assert [line.has_access for line in command.permissions] == [False, True, True]


async def _read_guilds(rest: RESTClient) -> None:
    assert {guild.id async for guild in rest.fetch_my_guilds()} == {HARBOUR, PRACA}
    assert [guild.id async for guild in rest.fetch_my_guilds(newest_first=True)] == [PRACA, HARBOUR]
    guild = await rest.fetch_guild(HARBOUR)
    assert guild.approximate_member_count == len([member async for member in rest.fetch_members(HARBOUR)])
    channels = {channel.id: channel for channel in await rest.fetch_guild_channels(HARBOUR)}
    assert isinstance(channels[hikari.Snowflake(DECK)], hikari.GuildVoiceChannel)
    assert (await rest.fetch_role(HARBOUR, SAILOR)).name == "Sailor"
    assert {role.name for role in await rest.fetch_roles(HARBOUR)} > {"Sailor"}
    assert (await rest.fetch_role_member_counts(HARBOUR))[hikari.Snowflake(SAILOR)] == 2
    assert (await rest.fetch_member(HARBOUR, ALICE)).role_ids[0] == SAILOR
    assert [member.id for member in await rest.search_members(HARBOUR, "bob")] == [BOB]


async def _give_and_take_a_role(rest: RESTClient) -> None:
    await rest.add_role_to_member(HARBOUR, CARMEN, SAILOR, reason="bought")
    await rest.remove_role_from_member(HARBOUR, CARMEN, SAILOR)
    (log,) = [page async for page in rest.fetch_audit_log(HARBOUR)]
    assert [entry.reason for entry in log.entries.values()] == [None, "bought"]


async def _moderate(rest: RESTClient) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    member = await rest.edit_member(HARBOUR, CARMEN, nickname="Carmencita", communication_disabled_until=until)
    assert (member.nickname, member.communication_disabled_until()) == ("Carmencita", until)
    assert (await rest.edit_my_member(HARBOUR, nickname="Tati")).nickname == "Tati"
    await rest.kick_user(HARBOUR, CARMEN, reason="shouting")
    await rest.ban_user(HARBOUR, CARMEN, delete_message_seconds=60, reason="shouting again")
    assert (await rest.fetch_ban(HARBOUR, CARMEN)).reason == "shouting again"
    assert [ban.user.id async for ban in rest.fetch_bans(HARBOUR)] == [CARMEN]
    await rest.unban_user(HARBOUR, CARMEN)
    assert (await rest.bulk_ban_users(HARBOUR, [CARMEN])).banned_users == [CARMEN]


async def _write(rest: RESTClient) -> None:
    assert isinstance(await rest.fetch_channel(GENERAL), hikari.GuildTextChannel)
    await rest.trigger_typing(GENERAL)
    embed = hikari.Embed(title="Card", color=0x123456).add_field("a", "b")
    button = rest.build_message_action_row().add_interactive_button(hikari.ButtonStyle.PRIMARY, "go", label="Go")
    file = hikari.Bytes(b"PNG", "a.png")
    made = await rest.create_message(GENERAL, "Hello", embed=embed, component=button, attachment=file)
    assert (await rest.edit_message(GENERAL, made, "Hello again")).content == "Hello again"
    assert (await rest.fetch_message(GENERAL, made)).attachments[0].filename == "a.png"
    assert [message.id async for message in rest.fetch_messages(GENERAL).limit(1)] == [made.id]
    around = [message.id async for message in rest.fetch_messages(GENERAL, around=made).limit(1)]
    assert around == [made.id]
    await rest.delete_message(GENERAL, made)
    dm = await rest.create_dm_channel(ALICE)
    assert (await rest.create_message(dm, "Psst")).channel_id == dm.id


async def _manage_the_channel(rest: RESTClient) -> None:
    edited = await rest.edit_channel(GENERAL, rate_limit_per_user=10)
    assert isinstance(edited, hikari.GuildTextChannel)
    assert edited.rate_limit_per_user == timedelta(seconds=10)
    await rest.edit_permission_overwrite(
        GENERAL, SAILOR, target_type=hikari.PermissionOverwriteType.ROLE, deny=hikari.Permissions.SEND_MESSAGES
    )
    locked = await rest.fetch_channel(GENERAL)
    assert isinstance(locked, hikari.GuildTextChannel)
    assert locked.permission_overwrites[hikari.Snowflake(SAILOR)].deny == hikari.Permissions.SEND_MESSAGES
    await rest.delete_permission_overwrite(GENERAL, SAILOR)
    messages = [await rest.create_message(GENERAL, text) for text in ("one", "two")]
    await rest.pin_message(GENERAL, messages[0])
    assert [pinned.message.id async for pinned in rest.fetch_pins(GENERAL)] == [messages[0].id]
    await rest.unpin_message(GENERAL, messages[0])
    await rest.delete_messages(GENERAL, messages)


async def _react(rest: RESTClient) -> None:
    message = await rest.create_message(GENERAL, "Vote")
    await rest.add_reaction(GENERAL, message, "👍")
    (reaction,) = (await rest.fetch_message(GENERAL, message)).reactions
    assert (str(reaction.emoji), reaction.count, reaction.is_me) == ("👍", 1, True)
    assert [user.is_bot async for user in rest.fetch_reactions_for_emoji(GENERAL, message, "👍")] == [True]
    await rest.delete_my_reaction(GENERAL, message, "👍")
    await rest.delete_reaction(GENERAL, message, ALICE, "👍")
    await rest.delete_all_reactions_for_emoji(GENERAL, message, "👍")
    await rest.delete_all_reactions(GENERAL, message)
    assert list((await rest.fetch_message(GENERAL, message)).reactions) == []


async def _answer(served: Served, rest: RESTClient, application_id: int) -> None:
    arrived: asyncio.Queue[Json] = asyncio.Queue()

    async def note(payload: Json) -> Response:
        arrived.put_nowait(payload)
        return Response(status_code=202)

    served.bot.answers["ping"] = note
    async with asyncio.TaskGroup() as group:
        command = group.create_task(served.bot.play.slash("ping", as_=ALICE))
        payload = await arrived.get()
        token: str = payload["token"]
        kind = hikari.ResponseType.MESSAGE_CREATE
        await rest.create_interaction_response(int(payload["id"]), token, kind, "pong")
    assert command.result().content == "pong"
    assert (await rest.fetch_interaction_response(application_id, token)).content == "pong"
    edited = await rest.edit_interaction_response(application_id, token, "pong!")
    assert edited.content == "pong!"
    more = await rest.execute_webhook(application_id, token, "more")
    assert (await rest.fetch_webhook_message(application_id, token, more)).id == more.id
    await rest.edit_webhook_message(application_id, token, more, "even more")
    await rest.delete_webhook_message(application_id, token, more)
    await rest.delete_interaction_response(application_id, token)
