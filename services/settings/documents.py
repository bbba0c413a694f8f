"""Settings as a document: exported, kept in git, planned against the current ones, then applied exactly as planned."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from locales import join, t
from services.core import errors
from services.core.transactions import transaction
from services.settings import checking, modules, own_ids, storage
from services.settings.changes import save
from services.settings.checking import TOLD
from services.settings.history import ChangeSet, Source, ValueChange
from services.settings.kinds import Snowflake
from services.settings.storage import Snapshot, flat, nested

SCHEMA: Literal[1] = 1
Mapped = Mapping[int, int | None]  # ids of another server and their counterparts here; None omits one


class BadDocument(errors.UserError):
    """The text is not a settings document."""


class UnmappedIds(errors.UserError):
    """A document from another server has roles or channels that were not mapped to ones here."""

    def __init__(self, ids: Mapping[int, str]) -> None:
        named = [
            t("`{id}` in {label}", id=str(one), label=modules.setting(key).kind.label)
            for one, key in list(ids.items())[:TOLD]
        ]
        text = t(
            "This document comes from another server. Say which roles and channels of this server to use instead of:"
        )
        super().__init__(join([text, *named]))
        self.ids = dict(ids)


class Outdated(errors.Conflict):
    """Settings have changed since the plan was made."""


class Document(BaseModel):
    """Settings by module and name; settings it omits stay as they are."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    version: Annotated[Literal[1], Field(alias="schema")] = SCHEMA
    server: Snowflake | None = None
    settings: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes a document would make now; `digest` identifies exactly these on exactly this version."""

    version: int
    changes: Mapping[str, ValueChange]
    digest: str


async def export(guild_id: int, names: Sequence[str] = ()) -> dict[str, Any]:
    """A guild's settings as a document, all or some modules."""
    for name in names:
        modules.module(name)
    values = (await storage.read(guild_id)).values
    kept = [key for key, setting in modules.SETTINGS.items() if not names or setting.module in names]
    return {"schema": SCHEMA, "server": str(guild_id), "settings": nested(values, kept)}


def text(document: Mapping[str, Any]) -> str:
    """A document as YAML."""
    from services.settings import yaml_text

    return yaml_text.dump(document)


def read(given: str | Mapping[str, Any]) -> Document:
    """A document from its text (YAML or JSON) or its values; BadDocument otherwise."""
    from services.settings import yaml_text  # imported late, so that startup does not wait for it

    try:
        values = yaml_text.load(given) if isinstance(given, str) else given
        return Document.model_validate(values)
    except yaml_text.BadYaml as error:
        raise BadDocument(t("I can't read this as YAML or JSON. Start from the output of `/config export`.")) from error
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"][:3])[:60].replace("`", "'")
        raise BadDocument(
            t(
                "This isn't a valid settings document (at `{where}`). Start from the output of `/config export`.",
                where=where,
            )
        ) from error


async def look_up(guild_id: int, document: Document, mapped: Mapped | None = None) -> None:
    """Check a document's roles and channels with Discord, before the transaction that plans or applies it."""
    await own_ids.look_up(guild_id, _wanted(guild_id, document, mapped or {}))


async def plan(guild_id: int, document: Document, mapped: Mapped | None = None) -> Plan:
    """The changes a document would make; refuses invalid values and unmapped ids of another server."""
    await look_up(guild_id, document, mapped)
    return _plan(guild_id, await storage.read(guild_id), document, mapped or {})


async def apply(
    guild_id: int, actor_id: int, document: Document, digest: str, mapped: Mapped | None = None, *, request_id: str = ""
) -> ChangeSet | None:
    """Apply a plan; refused if it would no longer make exactly those changes. None if there are none."""
    await look_up(guild_id, document, mapped)
    async with transaction():
        made = _plan(guild_id, await storage.hold(guild_id), document, mapped or {})
        if made.digest != digest:
            raise Outdated(
                t("The settings or the document have changed since this plan was made. Please make a new plan.")
            )
        wanted = {key: both.after for key, both in made.changes.items()}
        return await save(guild_id, actor_id, wanted, source=Source.APPLY, request_id=request_id)


def _plan(guild_id: int, now: Snapshot, document: Document, mapped: Mapped) -> Plan:
    after = checking.checked(now, _wanted(guild_id, document, mapped))
    own_ids.check(guild_id, now, after)
    changes = {key: ValueChange(now.values[key], value) for key, value in after.items()}
    content = orjson.dumps([str(guild_id), now.version, after], option=orjson.OPT_SORT_KEYS)
    return Plan(now.version, changes, hashlib.sha256(content).hexdigest()[:32])


def _wanted(guild_id: int, document: Document, mapped: Mapped) -> dict[str, Any]:
    """A document's values by key, with this server's ids."""
    wanted = flat(document.settings)
    return wanted if document.server in (None, guild_id) else _translated(wanted, mapped)


def _translated(wanted: Mapping[str, Any], mapped: Mapped) -> dict[str, Any]:
    """The values with the other server's ids replaced by this server's."""
    missing: dict[int, str] = {}
    made = {}
    for key, value in wanted.items():
        if modules.setting(key).kind.names is None:
            made[key] = value
            continue
        several = isinstance(value, list)
        ids = [_number(one) for one in (value if several else [value])]
        missing |= {one: key for one in ids if type(one) is int and one not in mapped}
        here = [mapped.get(one) if type(one) is int else one for one in ids]
        made[key] = [one for one in here if one is not None] if several else here[0]
    if missing:
        raise UnmappedIds(missing)
    return made


def _number(value: Any) -> Any:
    """An id as a number; anything else is left for later checks."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20 else value
