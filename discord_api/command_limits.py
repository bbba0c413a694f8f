"""Discord's limits on command declarations that no schema expresses, checked before sending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from discord_api import command_names

Json = Mapping[str, Any]
SLASH, USER, MESSAGE, ENTRY_POINT = 1, 2, 3, 4
MAX_COMMANDS = {SLASH: 100, USER: 15, MESSAGE: 15, ENTRY_POINT: 1}
KINDS = {
    SLASH: "slash commands",
    USER: "user menu commands",
    MESSAGE: "message menu commands",
    ENTRY_POINT: "launchers",
}
SUB_COMMAND, GROUP = 1, 2
STRING, INTEGER, CHANNEL, NUMBER = 3, 4, 7, 10
LARGEST = 8000
MOST_OPTIONS = MOST_CHOICES = 25
LONGEST_NAME, LONGEST_TEXT, LONGEST_STRING = 32, 100, 6000
LARGEST_NUMBER = {INTEGER: 2**53 - 1, NUMBER: 2**53}
CHOICE_VALUES: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), NUMBER: (int, float)}
LOCALES = frozenset(
    (
        "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
        "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
        "ar", "he",
    )
)  # fmt: skip


def check(declared: Sequence[Json]) -> list[str]:
    """Everything Discord would refuse, as sentences naming the command; empty if valid."""
    return list(_problems(declared))


def size(node: Json) -> int:
    """Total characters of names, descriptions and values; each text counts by its longest translation."""
    own = sum(max(map(len, _texts(node, field)), default=0) for field in ("name", "description"))
    inner = sum(size(child) for field in ("options", "choices") for child in node.get(field) or ())
    return own + inner + (len(str(node["value"])) if "value" in node else 0)


def _problems(declared: Sequence[Json]) -> Iterator[str]:
    for kind, most in MAX_COMMANDS.items():
        same = [command for command in declared if command.get("type", SLASH) == kind]
        if len(same) > most:
            yield f"There are {len(same)} {KINDS[kind]}; Discord takes {most}."
        yield from _collisions(same, f"Among the {KINDS[kind]}")
    for command in declared:
        kind = command.get("type", SLASH)
        path = f"/{command.get('name')}" if kind == SLASH else str(command.get("name"))
        if kind not in MAX_COMMANDS:
            yield f"{path} is of type {kind}, which is unknown."
        yield from _texts_fit(command, path, slash=kind == SLASH, described=kind == SLASH)
        if kind in {USER, MESSAGE} and (command.get("description") or command.get("options")):
            yield f"{path} is a menu command and takes neither description nor options."
        yield from _permissions(command, path)
        yield from _options(command, path, depth=0)
        if (characters := size(command)) > LARGEST:
            yield f"{path} has {characters} characters in all; Discord takes {LARGEST}."


def _permissions(command: Json, path: str) -> Iterator[str]:
    bits = command.get("default_member_permissions")
    if not (bits is None or isinstance(bits, int) or (isinstance(bits, str) and bits.isdecimal())):
        yield f"{path} asks for permissions {bits!r}, which is no number."


def _options(parent: Json, path: str, depth: int) -> Iterator[str]:
    options = parent.get("options") or []
    if len(options) > MOST_OPTIONS:
        yield f"{path} has {len(options)} options; Discord takes {MOST_OPTIONS}."
    branches = [option for option in options if option["type"] in {SUB_COMMAND, GROUP}]
    if branches and len(branches) != len(options):
        yield f"{path} mixes sub-commands with other options."
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield f"{path} has a required option after an optional one."
    yield from _collisions(options, f"In {path}")
    for option in options:
        yield from _option(option, f"{path} {option.get('name')}", depth)


def _option(option: Json, path: str, depth: int) -> Iterator[str]:
    yield from _texts_fit(option, path, slash=True, described=True)
    kind = option["type"]
    if kind in {SUB_COMMAND, GROUP}:
        # A command holds groups and subcommands, a group only subcommands, a subcommand neither.
        if depth > (0 if kind == GROUP else 1):
            yield f"{path} is nested too deeply."
        if kind == GROUP and not all(child["type"] == SUB_COMMAND for child in option.get("options") or [{"type": 0}]):
            yield f"{path} is a group and must hold sub-commands only, one at least."
        yield from _options(option, path, depth=1 if kind == GROUP else 2)
        return
    if option.get("options"):
        yield f"{path} takes a value and cannot have options of its own."
    yield from _range(option, path)
    yield from _choices(option, path)


def _range(option: Json, path: str) -> Iterator[str]:
    kind = option["type"]
    bounds: list[tuple[str, float, float]] = []
    if kind == STRING:
        bounds = [("min_length", 0, LONGEST_STRING), ("max_length", 1, LONGEST_STRING)]
    elif kind in LARGEST_NUMBER:
        largest = LARGEST_NUMBER[kind]
        bounds = [("min_value", -largest, largest), ("max_value", -largest, largest)]
    for field, low, high in bounds:
        if (value := option.get(field)) is not None and not low <= value <= high:
            yield f"{path} has a {field} of {value}, outside {low} to {high}."
    known = {field for field, _, _ in bounds}
    for field in ("min_length", "max_length", "min_value", "max_value"):
        if field not in known and option.get(field) is not None:
            yield f"{path} cannot have a {field}."
    values = [option[field] for field, _, _ in bounds if option.get(field) is not None]
    if values != sorted(values):
        yield f"{path} has a minimum above its maximum."
    if option.get("channel_types") and kind != CHANNEL:
        yield f"{path} takes no channel and cannot have channel types."


def _choices(option: Json, path: str) -> Iterator[str]:
    choices = option.get("choices") or []
    kind = option["type"]
    if (choices or option.get("autocomplete")) and kind not in CHOICE_VALUES:
        yield f"{path} cannot have choices or autocompletion."
        return
    if choices and option.get("autocomplete"):
        yield f"{path} has both choices and autocompletion."
    if len(choices) > MOST_CHOICES:
        yield f"{path} has {len(choices)} choices; Discord takes {MOST_CHOICES}."
    for choice in choices:
        yield from _lengths(choice, "name", f"{path} choice {choice.get('name')}", LONGEST_TEXT)
        value = choice.get("value")
        if isinstance(value, bool) or not isinstance(value, CHOICE_VALUES[kind]):
            yield f"{path} has the choice {value!r}, which is of the wrong type."
        elif isinstance(value, str) and len(value) > LONGEST_TEXT:
            yield f"{path} has a choice of {len(value)} characters; Discord takes {LONGEST_TEXT}."
        elif isinstance(value, (int, float)) and abs(value) > LARGEST_NUMBER[kind]:
            yield f"{path} has the choice {value}, which is too large."


def _texts_fit(node: Json, path: str, *, slash: bool, described: bool) -> Iterator[str]:
    for name in _texts(node, "name") if slash else ():
        if fault := command_names.fault(name):
            yield f"{path}: the name {name!r} {fault}."
    if not slash:
        yield from _lengths(node, "name", path, LONGEST_NAME)
    if described:
        yield from _lengths(node, "description", path, LONGEST_TEXT)
    for field in ("name_localizations", "description_localizations"):
        if unknown := sorted(set(node.get(field) or ()) - LOCALES):
            yield f"{path}: Discord has no language {', '.join(unknown)}."


def _lengths(node: Json, field: str, path: str, longest: int) -> Iterator[str]:
    for text in _texts(node, field) or [""]:
        if not 1 <= len(text) <= longest:
            yield f"{path}: a {field} has {len(text)} characters, not 1 to {longest}."


def _texts(node: Json, field: str) -> list[str]:
    """A text and its translations."""
    own = [node[field]] if node.get(field) else []
    return own + list((node.get(f"{field}_localizations") or {}).values())


def _collisions(nodes: Sequence[Json], where: str) -> Iterator[str]:
    """Names that would appear twice in any language."""
    locales = sorted({locale for node in nodes for locale in node.get("name_localizations") or ()})
    told: set[str] = set()
    for locale in ["", *locales]:
        shown = Counter((node.get("name_localizations") or {}).get(locale) or node.get("name") for node in nodes)
        for name, times in shown.items():
            if times > 1 and name not in told:
                told.add(str(name))
                yield f"{where} the name {name!r} stands {times} times{f' in {locale}' if locale else ''}."
