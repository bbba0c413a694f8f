"""discord.py's REST client against the playground: every call that both support, with its response parsed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import Response

from playground.world.cast import ALICE, BOB, CARMEN, DECK, GENERAL, HARBOUR, PRACA, SAILOR
from tests.playground.clients.conftest import Served
from tests.playground.fake_bot import URL, Json

if TYPE_CHECKING:
    import discord

# discord.py has no method for these.
UNKNOWN_TO_IT = {
    "GET /applications/@me",  # it asks /oauth2/applications/@me for the same
    "GET /oauth2/@me",
    "GET /gateway",
    "GET /guilds/{guild_id}/members/search",  # it searches through the gateway
}

# It imports what Python 3.11 and 3.12 deprecate.
pytestmark = pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning")


@pytest.fixture
async def client(served: Served, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[discord.Client]:
    import discord
    from discord.http import Route

    monkeypatch.setattr(Route, "BASE", served.url)
    none = discord.AllowedMentions.none()
    async with discord.Client(intents=discord.Intents.none(), allowed_mentions=none) as made:
        await made.login(served.bot.identity.token)
        yield made


async def test_it_makes_every_call_of_the_playground_and_parses_the_responses(
    served: Served, client: discord.Client
) -> None:
    await _read_the_application(client)
    await _register(client)
    await _read_guilds(client)
    await _give_and_take_a_role(client)
    await _moderate(client)
    await _write(client)
    await _manage_the_channel(client)
    await _react(client)
    await _answer(served, client)
    await (await client.fetch_guild(PRACA)).leave()
    assert served.unanswered() == UNKNOWN_TO_IT


async def _read_the_application(client: discord.Client) -> None:
    from discord.http import Route

    application = await client.application_info()
    assert application.id == client.application_id
    assert (await application.edit(tags=["games"])).tags == ["games"]
    # Its edit() drops the endpoint, because its list of fields has the name with a trailing space (2.7.1).
    await client.http.request(Route("PATCH", "/applications/@me"), json={"interactions_endpoint_url": URL})
    assert (await client.fetch_user(ALICE)).name == "alice.moreau"
    assert (await client.http.get_bot_gateway())[0] == 1


async def _register(client: discord.Client) -> None:
    from discord import Object, app_commands

    tree = app_commands.CommandTree(client)

    @tree.command(description="Answers")
    async def ping(_: discord.Interaction) -> None: ...

    (made,) = await tree.sync()
    assert made.name == "ping"
    changed = await made.edit(description="Answers as well")
    assert (await tree.fetch_command(made.id)).description == changed.description
    assert [command.name for command in await tree.fetch_commands()] == ["ping"]

    http, application_id = client.http, client.application_id
    assert application_id is not None
    second: Any = {"name": "pong", "description": "Answers too", "type": 1}
    await http.delete_global_command(
        application_id, int((await http.upsert_global_command(application_id, second))["id"])
    )
    guild = Object(HARBOUR)
    tree.copy_global_to(guild=guild)
    (of_guild,) = await tree.sync(guild=guild)
    pong = int((await http.upsert_guild_command(application_id, HARBOUR, second))["id"])
    await http.edit_guild_command(application_id, HARBOUR, pong, {"description": "Answers as well"})
    assert (await tree.fetch_command(pong, guild=guild)).description == "Answers as well"
    await http.delete_guild_command(application_id, HARBOUR, pong)
    assert [command.id for command in await tree.fetch_commands(guild=guild)] == [of_guild.id]
    (set_for,) = await http.get_guild_application_command_permissions(application_id, HARBOUR)
    assert int(set_for["id"]) == application_id
    command = await http.get_application_command_permissions(application_id, HARBOUR, application_id)
    assert [line["permission"] for line in command["permissions"]] == [False, True, True]


async def _read_guilds(client: discord.Client) -> None:
    import discord

    listed = {guild.id: guild async for guild in client.fetch_guilds()}
    assert listed.keys() == {HARBOUR, PRACA}
    guild = await client.fetch_guild(HARBOUR)
    assert guild.approximate_presence_count == guild.approximate_member_count == 12
    channels = {channel.id: channel for channel in await guild.fetch_channels()}
    deck = channels[DECK]
    assert isinstance(deck, discord.VoiceChannel)
    assert deck.bitrate == 64000
    assert (await guild.fetch_role(SAILOR)).name == "Sailor"
    assert "Sailor" in {role.name for role in await guild.fetch_roles()}
    counts = await client.http.get_role_member_counts(HARBOUR)
    assert counts[str(SAILOR)] == 2
    assert (await guild.fetch_member(ALICE)).roles[-1].id == SAILOR
    members = await client.http.get_members(HARBOUR, 1000, None)
    assert str(BOB) in {member["user"]["id"] for member in members}


async def _give_and_take_a_role(client: discord.Client) -> None:
    import discord

    guild = await client.fetch_guild(HARBOUR)
    carmen = await guild.fetch_member(CARMEN)
    await carmen.add_roles(discord.Object(SAILOR), reason="bought")
    await carmen.remove_roles(discord.Object(SAILOR))
    assert [entry.reason async for entry in guild.audit_logs()] == [None, "bought"]


async def _moderate(client: discord.Client) -> None:
    guild = await client.fetch_guild(HARBOUR)
    carmen = await guild.fetch_member(CARMEN)
    until = datetime.now(UTC) + timedelta(hours=1)
    changed = await carmen.edit(nick="Carmencita", timed_out_until=until)
    assert changed is not None
    assert (changed.nick, changed.timed_out_until) == ("Carmencita", until)
    assert client.user is not None
    renamed = await (await guild.fetch_member(client.user.id)).edit(nick="Tati")
    assert renamed is not None
    assert renamed.nick == "Tati"
    await carmen.kick(reason="shouting")
    await guild.ban(carmen, delete_message_seconds=60, reason="shouting again")
    assert (await guild.fetch_ban(carmen)).reason == "shouting again"
    assert [ban.user.id async for ban in guild.bans()] == [CARMEN]
    await guild.unban(carmen)
    assert [user.id for user in (await guild.bulk_ban([carmen])).banned] == [CARMEN]


async def _write(client: discord.Client) -> None:
    import io

    import discord

    channel = await client.fetch_channel(GENERAL)
    assert isinstance(channel, discord.TextChannel)
    async with channel.typing():
        pass
    embed = discord.Embed(title="Card", colour=0x123456).add_field(name="a", value="b")
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Go", custom_id="go"))
    made = await channel.send("Hello", embed=embed, view=view, file=discord.File(io.BytesIO(b"PNG"), "a.png"))
    assert (await made.edit(content="Hello again")).content == "Hello again"
    assert (await channel.fetch_message(made.id)).attachments[0].filename == "a.png"
    assert [message.id async for message in channel.history(limit=1)] == [made.id]
    await made.delete()
    view.stop()
    assert (await (await client.fetch_user(ALICE)).send("Psst")).channel.id == ALICE ^ 1


async def _manage_the_channel(client: discord.Client) -> None:
    import discord

    channel = await client.fetch_channel(GENERAL)
    assert isinstance(channel, discord.TextChannel)
    edited = await channel.edit(slowmode_delay=10)
    assert edited is not None
    assert edited.slowmode_delay == 10
    guild = await client.fetch_guild(HARBOUR)
    sailor = await guild.fetch_role(SAILOR)
    await channel.set_permissions(sailor, send_messages=False)
    await channel.set_permissions(sailor, overwrite=None)
    messages = [await channel.send(text) for text in ("one", "two")]
    await messages[0].pin()
    assert [pinned.id async for pinned in channel.pins()] == [messages[0].id]
    await messages[0].unpin()
    await channel.delete_messages(messages)


async def _react(client: discord.Client) -> None:
    import discord

    channel = await client.fetch_channel(GENERAL)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("Vote")
    await message.add_reaction("👍")
    (reaction,) = (await message.fetch()).reactions
    assert (reaction.emoji, reaction.count, reaction.me) == ("👍", 1, True)
    assert [user.bot async for user in reaction.users()] == [True]
    assert client.user is not None
    await message.remove_reaction("👍", client.user)
    await message.remove_reaction("👍", discord.Object(ALICE))
    await message.clear_reaction("👍")
    await message.clear_reactions()
    assert (await message.fetch()).reactions == []


async def _answer(served: Served, client: discord.Client) -> None:
    import discord

    arrived: asyncio.Queue[Json] = asyncio.Queue()

    async def note(payload: Json) -> Response:
        arrived.put_nowait(payload)
        return Response(status_code=202)

    served.bot.answers["ping"] = note
    async with asyncio.TaskGroup() as group:
        command = group.create_task(served.bot.play.slash("ping", as_=ALICE))
        payload: Any = await arrived.get()
        interaction: discord.Interaction = discord.Interaction(data=payload, state=client._connection)
        assert interaction.user.id == ALICE
        await interaction.response.send_message("pong")
    assert command.result().content == "pong"
    assert (await interaction.original_response()).content == "pong"
    assert (await interaction.edit_original_response(content="pong!")).content == "pong!"
    more = await interaction.followup.send("more", wait=True)
    assert (await interaction.followup.fetch_message(more.id)).id == more.id
    await more.edit(content="even more")
    await more.delete()
    await interaction.delete_original_response()
