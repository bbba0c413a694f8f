"""The commands that the bot registered, globally or for one guild."""

from __future__ import annotations

import hashlib
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from discord_api import snowflakes
from playground.rest.command_limits import CHAT_INPUT, command_faults, set_faults
from playground.rest.errors import DiscordError, invalid_form, unknown
from playground.world.clock import Clock
from playground.world.entities import Json

_DAILY_CREATES = 200
_FALLBACKS = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES"}


class CommandBook:
    """Registered commands by scope: a guild's ID, or None for global ones."""

    def __init__(self, application_id: int, clock: Clock) -> None:
        self._application_id, self._clock = application_id, clock
        self._scopes: dict[int | None, dict[int, Json]] = {}
        self._creates: dict[int | None, deque[datetime]] = {}
        self._version = 0

    def of(self, scope: int | None) -> list[Json]:
        return list(self._scopes.get(scope, {}).values())

    def available(self, guild_id: int | None) -> list[Json]:
        """Global commands, then the guild's."""
        return self.of(None) + (self.of(guild_id) if guild_id else [])

    def get(self, scope: int | None, command_id: int) -> Json:
        try:
            return self._scopes[scope][command_id]
        except KeyError:
            raise unknown("application command") from None

    def replace(self, scope: int | None, bodies: list[Json]) -> list[Json]:
        """The bulk overwrite: commands that aren't listed are deleted, and all get a new version."""
        if faults := set_faults(bodies):
            raise invalid_form(*faults)
        old = self._scopes.get(scope, {})
        made = [self._made(scope, body, self._identity_of(scope, body, old)) for body in bodies]
        self._count_creates(scope, sum(int(command["id"]) not in old for command in made))
        self._scopes[scope] = {int(command["id"]): command for command in made}
        return made

    def add(self, scope: int | None, body: Json) -> tuple[Json, bool]:
        """Create a command, or update the one of the same name and type; the bool is True if it is new."""
        if faults := command_faults(body):
            raise invalid_form(*faults)
        commands = self._scopes.setdefault(scope, {})
        made = self._made(scope, body, self._identity_of(scope, body, commands))
        new = int(made["id"]) not in commands
        self._count_creates(scope, int(new))
        commands[int(made["id"])] = made
        return made, new

    def change(self, scope: int | None, command_id: int, body: Json) -> Json:
        """Replace the given fields."""
        changed = {**self.get(scope, command_id), **body}
        if faults := command_faults(changed):
            raise invalid_form(*faults)
        made = self._scopes[scope][command_id] = self._made(scope, changed, command_id)
        return made

    def remove(self, scope: int | None, command_id: int) -> None:
        self.get(scope, command_id)
        del self._scopes[scope][command_id]

    def _identity_of(self, scope: int | None, body: Json, existing: dict[int, Json]) -> int:
        """The ID in the body, of the existing command, or one derived from the name.

        The derived ID is the same at every start, so IDs that the bot stored stay valid.
        """
        if body.get("id"):
            return int(body["id"])
        key = (body.get("type") or CHAT_INPUT, body["name"])
        for command_id, command in existing.items():
            if (command["type"], command["name"]) == key:
                return command_id
        digest = hashlib.sha256(f"{scope}/{key}".encode()).digest()
        return (self._application_id >> 22 << 22) + (1 << 22) + int.from_bytes(digest[:5])

    def _made(self, scope: int | None, body: Json, command_id: int) -> Json:
        kind = body.get("type") or CHAT_INPUT
        self._version = max(self._version + 1, snowflakes.first_at(self._clock.now()))
        bits = body.get("default_member_permissions")
        made: Json = {
            "id": str(command_id),
            "application_id": str(self._application_id),
            "version": str(self._version),
            "type": kind,
            "name": body["name"],
            "name_localizations": body.get("name_localizations") or None,
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations") or None,
            "default_member_permissions": None if bits is None else str(bits),
            "nsfw": bool(body.get("nsfw")),
        }
        if scope is None:
            made["contexts"] = body.get("contexts") or [0, 1, 2]
            made["integration_types"] = body.get("integration_types") or [0]
        else:
            made["guild_id"] = str(scope)
        if body.get("options"):
            made["options"] = [_option(option) for option in body["options"]]
        return made

    def _count_creates(self, scope: int | None, new: int) -> None:
        made = self._creates.setdefault(scope, deque())
        now = self._clock.now()
        while made and now - made[0] > timedelta(days=1):
            made.popleft()
        if len(made) + new > _DAILY_CREATES:
            message = "Max number of daily application command creates has been reached (200)"
            raise DiscordError(400, 30034, message)
        made.extend([now] * new)


def listed(command: Json, *, with_localizations: bool) -> Json:
    """A command as lists return it: with its localizations only on request."""
    if with_localizations:
        return command
    made = {key: value for key, value in command.items() if not key.endswith("_localizations")}
    for key in ("options", "choices"):
        if key in made:
            made[key] = [listed(child, with_localizations=False) for child in made[key]]
    return made


def shown(command: Json, locale: str) -> Json:
    """A command with `name_shown` and `description_shown`, also in its options and choices."""
    made = {**command, "name_shown": localised(command, "name", locale)}
    if "description" in command:
        made["description_shown"] = localised(command, "description", locale)
    for key in ("options", "choices"):
        if key in made:
            made[key] = [shown(child, locale) for child in made[key]]
    return made


def localised(node: Json, key: str, locale: str) -> str:
    """The text in this language, in Discord's fallback for it, or the default."""
    texts = node.get(f"{key}_localizations") or {}
    return str(texts.get(locale) or texts.get(_FALLBACKS.get(locale, "")) or node[key])


def _option(option: Json) -> Json:
    """An option as Discord returns it: without fields that are false, empty or null."""
    made: Json = {key: value for key, value in option.items() if _is_said(key, value)}
    for key in ("name_localizations", "description_localizations"):
        made[key] = option.get(key) or None
    if option.get("options"):
        made["options"] = [_option(inner) for inner in option["options"]]
    if option.get("choices"):
        made["choices"] = [_choice(choice) for choice in option["choices"]]
    return made


def _choice(choice: Json) -> Json:
    return {
        "name": choice["name"],
        "name_localizations": choice.get("name_localizations") or None,
        "value": choice["value"],
    }


def _is_said(key: str, value: Any) -> bool:
    return value is not None and value is not False and value != [] and not key.endswith("_localizations")
