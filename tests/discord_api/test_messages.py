"""Messages to Discord: whom they mention, and the files beside them."""

from __future__ import annotations

import email
import email.policy

import httpx
import orjson

from discord_api import (
    interaction_responses,
    messages,
)
from discord_api.message_bodies import File
from tests.discord_api.stand_in import Script, answer, client
from tests.discord_api.virtual_time import in_virtual_time

QUIET: dict[str, list[str]] = {"parse": []}


@in_virtual_time
async def test_no_message_and_no_edit_mentions_anyone_unless_told_to() -> None:
    discord = Script(answer(200, {}))
    bot = client(discord)
    everyone = {"content": "@everyone"}
    await messages.send(bot, 1, everyone)
    await messages.edit(bot, 1, 2, everyone)
    await interaction_responses.edit(bot, 1, "t", everyone)
    await interaction_responses.follow_up(bot, 1, "t", everyone)
    assert [body["allowed_mentions"] for body in discord.bodies] == [QUIET] * 4
    await messages.send(bot, 1, {"content": "<@5>", "allowed_mentions": {"users": ["5"]}})
    assert discord.bodies[-1]["allowed_mentions"] == {"users": ["5"]}


@in_virtual_time
async def test_files_travel_beside_their_message_and_again_at_each_attempt() -> None:
    discord = Script(httpx.ReadError("reset"), answer(200, {}))
    files = [File("chart.png", b"\x89PNG\r\n\x00", "image/png", "A chart"), File("notes.txt", b"hello", "text/plain")]
    kept = [{"id": "777", "filename": "old.png"}]
    await messages.edit(client(discord), 1, 2, {"content": "see", "attachments": kept}, files=files)
    assert len(discord.requests) == 2
    assert discord.requests[0].content == discord.requests[1].content.replace(
        _boundary(discord.requests[1]), _boundary(discord.requests[0])
    )
    parts = _parts(discord.requests[1])
    assert orjson.loads(parts["payload_json"][1]) == {
        "allowed_mentions": QUIET,
        "content": "see",
        "attachments": [
            {"id": "777", "filename": "old.png"},
            {"id": "0", "filename": "chart.png", "description": "A chart"},
            {"id": "1", "filename": "notes.txt"},
        ],
    }
    assert parts["files[0]"] == ("chart.png", b"\x89PNG\r\n\x00")
    assert parts["files[1]"] == ("notes.txt", b"hello")


def _boundary(request: httpx.Request) -> bytes:
    return str(request.headers["content-type"]).split("boundary=")[1].encode()


def _parts(request: httpx.Request) -> dict[str, tuple[str | None, bytes]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + request.content, policy=email.policy.HTTP)
    parts: dict[str, tuple[str | None, bytes]] = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        parts[str(part.get_param("name", header="content-disposition"))] = part.get_filename(), content
    return parts
