"""A minimal stand-in for Discord: signs interactions and posts them to the real app."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from httpx import ASGITransport, AsyncClient, Response
from nacl.signing import SigningKey

from discord_api.permissions import Permissions
from interactions import commands  # noqa: F401  (declares them)
from interactions.declare import COMMANDS, OPTION_TYPES, Kind

APPLICATION = 1300000000000000001
GUILD, OTHER_GUILD = 1200000000000000001, 1200000000000000002
CHANNEL = 1210000000000000001
ALICE, BOB, CAROL, MANAGER, STRANGER = (1100000000000000000 + n for n in (1, 2, 3, 10, 99))
NOBODYS_PERMISSIONS = Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES | Permissions.USE_APPLICATION_COMMANDS
MODERATE = (
    Permissions.MODERATE_MEMBERS
    | Permissions.KICK_MEMBERS
    | Permissions.BAN_MEMBERS
    | Permissions.MANAGE_NICKNAMES
    | Permissions.MANAGE_ROLES
)
HELD = {MANAGER: NOBODYS_PERMISSIONS | Permissions.MANAGE_GUILD | MODERATE}
NAMES = {ALICE: "alice", BOB: "bob", CAROL: "carol", MANAGER: "manager", STRANGER: "stranger"}

KEY = SigningKey(b"32 bytes that only tests sign by")

_counter = itertools.count()


@dataclass(frozen=True)
class Answer:
    """A response as a person sees it."""

    status: int
    type: int | None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def content(self) -> str:
        """All text of the message, from its content and cards."""
        return "\n".join(_texts(self.data))

    @property
    def private(self) -> bool:
        return bool(self.data.get("flags", 0) & 64)

    @property
    def components(self) -> list[Mapping[str, Any]]:
        """Every enabled button and menu."""
        return [found for found in _walk(self.data.get("components", ())) if "custom_id" in found]

    def button(self, label: str) -> str:
        """The custom id of the button with this label."""
        (found,) = (c["custom_id"] for c in self.components if c.get("label") == label)
        return str(found)

    @property
    def choices(self) -> list[Mapping[str, Any]]:
        return list(self.data["choices"])


class Bot:
    """People using one app."""

    def __init__(self, app: Any, key: SigningKey) -> None:
        self.key = key
        self.client = AsyncClient(transport=ASGITransport(app), base_url="http://bot.test")

    async def close(self) -> None:
        await self.client.aclose()

    async def slash(self, name: str, /, *, by: int = ALICE, guild: int | None = GUILD, **options: Any) -> Answer:
        """Run a slash command; members are given by their ids."""
        return await self.send(self.command(name, by=by, guild=guild, **options))

    def command(self, name: str, /, *, by: int = ALICE, guild: int | None = GUILD, **options: Any) -> dict[str, Any]:
        """The payload of a slash command, to send once or several times."""
        types = {p.name: OPTION_TYPES[p.type] for p in COMMANDS[Kind.CHAT, name].parameters}
        given = [{"name": n, "type": types[n], "value": _wire(types[n], v)} for n, v in options.items()]
        return self._command(name, given, options, types, by, guild, 2)

    async def complete(
        self, name: str, option: str, typed: str, *, by: int = ALICE, guild: int = GUILD, **others: Any
    ) -> Answer:
        """Type into an option with autocomplete; `others` are already filled in."""
        given: list[Any] = [{"name": other, "type": 3, "value": value} for other, value in others.items()]
        given.append({"name": option, "type": 3, "value": typed, "focused": True})
        return await self.send(self._command(name, given, {}, {}, by, guild, 4))

    async def menu(self, name: str, target: int, *, by: int = ALICE, guild: int = GUILD) -> Answer:
        """Use an entry in a user menu."""
        data = {"id": "1", "name": name, "type": 2, "target_id": str(target), "resolved": people(target)}
        return await self.send(envelope(2, data, by, guild))

    async def press(
        self, custom_id: str, *, by: int = ALICE, guild: int | None = GUILD, on: Answer | None = None
    ) -> Answer:
        """Press a button."""
        return await self.send(self.pressed(custom_id, by=by, guild=guild, on=on))

    def pressed(
        self,
        custom_id: str,
        *,
        by: int = ALICE,
        guild: int | None = GUILD,
        on: Answer | None = None,
        values: Any = None,
    ) -> dict[str, Any]:
        """The payload of a press, to send once or several times."""
        data = {"custom_id": custom_id, "component_type": 3 if values else 2, "id": 2}
        if values:
            data["values"] = values
        message = {"id": "1340000000000000002", "channel_id": str(CHANNEL), "flags": 0, **(on.data if on else {})}
        return envelope(3, data, by, guild) | {"message": message}

    async def submit(
        self, modal: Answer, fields: Mapping[str, Any], *, by: int = ALICE, guild: int = GUILD, on: Answer | None = None
    ) -> Answer:
        """Submit a form."""
        rows = [{"type": 18, "component": _filled(name, value)} for name, value in fields.items()]
        payload = envelope(5, {"custom_id": modal.data["custom_id"], "components": rows}, by, guild)
        if on:
            payload["message"] = {"id": "1340000000000000002", "channel_id": str(CHANNEL), "flags": 0, **on.data}
        return await self.send(payload)

    async def send(self, payload: Mapping[str, Any]) -> Answer:
        """Post one payload, signed."""
        response = await self.post(orjson.dumps(payload))
        body = response.json() if response.content else {}
        return Answer(response.status_code, body.get("type"), body.get("data") or {})

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
        return await self.client.post("/interactions", content=body, headers=headers or signed(self.key, body))

    def _command(
        self, name: str, given: list[Any], options: Any, types: Any, by: int, guild: int | None, kind: int
    ) -> dict[str, Any]:
        words = name.split(" ")
        for word in reversed(words[1:]):
            given = [{"name": word, "type": 1 if word == words[-1] else 2, "options": given}]
        mentioned = [v for n, v in options.items() if types[n] == 6]
        resolved = people(*mentioned)
        roles = {str(v): {"id": str(v), "name": "role", "position": 1} for n, v in options.items() if types[n] == 8}
        resolved["roles"] = roles
        resolved["attachments"] = {str(v): attachment(v) for n, v in options.items() if types[n] == 11}
        data = {"id": "1310000000000000001", "name": words[0], "type": 1, "options": given, "resolved": resolved}
        return envelope(kind, data, by, guild)


def filled(name: str) -> dict[str, Any]:
    """A value for every required option of a slash command."""
    values: Mapping[type, object] = {str: "1", int: 1, float: 1.0, bool: True}
    return {
        parameter.name: parameter.choices[0].value if parameter.choices else values.get(parameter.type, BOB)
        for parameter in COMMANDS[Kind.CHAT, name].parameters
        if parameter.required
    }


def signed(key: SigningKey, body: bytes) -> dict[str, str]:
    """Discord's two signature headers for a body."""
    stamp = str(int(time.time()))
    signature = key.sign(stamp.encode() + body).signature.hex()
    return {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": stamp, "Content-Type": "application/json"}


def interaction_id() -> int:
    """A new snowflake from the current time."""
    return ((int(time.time() * 1000) - 1420070400000) << 22) + next(_counter) % (1 << 22)


def envelope(kind: int, data: Mapping[str, Any], by: int, guild: int | None) -> dict[str, Any]:
    """An interaction as Discord sends it (Discord: Interaction Object)."""
    payload: dict[str, Any] = {
        "id": str(interaction_id()),
        "application_id": str(APPLICATION),
        "type": kind,
        "token": "token",
        "version": 1,
        "channel_id": str(CHANNEL),
        "channel": {"id": str(CHANNEL), "type": 0, "name": "general", "permissions": "2248473465835073"},
        "app_permissions": "564341925604534",
        "locale": "en-US",
        "entitlements": [],
        "attachment_size_limit": 10485760,
        "data": data,
    }
    if guild is None:
        return payload | {"user": user(by), "context": 1, "authorizing_integration_owners": {"0": "0"}}
    return payload | {
        "guild_id": str(guild),
        "guild": {"id": str(guild), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "member": member(by) | {"user": user(by), "permissions": str(int(HELD.get(by, NOBODYS_PERMISSIONS)))},
        "authorizing_integration_owners": {"0": str(guild)},
        "context": 0,
    }


def user(user_id: int) -> dict[str, Any]:
    name = NAMES.get(user_id, f"user{user_id}")
    return {"id": str(user_id), "username": name, "global_name": None, "discriminator": "0", "avatar": None}


def member(user_id: int) -> dict[str, Any]:
    return {
        "roles": [],
        "nick": None,
        "avatar": None,
        "joined_at": "2025-01-02T03:04:05+00:00",
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
        "permissions": str(int(NOBODYS_PERMISSIONS)),
    }


def attachment(file_id: int) -> dict[str, Any]:
    """A file that is gone by the time it is fetched."""
    address = f"https://cdn.discordapp.com/ephemeral-attachments/1/{file_id}/gone.txt"
    return {"id": str(file_id), "filename": "gone.txt", "size": 4, "url": address, "content_type": "text/plain"}


def people(*user_ids: int) -> dict[str, Any]:
    return {
        "users": {str(one): user(one) for one in user_ids},
        "members": {str(one): member(one) for one in user_ids if one != STRANGER},
    }


def _wire(kind: int, value: Any) -> Any:
    return str(value) if kind in (3, 6, 7, 8, 11) else value


def _filled(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"type": 3, "custom_id": name, "values": value}
    return {"type": 4, "custom_id": name, "value": value}


def _walk(components: Any) -> Any:
    for component in components:
        yield component
        yield from _walk(component.get("components", ()))
        if "accessory" in component:
            yield component["accessory"]


def _texts(data: Mapping[str, Any]) -> list[str]:
    texts = [str(data["content"])] if data.get("content") else []
    return texts + [str(one["content"]) for one in _walk(data.get("components", ())) if one.get("type") == 10]
