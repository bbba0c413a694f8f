"""Compares declared commands with registered ones, and registers them only if they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from discord_api import commands
from discord_api.command_limits import ENTRY_POINT, MESSAGE, SLASH, USER, check

if TYPE_CHECKING:
    from discord_api.client import Discord

__all__ = ["check", "diff", "label", "sync"]

Json = Mapping[str, Any]
# Defaults Discord fills in if a bulk PUT omits them.
DEFAULTS: dict[str, Any] = {"type": SLASH, "contexts": [0, 1, 2], "integration_types": [0]}
WRITABLE = (
    "type", "name", "name_localizations", "description", "description_localizations", "default_member_permissions",
    "contexts", "integration_types", "nsfw", "handler", "options",
)  # fmt: skip
IN_OPTIONS = (
    "type", "name", "name_localizations", "description", "description_localizations", "required", "autocomplete",
    "min_value", "max_value", "min_length", "max_length", "channel_types", "file_types", "choices", "options",
)  # fmt: skip
IN_CHOICES = ("name", "name_localizations", "value")
UNORDERED = {"contexts", "integration_types", "channel_types", "file_types"}
MENUS = {USER: "user menu", MESSAGE: "message menu", ENTRY_POINT: "launcher"}


def diff(declared: Sequence[Json], registered: Sequence[Json]) -> list[str]:
    """The changes a sync would make, one per line; empty if everything matches."""
    wanted, present = _by_key(declared), _by_key(registered)
    lines = []
    for key in sorted(wanted.keys() | present.keys()):
        if key not in present:
            lines.append(f"+ {_label(key)}")
        elif key in wanted:
            changes = _changes(_command(wanted[key]), _command(present[key]))
            lines.extend(f"~ {_label(key)}{change}" for change in changes)
        elif key[0] != ENTRY_POINT:
            lines.append(f"- {_label(key)}")
    return lines + [f"- {label(command)}, registered twice (id {command['id']})" for command in _doubles(registered)]


async def sync(client: Discord, application_id: int, declared: Sequence[Json]) -> list[str]:
    """Register the commands if anything differs and return the changes; ValueError if Discord would refuse."""
    if problems := check(declared):
        raise ValueError(" ".join(problems))
    registered = await commands.registered(client, application_id)
    changes = diff(declared, registered)
    if changes:
        await commands.replace(client, application_id, _payload(declared, registered))
    return changes


def _payload(declared: Sequence[Json], registered: Sequence[Json]) -> list[dict[str, Any]]:
    """The list to PUT, with known commands under their ids, so that they keep their permissions in every guild."""
    present = _by_key(registered)
    payload = [
        {**command, "id": present[key]["id"]} if (key := _key(command)) in present else dict(command)
        for command in declared
    ]
    # An entry point belongs to the application's activity; Discord refuses a list that would delete it.
    if not any(key[0] == ENTRY_POINT for key in _by_key(declared)):
        launchers = [command for key, command in present.items() if key[0] == ENTRY_POINT]
        payload += [{"id": old["id"], **_only(old, WRITABLE)} for old in launchers]
    return payload


def _key(command: Json) -> tuple[int, str]:
    return command.get("type") or SLASH, command["name"]


def _by_key(commands: Sequence[Json]) -> dict[tuple[int, str], Json]:
    """Commands by key; of duplicates the older one, for which servers have set permissions."""
    return {_key(command): command for command in sorted(commands, key=_id, reverse=True)}


def _doubles(registered: Sequence[Json]) -> list[Json]:
    """Commands with the same name and type as an older one."""
    kept = {command["id"] for command in _by_key(registered).values()}
    return sorted((command for command in registered if command["id"] not in kept), key=_id)


def _id(command: Json) -> int:
    return int(command.get("id", 0))  # none is declared so far


def label(command: Json) -> str:
    """A command as people see it: /pay, or Profile (user menu)."""
    return _label(_key(command))


def _label(key: tuple[int, str]) -> str:
    kind, name = key
    return f"/{name}" if kind == SLASH else f"{name} ({MENUS.get(kind, 'unknown type')})"


def _only(node: Json, fields: Sequence[str]) -> dict[str, Any]:
    """The meaningful fields: Discord treats absent, null, false and empty alike, but not 0."""
    return {field: node[field] for field in fields if field in node and not _blank(node[field])}


def _blank(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _command(command: Json) -> dict[str, Any]:
    plain = {**DEFAULTS, **_only(command, WRITABLE)}
    if "default_member_permissions" in plain:
        plain["default_member_permissions"] = str(plain["default_member_permissions"])
    return _inner(plain)


def _inner(node: dict[str, Any]) -> dict[str, Any]:
    for field in UNORDERED & node.keys():
        node[field] = sorted(node[field])
    if "options" in node:
        node["options"] = [_inner(_only(option, IN_OPTIONS)) for option in node["options"]]
    if "choices" in node:
        node["choices"] = [_only(choice, IN_CHOICES) | {"value": choice["value"]} for choice in node["choices"]]
    return node


def _changes(wanted: dict[str, Any], present: dict[str, Any], path: str = "") -> Iterator[str]:
    """Every field that differs, with its path through options and choices."""
    for field in sorted(wanted.keys() | present.keys()):
        new, old = wanted.get(field), present.get(field)
        if field in {"options", "choices"}:
            yield from _listed(new or [], old or [], path)
        elif isinstance(new, dict) or isinstance(old, dict):
            yield from _changes(new or {}, old or {}, f"{path} {field}")
        elif new != old:
            yield f"{path} {field}: {_show(old)} -> {_show(new)}"


def _listed(wanted: list[dict[str, Any]], present: list[dict[str, Any]], path: str) -> Iterator[str]:
    new = {str(node["name"]): node for node in wanted}
    old = {str(node["name"]): node for node in present}
    yield from (f"{path} {name}: removed" for name in old if name not in new)
    yield from (f"{path} {name}: added" for name in new if name not in old)
    both = [name for name in new if name in old]
    if both != [name for name in old if name in new]:
        yield f"{path} order: {', '.join(new)}"
    for name in both:
        yield from _changes(new[name], old[name], f"{path} {name}")


def _show(value: Any) -> str:
    return "nothing" if value is None else repr(value)
