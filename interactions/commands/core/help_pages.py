"""Pages of /help: an overview of areas, pages of an area or a group of commands, and a single command's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from interactions import permits
from interactions.declare import Command
from locales import SOURCE, TRANSLATED, Text, n, name, render, t
from services.core import areas
from services.core.areas import Area
from services.core.errors import NotFound
from services.core.permission_names import named

Kind = Literal["all", "area", "commands"]

LINES = 17  # lines per page; twenty with title, heading and footer
CHARACTERS = 3_600  # characters per page; Discord accepts 4,000 per message
NAMED = 12  # commands named on an area's line


class Topic(NamedTuple):
    """A topic: every area, one area, or the commands whose names start with some words."""

    kind: Kind
    name: str = "-"


class Page(NamedTuple):
    """One page of a topic in the reader's language, page `number` of `pages`."""

    topic: Topic
    title: str
    lines: Sequence[str]
    number: int
    pages: int


def page(topic: Topic, usable: Sequence[Command], number: int, locale: str) -> Page:
    """A page of a topic's commands that the reader may use; refused if there are none."""
    title, lines = _content(topic, usable, locale)
    if not lines:
        raise _nothing(topic.name)
    pages = _packed(lines)
    number = min(max(number, 1), len(pages))
    return Page(topic, title, pages[number - 1], number, len(pages))


def meant(typed: str, usable: Sequence[Command]) -> Topic:
    """The typed topic, by a name in any language; a slash makes it a command."""
    wanted = plain(typed)
    if not wanted:
        return Topic("all")
    if not typed.strip().startswith("/"):
        for area in by_area(usable):
            if wanted in titles(area):
                return Topic("area", area)
    for command in usable:
        words = command.name.split(" ")
        for count in range(1, len(words) + 1):
            if wanted in _names(words[:count]):
                return Topic("commands", " ".join(words[:count]))
    raise _nothing(wanted)


def by_area(usable: Sequence[Command]) -> Mapping[str, Sequence[Command]]:
    """The commands of each area, members' commands first; areas in order, without empty ones."""
    found: dict[str, list[Command]] = {area.name: [] for area in areas.declared()}
    for command in sorted(usable, key=lambda command: bool(command.requires)):
        if area := permits.area_of(command):
            found[area.name].append(command)
    return {area: commands for area, commands in found.items() if commands}


def plain(typed: str) -> str:
    """A name in the form used for comparing."""
    return " ".join(typed.casefold().split()).lstrip("/")


def titles(area: str) -> set[str]:
    """An area's titles in every language, for comparing."""
    return {area, *(plain(render(known(area).title, locale)) for locale in (SOURCE, *TRANSLATED))}


def known(area: str) -> Area:
    """The area with this name; refused if there is none (any more)."""
    found = areas.area(area)
    if found is None:
        raise _nothing(area)
    return found


def names(command: Command) -> set[str]:
    """A command's names in every language, because people tell each other the names they see."""
    return _names(command.name.split(" "))


def called(words: Sequence[str], locale: str) -> str:
    """A command or the start of one, named as in the reader's menu."""
    return f"/{' '.join(name('command', word, locale) for word in words)}"


def _names(words: Sequence[str]) -> set[str]:
    return {called(words, locale).removeprefix("/") for locale in (SOURCE, *TRANSLATED)}


def _content(topic: Topic, usable: Sequence[Command], locale: str) -> tuple[str, list[str]]:
    """The title and lines of a topic; no lines if the reader may use none of it."""
    found = by_area(usable)
    match topic.kind:
        case "all":
            return render(t("What I can do here"), locale), [_area(area, found[area], locale) for area in found]
        case "area":
            area = known(topic.name)
            lines = [render(area.about, locale), *_listed(found[area.name], locale)] if area.name in found else []
            return f"{area.icon} {render(area.title, locale)}", lines
    commands = [command for command in usable if f"{command.name} ".startswith(f"{topic.name} ")]
    single = [command.name for command in commands] == [topic.name]
    lines = _single(commands[0], locale) if single else _listed(commands, locale)
    return called(topic.name.split(" "), locale), lines


def _area(area: str, commands: Sequence[Command], locale: str) -> str:
    """One line about an area; commands with a common first word appear as that word."""
    first: dict[str, list[Command]] = {}
    for command in commands:
        first.setdefault(command.name.partition(" ")[0], []).append(command)
    shown = [
        f"`{called(together[0].name.split(' ') if len(together) == 1 else [word], locale)}`"
        for word, together in first.items()
    ]
    more = [render(n("and {count} more", "and {count} more", len(shown) - NAMED), locale)] if shown[NAMED:] else []
    declared = known(area)
    words = {"icon": declared.icon, "title": declared.title, "about": declared.about}
    line = t("{icon} **{title}** · {about} {commands}", **words, commands=" ".join([*shown[:NAMED], *more]))
    return render(line, locale)


def _listed(commands: Sequence[Command], locale: str) -> list[str]:
    """A line per command, those for everyone first."""
    open_to_all = [_line(command, locale) for command in commands if not command.requires]
    guarded = [_line(command, locale) for command in commands if command.requires]
    heading = render(t("-# For members with more permissions"), locale)
    return [*open_to_all, *([heading] if open_to_all and guarded else []), *guarded]


def _line(command: Command, locale: str) -> str:
    return f"**{called(command.name.split(' '), locale)}** · {render(t(command.description), locale)}"


def _single(command: Command, locale: str) -> list[str]:
    """A command's description, options and required permission."""
    lines: list[Text] = [t(command.description)]
    for parameter in command.parameters:
        words = {"option": name("command", parameter.name, locale), "description": t(parameter.option.description)}
        required, optional = (
            t("`{option}` · {description}", **words),
            t("`{option}` (optional) · {description}", **words),
        )
        lines.append(required if parameter.required else optional)
    if command.requires:
        lines.append(t("-# Requires {permissions}", permissions=named(command.requires)))
    return [render(line, locale) for line in lines]


def _packed(lines: Sequence[str]) -> list[list[str]]:
    """Split lines into pages."""
    pages: list[list[str]] = [[]]
    for line in lines:
        here = pages[-1]
        if here and (len(here) == LINES or sum(map(len, here)) + len(here) + len(line) > CHARACTERS):
            pages.append([line])
        else:
            here.append(line)
    return pages


def _nothing(wanted: str) -> NotFound:
    return NotFound(t("There's no area or command `{topic}` that you can use here.", topic=wanted.replace("`", "'")))
