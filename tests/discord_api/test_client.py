"""What a request looks like to Discord, and to whoever reads the log."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from discord_api import (
    applications,
    audit_reason,
    channels,
    commands,
    guilds,
    interaction_responses,
    members,
    messages,
    users,
)
from discord_api.errors import (
    DiscordError,
)
from discord_api.routes import Route
from tests.discord_api.stand_in import TOKEN, Script, answer, client
from tests.discord_api.virtual_time import in_virtual_time


@in_virtual_time
async def test_each_method_asks_what_discord_documents() -> None:
    discord = Script(answer(200, {"id": "1"}))
    bot = client(discord)
    await applications.get(bot)
    await applications.edit(bot, {"interactions_endpoint_url": "https://example.org/interactions"})
    await guilds.get(bot, 1)
    await members.get(bot, 1, 2)
    await members.add_role(bot, 1, 2, 3)
    await members.remove_role(bot, 1, 2, 3)
    await users.get(bot, 2)
    await channels.open_dm(bot, 2)
    await messages.send(bot, 4, {"content": "a"})
    await messages.edit(bot, 4, 5, {"content": "b"})
    await messages.delete(bot, 4, 5)
    await interaction_responses.get(bot, 6, "tok")
    await interaction_responses.edit(bot, 6, "tok", {"content": "c"})
    await interaction_responses.delete(bot, 6, "tok")
    await interaction_responses.follow_up(bot, 6, "tok", {"content": "d"})
    discord.replies = [answer(200, [{"id": "1"}])]
    assert await guilds.roles(bot, 1) == [{"id": "1"}]
    await commands.registered(bot, 6)
    await commands.replace(bot, 6, [{"name": "ping"}])
    asked = [f"{request.method} {request.url.raw_path.decode()}" for request in discord.requests]
    assert asked == [
        "GET /api/v10/applications/@me",
        "PATCH /api/v10/applications/@me",
        "GET /api/v10/guilds/1",
        "GET /api/v10/guilds/1/members/2",
        "PUT /api/v10/guilds/1/members/2/roles/3",
        "DELETE /api/v10/guilds/1/members/2/roles/3",
        "GET /api/v10/users/2",
        "POST /api/v10/users/@me/channels",
        "POST /api/v10/channels/4/messages",
        "PATCH /api/v10/channels/4/messages/5",
        "DELETE /api/v10/channels/4/messages/5",
        "GET /api/v10/webhooks/6/tok/messages/@original",
        "PATCH /api/v10/webhooks/6/tok/messages/@original",
        "DELETE /api/v10/webhooks/6/tok/messages/@original",
        "POST /api/v10/webhooks/6/tok",
        "GET /api/v10/guilds/1/roles",
        "GET /api/v10/applications/6/commands?with_localizations=true",
        "PUT /api/v10/applications/6/commands",
    ]
    for request in discord.requests:
        assert request.headers["user-agent"] == "DiscordBot (https://example.org/bot, 1.2)"
        own = "/webhooks/" in request.url.path
        assert request.headers.get("authorization") == (None if own else f"Bot {TOKEN}")


@in_virtual_time
async def test_neither_token_ever_stands_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    secret = "interaction-token-that-nobody-may-see"
    caplog.set_level(logging.DEBUG)
    heard: list[tuple[str, str, int, float]] = []
    discord = Script(answer(200, {}), answer(503, {}), answer(200, {}), answer(404, {"code": 10015}))
    bot = client(discord, on_answer=lambda *facts: heard.append(facts))
    errors = []
    with capture_logs() as logs:
        await interaction_responses.edit(bot, 1, secret, {"content": "a"})
        await guilds.get(bot, 1)
        try:
            await interaction_responses.follow_up(bot, 1, secret, {"content": "a"})
        except DiscordError as error:
            errors.append(repr(error) + str(error))
    assert len(errors) == 1
    everything = (
        f"{logs} {caplog.text} {heard} {errors} {Route('GET', '/x/{webhook_token}', {'webhook_token': secret})!r}"
    )
    assert TOKEN not in everything
    assert secret not in everything
    template = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
    lines = [{key: entry[key] for key in ("method", "route", "status", "attempt")} for entry in logs]
    assert lines[:3] == [
        {"method": "PATCH", "route": template, "status": 200, "attempt": 1},
        {"method": "GET", "route": "/guilds/{guild_id}", "status": 503, "attempt": 1},
        {"method": "GET", "route": "/guilds/{guild_id}", "status": 200, "attempt": 2},
    ]
    assert all(19 < entry["ms"] < 25 for entry in logs)
    assert heard[1][:3] == ("GET", "/guilds/{guild_id}", 503)
    assert len(heard) == len(discord.requests)


@in_virtual_time
async def test_the_reason_reaches_the_audit_log_on_one_line() -> None:
    discord = Script(answer(204))
    await members.add_role(client(discord), 1, 2, 3, reason="Bought “VIP”\r\nX-Injected: yes \u202eevil")
    header = discord.requests[0].headers["x-audit-log-reason"]
    assert unquote(header) == "Bought “VIP” X-Injected: yes evil"
    await members.add_role(client(discord), 1, 2, 3)
    assert "x-audit-log-reason" not in discord.requests[1].headers


def test_a_long_reason_is_cut_between_letters() -> None:
    assert audit_reason.encode("a" * 600) == "a" * 512
    assert unquote(audit_reason.encode("спам " * 100), errors="strict").startswith("спам спам")
    assert 500 < len(audit_reason.encode("спам " * 100)) <= 512


@given(st.text(max_size=2000))
def test_any_reason_fits_an_http_header(reason: str) -> None:
    header = audit_reason.encode(reason)
    assert len(header) <= 512
    assert header.isascii()
    assert not header or header.isprintable()
    assert header == header.strip()
    decoded = unquote(header, errors="strict")
    shown = "".join(reason.split())
    assert all(char in shown for char in "".join(decoded.split()))


@pytest.mark.parametrize("value", ["", ".", ".."])
@in_virtual_time
async def test_an_id_cannot_bend_the_path(value: str) -> None:
    discord = Script(answer(200, {}))
    bot = client(discord)
    with pytest.raises(ValueError, match="webhook_token"):
        await interaction_responses.get(bot, 1, value)
    await interaction_responses.get(bot, 1, "../../users/1?a=b#c")
    path = b"/api/v10/webhooks/1/..%2F..%2Fusers%2F1%3Fa%3Db%23c/messages/@original"
    assert discord.requests[0].url.raw_path == path


@in_virtual_time
async def test_a_broken_character_in_one_name_hides_none_of_the_others() -> None:
    raw = rb'[{"id":"1","name":"a\ud800b"},{"id":"2","name":"c\u0000"},{"id":"3","name":"\ud83d\udc4d \\u0000"}]'
    bot = client(Script(httpx.Response(200, content=raw)))
    names = [role["name"] for role in await guilds.roles(bot, 1)]
    assert names == ["a\ufffdb", "c\ufffd", "\N{THUMBS UP SIGN} \\u0000"]


def test_only_channels_guilds_and_webhooks_at_the_front_have_buckets_of_their_own() -> None:
    ids: dict[str, int | str] = {
        "channel_id": 1,
        "guild_id": 2,
        "application_id": 3,
        "webhook_id": 4,
        "webhook_token": "t",
        "user_id": 5,
    }
    tops = {
        "/channels/{channel_id}/messages": "1",
        "/guilds/{guild_id}/members/{user_id}": "2",
        "/applications/{application_id}/guilds/{guild_id}/commands": "",
        "/webhooks/{webhook_id}/{webhook_token}": "4/t",
        "/users/{user_id}": "",
    }
    assert {template: Route("GET", template, ids).top for template in tops} == tops


def test_importing_the_client_does_not_import_httpx() -> None:
    code = (
        "import sys, discord_api.client, discord_api.command_sync, discord_api.errors; sys.exit('httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_it_speaks_real_http_on_a_real_socket() -> None:
    from discord_api.client import Discord

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nX-RateLimit-Bucket: b\r\nContent-Length: 10\r\n\r\n{"id":"7"}')
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v10/"
    bot = Discord("token", project_url="https://example.org", version="1", base_url=address)
    assert await applications.get(bot) == {"id": "7"}
    await bot.close()
    server.close()
