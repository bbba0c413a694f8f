"""Registration payloads of our commands, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from discord_api.permissions import Permissions
from interactions.declare import COMMANDS, GROUPS, OPTION_TYPES, Command, Kind, Parameter
from interactions.responses import Choice
from locales import SOURCE, TRANSLATED, name, render, t

_SUB_COMMAND, _SUB_COMMAND_GROUP = 1, 2
_TEXT, _INTEGER, _NUMBER = 3, 4, 10

Json = dict[str, Any]


def payloads() -> list[Json]:
    """Every declared command for Discord's bulk overwrite (PUT /applications/{id}/commands)."""
    from interactions import commands  # noqa: F401  (declares them)

    made: dict[tuple[Kind, str], Json] = {}
    for (kind, full_name), command in COMMANDS.items():
        words = full_name.split(" ") if kind is Kind.CHAT else [full_name]
        top = made.setdefault((kind, words[0]), _top(kind, words[0], command))
        _narrow(top, command)
        if len(words) == 1:
            top["options"] = [_option(parameter) for parameter in command.parameters]
        else:
            _parent(top, words).append(_sub(words[-1], command))
    for payload in made.values():
        if payload["type"] != Kind.CHAT:
            payload.pop("options", None)
    return list(made.values())


def _top(kind: Kind, word: str, command: Command) -> Json:
    grouped = GROUPS.get(word)
    described = _described(word, grouped.description if grouped else command.description, kind)
    return {"type": int(kind), **described, "options": [], "contexts": [], "integration_types": [0]}


def _narrow(top: Json, command: Command) -> None:
    """Default permissions: those of the least restricted subcommand, because Discord hides all or none."""
    top["contexts"] = sorted({*top["contexts"], *map(int, command.places)})
    known = top.get("default_member_permissions", command.requires)
    shared = Permissions(int(known or 0)) & command.requires
    top["default_member_permissions"] = str(int(shared)) if shared else None


def _parent(top: Json, words: list[str]) -> list[Json]:
    if len(words) == 2:
        return cast(list[Json], top["options"])
    for option in top["options"]:
        if option["name"] == words[1]:
            return cast(list[Json], option["options"])
    path = " ".join(words[:2])
    group: Json = {"type": _SUB_COMMAND_GROUP, **_described(words[1], GROUPS[path].description), "options": []}
    top["options"].append(group)
    return cast(list[Json], group["options"])


def _sub(word: str, command: Command) -> Json:
    options = [_option(parameter) for parameter in command.parameters]
    return {"type": _SUB_COMMAND, **_described(word, command.description), "options": options}


def _option(parameter: Parameter) -> Json:
    kind = OPTION_TYPES[parameter.type]
    made: Json = {
        "type": kind,
        **_described(parameter.name, parameter.option.description),
        "required": parameter.required,
    }
    low, high = ("min_length", "max_length") if kind == _TEXT else ("min_value", "max_value")
    if kind in (_TEXT, _INTEGER, _NUMBER):
        made |= {low: parameter.option.min} if parameter.option.min is not None else {}
        made |= {high: parameter.option.max} if parameter.option.max is not None else {}
    if parameter.option.autocomplete:
        made["autocomplete"] = True
    if parameter.choices:
        made["choices"] = [_choice(choice) for choice in parameter.choices]
    return made


def _choice(choice: Choice) -> Json:
    return {"name": str(choice.label), "value": choice.value, "name_localizations": _named(str(choice.label))}


def _described(word: str, description: str, kind: Kind = Kind.CHAT) -> Json:
    # Without our own name for en-US, American users would see the British one (Discord: Localization).
    made: Json = {"name": word, "name_localizations": _named(word)}
    if kind is Kind.CHAT:
        made |= {"description": description, "description_localizations": _words(description)}
    return made


def _named(word: str) -> dict[str, str]:
    return {SOURCE: word} | {locale: name("command", word, locale) for locale in TRANSLATED}


def _words(source: str) -> dict[str, str]:
    return {SOURCE: source} | {locale: render(t(source), locale) for locale in TRANSLATED}


def names() -> set[str]:
    """Every name people see in Discord's menus, for translators."""
    return set(_names(payloads()))


def _names(described: list[Json]) -> Iterator[str]:
    for part in described:
        yield part["name"]
        yield from _names(part.get("options", []))
        yield from (choice["name"] for choice in part.get("choices", []))
