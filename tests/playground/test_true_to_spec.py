"""The playground's own responses, checked against Discord's OpenAPI file."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from playground.client.acting import Play
from playground.rest.routes import OPERATIONS
from playground.rest.spec import Spec
from playground.world.cast import ALICE, BOB, CARMEN, GENERAL, HARBOUR, SAILOR
from playground.world.entities import CommandOverride
from tests.playground.fake_bot import SILENT, FakeBot, text

RICH: dict[str, Any] = {
    "flags": 32768,
    "allowed_mentions": SILENT,
    "attachments": [{"id": "0", "filename": "a.png"}],
    "components": [
        {
            "type": 17,
            "components": [
                {"type": 10, "content": "words"},
                {
                    "type": 9,
                    "components": [{"type": 10, "content": "side"}],
                    "accessory": {"type": 11, "media": {"url": "https://example.com/a.png"}},
                },
                {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]},
                {"type": 13, "file": {"url": "attachment://a.png"}},
                {"type": 14},
                {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]},
                {"type": 1, "components": [{"type": 5, "custom_id": "who"}]},
            ],
        }
    ],
}
EMBED = {
    "title": "Card",
    "fields": [{"name": "a", "value": "b"}],
    "footer": {"text": "foot"},
    "image": {"url": "https://example.com/a.png"},
    "color": 255,
}


@pytest.fixture
def true(spec: Path, bot: FakeBot) -> Any:
    """Makes calls and checks their responses against Discord's description."""
    described = Spec(spec)

    async def check(method: str, template: str, ids: dict[str, Any] | None = None, query: str = "", **more: Any) -> Any:
        path = template.format(**{"application_id": bot.identity.application_id, "guild_id": HARBOUR, **(ids or {})})
        answer = await bot.rest.request(method, path + query, **more)
        assert answer.status_code < 300, answer.text
        body = answer.json() if answer.content else None
        assert described.response_faults(method, template, answer.status_code, body) == []
        return body

    return check


async def test_everything_read_has_discords_shape(true: Any, bot: FakeBot, play: Play) -> None:
    await bot.rest.put(f"/guilds/{HARBOUR}/members/{CARMEN}/roles/{SAILOR}", headers={"X-Audit-Log-Reason": "why"})
    await true("GET", "/applications/@me")
    await true("GET", "/users/@me")
    await true("GET", "/users/@me/guilds", query="?with_counts=true")
    await true("GET", "/users/{user_id}", {"user_id": ALICE})
    await true("GET", "/guilds/{guild_id}", query="?with_counts=true")
    await true("GET", "/guilds/{guild_id}/channels")
    await true("GET", "/guilds/{guild_id}/roles")
    await true("GET", "/guilds/{guild_id}/roles/{role_id}", {"role_id": SAILOR})
    await true("GET", "/guilds/{guild_id}/roles/member-counts")
    await true("GET", "/guilds/{guild_id}/members", query="?limit=100")
    await true("GET", "/guilds/{guild_id}/members/search", query="?query=a&limit=10")
    await true("GET", "/guilds/{guild_id}/members/{user_id}", {"user_id": ALICE})
    await true("GET", "/guilds/{guild_id}/audit-logs")
    await true("GET", "/channels/{channel_id}", {"channel_id": GENERAL})
    await true("GET", "/channels/{channel_id}", {"channel_id": play.dm(ALICE)})
    await true("GET", "/channels/{channel_id}/messages", {"channel_id": GENERAL})
    await true("POST", "/users/@me/channels", json={"recipient_id": str(BOB)})


async def test_moderation_has_discords_shape(true: Any) -> None:
    user = {"user_id": CARMEN}
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    changes = {"nick": "Carmencita", "communication_disabled_until": until, "roles": [str(SAILOR)]}
    await true("PATCH", "/guilds/{guild_id}/members/{user_id}", user, json=changes)
    await true("PATCH", "/guilds/{guild_id}/members/@me", json={"nick": "Tati"})
    await true("DELETE", "/guilds/{guild_id}/members/{user_id}", user)
    await true("PUT", "/guilds/{guild_id}/bans/{user_id}", user, json={"delete_message_seconds": 60})
    await true("POST", "/guilds/{guild_id}/bulk-ban", json={"user_ids": [str(CARMEN), str(BOB)]})
    await true("GET", "/guilds/{guild_id}/bans")
    await true("GET", "/guilds/{guild_id}/bans/{user_id}", user)
    await true("DELETE", "/guilds/{guild_id}/bans/{user_id}", user)
    await true("GET", "/guilds/{guild_id}/audit-logs")


async def test_channels_and_pins_have_discords_shape(true: Any, play: Play) -> None:
    channel = {"channel_id": GENERAL}
    messages = [str(play.say("one", as_=ALICE).id), str(play.say("two", as_=ALICE).id)]
    overwrite = channel | {"overwrite_id": SAILOR}
    await true("PATCH", "/channels/{channel_id}", channel, json={"rate_limit_per_user": 10, "topic": None})
    bits = {"type": 0, "allow": "0", "deny": "2048"}
    await true("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", overwrite, json=bits)
    await true("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", overwrite)
    pin = channel | {"message_id": messages[0]}
    await true("PUT", "/channels/{channel_id}/messages/pins/{message_id}", pin)
    await true("GET", "/channels/{channel_id}/messages/pins", channel)
    await true("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", pin)
    await true("POST", "/channels/{channel_id}/messages/bulk-delete", channel, json={"messages": messages})
    await true("GET", "/guilds/{guild_id}/audit-logs")


async def test_commands_have_discords_shape(true: Any) -> None:
    sub = {"type": 1, "name": "sub", "description": "Sub", "options": [
        {"type": kind, "name": f"o{kind}", "description": "o", "required": True} for kind in range(3, 12)
    ]}  # fmt: skip
    choice = {"type": 3, "name": "kind", "description": "k", "choices": [{"name": "a", "value": "a"}]}
    commands = [
        {"name": "demo", "description": "Demo", "options": [sub], "default_member_permissions": "32"},
        {"name": "pick", "description": "Pick", "options": [choice], "name_localizations": {"pt-BR": "escolher"}},
        {"name": "Profile", "type": 2},
    ]
    made = await true("PUT", "/applications/{application_id}/commands", json=commands)
    await true("GET", "/applications/{application_id}/commands")
    await true("GET", "/applications/{application_id}/commands", query="?with_localizations=true")
    await true("GET", "/applications/{application_id}/commands/{command_id}", {"command_id": made[0]["id"]})
    await true("POST", "/applications/{application_id}/guilds/{guild_id}/commands", json=commands[1])


async def test_messages_have_discords_shape(true: Any) -> None:
    channel = {"channel_id": GENERAL}
    sent = {"content": f"<@{BOB}>", "embeds": [EMBED], "allowed_mentions": {"parse": ["users"]}}
    await true("POST", "/channels/{channel_id}/messages", channel, json=sent)
    files = {"files[0]": ("a.png", b"PNG", "image/png")}
    made = await true(
        "POST", "/channels/{channel_id}/messages", channel, data={"payload_json": json.dumps(RICH)}, files=files
    )
    await true("GET", "/channels/{channel_id}/messages/{message_id}", channel | {"message_id": made["id"]})


async def test_answers_to_interactions_have_discords_shape(true: Any, bot: FakeBot, play: Play) -> None:
    press = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]
    bot.answers |= {"ping": text("pong", components=press), "go": text("went")}
    await bot.register({"name": "ping", "description": "Ping"})
    shown = await play.slash("ping", as_=ALICE)
    await play.press(shown, "Go", as_=BOB)
    for payload in bot.seen:
        ids = {"webhook_id": bot.identity.application_id, "webhook_token": payload["token"]}
        await true("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", ids)
        more = {"content": "more", "allowed_mentions": SILENT}
        made = await true("POST", "/webhooks/{webhook_id}/{webhook_token}", ids, json=more)
        path = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
        await true("PATCH", path, ids | {"message_id": made["id"]}, json=more)


async def test_reactions_gateway_and_command_permissions_have_discords_shape(true: Any, play: Play) -> None:
    hello = play.say("Hello", as_=ALICE)
    path = "/channels/{channel_id}/messages/{message_id}"
    ids = {"channel_id": GENERAL, "message_id": hello.id, "emoji_name": "👍"}
    await true("PUT", path + "/reactions/{emoji_name}/@me", ids)
    await true("GET", path, ids)
    await true("GET", path + "/reactions/{emoji_name}", ids)
    await true("POST", "/channels/{channel_id}/typing", {"channel_id": GENERAL})
    await true("GET", "/gateway")
    await true("GET", "/gateway/bot")
    await true("GET", "/oauth2/applications/@me")
    play.world.guilds[HARBOUR].command_permissions[play.world.bot.id] = [CommandOverride(BOB, 2, allowed=False)]
    await true("GET", "/applications/{application_id}/guilds/{guild_id}/commands/permissions")
    command_path = "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions"
    await true("GET", command_path, {"command_id": play.world.bot.id})


async def test_no_path_of_discords_is_taken_for_another_with_a_malformed_id(spec: Path, bot: FakeBot) -> None:
    confused = []
    for method, template in _routes(spec):
        answer = await bot.rest.request(method, re.sub(r"\{\w+\}", "123456789012345678", template))
        if "is not snowflake" in answer.text:
            confused.append(f"{method} {template}")
    assert confused == []


def _routes(spec: Path) -> list[tuple[str, str]]:
    paths = json.loads(spec.read_text("utf-8"))["paths"]
    methods = ("get", "post", "put", "patch", "delete")
    return [(method, template) for template in paths for method in methods if method in paths[template]]


def test_every_route_of_the_playground_is_one_of_discords(spec: Path) -> None:
    described = Spec(spec)
    assert [
        (operation.method, operation.path)
        for operation in OPERATIONS
        if not described.knows(operation.method, operation.path)
    ] == []
