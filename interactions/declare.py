"""@command, @menu and @group: a command is a typed function and its declaration."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

from discord_api.permissions import Permissions
from interactions.context import Member, Message
from interactions.signatures import OPTION_TYPES, Handler, Option, Parameter, hints, parameters
from services.core import command_areas

# Its results become arguments of the handler, or replace those of the same name.
Question = Callable[..., Awaitable[dict[str, Any] | None]]


class Kind(IntEnum):
    """The type of a command: slash, user menu or message menu (Discord: Application Command Types)."""

    CHAT = 1
    USER = 2
    MESSAGE = 3


class InteractionContext(IntEnum):
    """Where a command may be used (Discord's interaction contexts)."""

    SERVER = 0
    OUR_DM = 1
    OTHER_DM = 2


@dataclass(frozen=True, slots=True)
class Cooldown:
    """At most `uses` per `seconds` and person; commands with the same `name` are counted together."""

    uses: int
    seconds: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `name` has up to three words: command, group, subcommand."""

    name: str
    description: str
    handler: Handler
    kind: Kind
    parameters: tuple[Parameter, ...]
    requires: Permissions
    cooldown: Cooldown | None
    ephemeral: bool
    defer: bool
    writes: bool
    places: tuple[InteractionContext, ...]
    of: str = ""
    asks: Question | None = None
    at_once: bool = False

    @property
    def counted_as(self) -> str:
        """The slash command that statistics count this under."""
        return self.of or self.name


@dataclass(frozen=True, slots=True)
class Group:
    """The first one or two words of several commands."""

    name: str
    description: str


COMMANDS: dict[tuple[Kind, str], Command] = {}
GROUPS: dict[str, Group] = {}


def command(
    name: str,
    description: str,
    *,
    requires: Permissions = Permissions(0),
    cooldown: Cooldown | None = None,
    ephemeral: bool = False,
    defer: bool = False,
    writes: bool = False,
    places: tuple[InteractionContext, ...] = (InteractionContext.SERVER,),
    asks: Question | None = None,
    at_once: bool = False,
) -> Callable[[Handler], Command]:
    """Declare a slash command; `ephemeral` is how it defers, `writes` stores its response along with its effect.

    `asks` runs before the transaction of a writing handler, because a transaction must not wait for Discord. A handler
    that is `at_once` never waits, so it runs without a timeout.
    """

    def declare(handler: Handler) -> Command:
        return _register(
            Command(
                name,
                description,
                handler,
                Kind.CHAT,
                parameters(handler),
                requires,
                cooldown,
                ephemeral,
                defer,
                writes,
                places,
                asks=asks,
                at_once=at_once,
            )
        )

    return declare


def menu(
    name: str,
    *,
    of: str = "",
    requires: Permissions = Permissions(0),
    ephemeral: bool = True,
    writes: bool = False,
) -> Callable[[Handler], Command]:
    """Declare a user or message menu entry, depending on the type of the handler's second parameter.

    If it does the same as a slash command, `of` names it, and the same permissions and rules apply.
    """

    def declare(handler: Handler) -> Command:
        target = list(hints(handler).values())[1]
        kind = Kind.USER if target is Member else Kind.MESSAGE
        return _register(
            Command(
                name, "", handler, kind, (), requires, None, ephemeral, False, writes, (InteractionContext.SERVER,), of
            )
        )

    return declare


def group(name: str, description: str) -> None:
    """Describe a group of commands, which Discord requires for registration."""
    GROUPS[name] = Group(name, description)


@lru_cache(maxsize=512)
def slash_command(words: str) -> str:
    """The longest prefix of these words that is a slash command; "" for none."""
    while words and (Kind.CHAT, words) not in COMMANDS:
        words = words.rpartition(" ")[0]
    return words


def _register(made: Command) -> Command:
    if (made.kind, made.name) in COMMANDS:
        raise ValueError(f"the command {made.name} is declared twice")
    COMMANDS[made.kind, made.name] = made
    command_areas.declare(made.name, made.handler.__module__)
    return made


__all__ = [
    "COMMANDS",
    "GROUPS",
    "OPTION_TYPES",
    "Command",
    "Cooldown",
    "InteractionContext",
    "Kind",
    "Message",
    "Option",
    "Parameter",
    "command",
    "group",
    "menu",
]
