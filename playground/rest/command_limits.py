"""Discord's limits for registered commands that its OpenAPI file doesn't state."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from playground.rest.errors import Fault, Path
from playground.rest.message_limits import required, too_long
from playground.world.entities import Json

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
MOST_PER_TYPE = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
MOST_CHARACTERS = 8000
_LOCALES = (
    "ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro ru sv-SE th tr uk "
    "vi zh-CN zh-TW"
)
LOCALES = frozenset(_LOCALES.split())


def set_faults(commands: list[Json]) -> list[Fault]:
    """All faults of a set of commands: of each one, duplicate names, and too many of a type."""
    faults: list[Fault] = []
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(commands):
        faults += command_faults(command, (index,))
        key = (command.get("type") or CHAT_INPUT, command.get("name") or "")
        if key in seen:
            sentence = "Application command names must be unique"
            faults.append(Fault((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", sentence))
        seen.add(key)
    for kind, most in MOST_PER_TYPE.items():
        if sum(used == kind for used, _ in seen) > most:
            faults.append(
                Fault((), "APPLICATION_COMMANDS_TOO_MANY", f"There can be up to {most} commands of type {kind}.")
            )
    return faults


def command_faults(command: Json, root: Path = ()) -> list[Fault]:
    """All faults of one command."""
    kind = command.get("type") or CHAT_INPUT
    faults = list(_name_faults(command, root, chat=kind == CHAT_INPUT))
    description = command.get("description") or ""
    if kind == CHAT_INPUT:
        faults += _description_faults(command, root)
    elif description or command.get("description_localizations"):
        sentence = "Context menu commands cannot have a description"
        faults.append(Fault((*root, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", sentence))
    if kind != CHAT_INPUT and command.get("options"):
        sentence = "Context menu commands cannot have options"
        faults.append(Fault((*root, "options"), "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", sentence))
    faults += _options_faults(command.get("options") or [], (*root, "options"), depth=0)
    if size(command) > MOST_CHARACTERS:
        sentence = f"Command exceeds maximum size ({MOST_CHARACTERS})"
        faults.append(Fault(root, "APPLICATION_COMMAND_TOO_LARGE", sentence))
    return faults


def size(node: Json) -> int:
    """The combined length of names, descriptions and values, each in its longest localization."""
    total = _longest(node, "name") + _longest(node, "description")
    if isinstance(node.get("value"), str):
        total += len(node["value"])
    return total + sum(size(child) for key in ("options", "choices") for child in node.get(key) or [])


def _longest(node: Json, key: str) -> int:
    texts = [node.get(key) or "", *(node.get(f"{key}_localizations") or {}).values()]
    return max(map(len, texts))


def _name_faults(node: Json, path: Path, *, chat: bool) -> Iterator[Fault]:
    if not node.get("name"):
        yield required((*path, "name"))
        return
    for at, name in _localised(node, "name", path):
        if chat and not is_chat_name(name):
            sentence = "String value did not match validation regex."
            yield Fault(at, "APPLICATION_COMMAND_INVALID_NAME", sentence)
        elif not 1 <= len(name) <= 32:
            yield Fault(at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
    yield from _locale_faults(node, path)


def is_chat_name(name: str) -> bool:
    """Up to 32 letters of any script, in lower case if it has one, digits, `-`, `_` and `'`."""
    return 1 <= len(name) <= 32 and name == name.lower() and all(_in_name(character) for character in name)


def _in_name(character: str) -> bool:
    if character in "-_'":
        return True
    # All of Devanagari and Thai is allowed, because their vowel signs are marks, not letters.
    return (
        unicodedata.category(character)[0] in "LN"
        or "\u0900" <= character <= "\u097f"
        or "\u0e00" <= character <= "\u0e7f"
    )


def _description_faults(node: Json, path: Path) -> Iterator[Fault]:
    if not node.get("description"):
        yield required((*path, "description"))
    for at, text in _localised(node, "description", path):
        if len(text) > 100:
            yield too_long(at, 100)


def _localised(node: Json, key: str, path: Path) -> Iterator[tuple[Path, str]]:
    yield (*path, key), node.get(key) or ""
    for locale, text in (node.get(f"{key}_localizations") or {}).items():
        yield (*path, f"{key}_localizations", locale), text


def _locale_faults(node: Json, path: Path) -> Iterator[Fault]:
    for key in ("name_localizations", "description_localizations"):
        for locale in node.get(key) or {}:
            if locale not in LOCALES:
                yield Fault((*path, key, locale), "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')


def _options_faults(options: list[Json], path: Path, depth: int) -> Iterator[Fault]:
    if len(options) > 25:
        yield too_long(path, 25)
    optional_seen = False
    names: set[str] = set()
    kinds = {option.get("type") in (SUB_COMMAND, SUB_COMMAND_GROUP) for option in options}
    if len(kinds) > 1:
        sentence = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        yield Fault(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", sentence)
    for index, option in enumerate(options):
        here = (*path, index)
        yield from _name_faults(option, here, chat=True)
        yield from _description_faults(option, here)
        taken = {option.get("name") or "", *(option.get("name_localizations") or {}).values()}
        if names & taken:
            sentence = "Option name already exists in the current context"
            yield Fault((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", sentence)
        names |= taken
        if option.get("required") and optional_seen:
            sentence = "Required options must be placed before non-required options"
            yield Fault(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", sentence)
        optional_seen |= not option.get("required")
        yield from _option_faults(option, here, depth)


def _option_faults(option: Json, path: Path, depth: int) -> Iterator[Fault]:
    kind = option.get("type")
    if kind in (SUB_COMMAND, SUB_COMMAND_GROUP):
        if depth > 1 or (kind == SUB_COMMAND_GROUP and depth > 0):
            sentence = "Subcommands can only be nested as command, group, subcommand."
            yield Fault(path, "APPLICATION_COMMAND_OPTIONS_NESTING", sentence)
        yield from _options_faults(option.get("options") or [], (*path, "options"), depth + 1)
        return
    if option.get("options"):
        yield Fault((*path, "options"), "APPLICATION_COMMAND_OPTIONS_NESTING", "Only subcommands can have options.")
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        sentence = "Choices cannot be set when autocomplete is enabled"
        yield Fault((*path, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", sentence)
    if (choices or option.get("autocomplete")) and kind not in (STRING, INTEGER, NUMBER):
        sentence = "Only strings and numbers can have choices or autocomplete."
        yield Fault(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_TYPE", sentence)
    yield from choice_faults(choices, (*path, "choices"), kind)
    yield from _bound_faults(option, path)


def choice_faults(choices: list[Json], path: Path, kind: Any) -> Iterator[Fault]:
    """All faults of an option's choices, registered or sent by autocomplete."""
    if len(choices) > 25:
        yield too_long(path, 25)
    for index, choice in enumerate(choices):
        name, value = choice.get("name"), choice.get("value")
        if not isinstance(name, str) or not 1 <= len(name) <= 100:
            yield Fault((*path, index, "name"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        if not _fits(kind, value):
            sentence = f'Value "{value}" doesn\'t match the type of the option.'
            yield Fault((*path, index, "value"), "APPLICATION_COMMAND_CHOICE_VALUE_TYPE", sentence)
        elif isinstance(value, str) and not 1 <= len(value) <= 100:
            yield Fault((*path, index, "value"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _fits(kind: Any, value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if kind == STRING:
        return isinstance(value, str)
    if kind == INTEGER:
        return isinstance(value, int) and abs(value) < 2**53
    return isinstance(value, int | float) and abs(value) <= 2**53


def _bound_faults(option: Json, path: Path) -> Iterator[Fault]:
    for least, most in (("min_value", "max_value"), ("min_length", "max_length")):
        low, high = option.get(least), option.get(most)
        if low is not None and high is not None and low > high:
            yield Fault((*path, least), "APPLICATION_COMMAND_OPTIONS_BOUNDS", f"{least} is greater than {most}.")
    if option.get("max_length") == 0:
        yield Fault((*path, "max_length"), "NUMBER_TYPE_MIN", "int value should be greater than or equal to 1.")
