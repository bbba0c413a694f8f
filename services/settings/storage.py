"""Storage of settings: on the guild's row, and only values that differ from the defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

import orjson

from services.core.transactions import Row, rows
from services.settings import reading
from services.settings.general import FOLLOW_DISCORD
from services.settings.module import Module
from services.settings.modules import MODULES

M = TypeVar("M", bound=Module)
Stored = dict[str, dict[str, Any]]

_READ = "SELECT config_version, config, language FROM guilds WHERE discord_id = $1"
_EXIST = "INSERT INTO guilds (discord_id) VALUES ($1) ON CONFLICT (discord_id) DO NOTHING"
_HOLD = f"{_READ} FOR NO KEY UPDATE"
_WRITE = """
UPDATE guilds
   SET config_version = $2, config = $3::jsonb, language = $4::varchar, updated_at = tatiana_now(),
       language_at = CASE WHEN language IS DISTINCT FROM $4::varchar THEN clock_timestamp() ELSE language_at END
 WHERE discord_id = $1"""


@dataclass(frozen=True)
class Snapshot:
    """All settings of a guild at one version; each change set makes the next."""

    version: int
    stored: Stored

    def of(self, module: type[M]) -> M:
        """One module of the settings."""
        return cast(M, self._modules[module.module_name])

    @property
    def language(self) -> str | None:
        """The language of public answers; None follows Discord."""
        language = self.stored.get("general", {}).get("language")
        return None if language == FOLLOW_DISCORD else language

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """Every setting by key, as JSON."""
        return flat({name: module.jsonable() for name, module in self._modules.items()})

    @cached_property
    def _modules(self) -> Mapping[str, Module]:
        made = {}
        for name, module in MODULES.items():
            made[name], unusable = reading.read(module, self.stored.get(name))
            reading.report(name, unusable)
        return made

    def with_values(self, changes: Mapping[str, Any]) -> Snapshot:
        """The next version with these values; untouched settings stay exactly as stored."""
        stored = {name: dict(fields) for name, fields in self.stored.items() if isinstance(fields, dict)}
        defaults = {name: module().jsonable() for name, module in MODULES.items()}
        for key, value in changes.items():
            module, name = key.split(".")
            fields = stored.setdefault(module, {})
            fields.pop(name, None)
            if value != defaults[module][name]:
                fields[name] = value
        return Snapshot(self.version + 1, {name: fields for name, fields in stored.items() if fields})


def flat(modules: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Flatten values by module and name into values by key."""
    return {f"{module}.{name}": value for module, fields in modules.items() for name, value in fields.items()}


def nested(values: Mapping[str, Any], keys: Iterable[str] | None = None) -> Stored:
    """Nest values by key into values by module and name."""
    made: Stored = {}
    for key in values if keys is None else keys:
        module, name = key.split(".")
        made.setdefault(module, {})[name] = values[key]
    return made


async def read(guild_id: int) -> Snapshot:
    """A guild's settings, read from the database now."""
    found = await rows(_READ, guild_id)
    return _snapshot(found[0]) if found else Snapshot(0, {})


async def hold(guild_id: int) -> Snapshot:
    """The same, locked until this transaction ends."""
    await rows(_EXIST, guild_id)
    (row,) = await rows(_HOLD, guild_id)
    return _snapshot(row)


async def write(guild_id: int, snapshot: Snapshot) -> None:
    """Replace the locked settings with these."""
    stored = {name: dict(fields) for name, fields in snapshot.stored.items()}
    stored.get("general", {}).pop("language", None)
    kept = {name: fields for name, fields in stored.items() if fields}
    await rows(_WRITE, guild_id, snapshot.version, orjson.dumps(kept).decode(), snapshot.language)


def _snapshot(row: Row) -> Snapshot:
    stored: Stored = orjson.loads(row["config"])
    # The language has its own column, because every interaction reads it.
    if row["language"] not in (None, FOLLOW_DISCORD):
        stored["general"] = {**stored.get("general", {}), "language": row["language"]}
    return Snapshot(row["config_version"], stored)
