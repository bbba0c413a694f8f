"""@command, @component and friends: a typed function and its declaration are all that a command is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

from discord_api.permissions import Permissions
from interactions.context import Member, Message
from interactions.signatures import OPTION_TYPES, Handler, Option, Parameter, hints, parameters

Question = Callable[..., Awaitable[dict[str, Any] | None]]  # what it returns takes the place of arguments


class Kind(IntEnum):
    """How a command is reached: typed, or from the menu of a person or a message."""

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
    """At most `uses` in any `seconds`, for one person; all that bear the same `name` are counted together."""

    uses: int
    seconds: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that people can run; `name` has up to three words: command, group, sub-command."""

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
        """The slash command that statistics count it under."""
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
    """Declare a slash command; `ephemeral` is how it waits, `writes` stores its first answer with its effect.

    `asks` is run before the transaction of what writes: a transaction must not wait for Discord. A handler that is
    `at_once` waits for nothing, so no clock has to run beside it.
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
    """Declare an entry in the menu of a person or a message, told apart by the handler's second parameter.

    Where it does the same as a slash command, `of` names that, and whoever may not use the one may not use the other.
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
    """Name a group of commands; it needs one before its first member can be registered with Discord."""
    GROUPS[name] = Group(name, description)


@lru_cache(maxsize=512)
def slash_command(words: str) -> str:
    """The longest beginning of these words that is a slash command; "" for none."""
    while words and (Kind.CHAT, words) not in COMMANDS:
        words = words.rpartition(" ")[0]
    return words


def _register(made: Command) -> Command:
    if (made.kind, made.name) in COMMANDS:
        raise ValueError(f"the command {made.name} is declared twice")
    COMMANDS[made.kind, made.name] = made
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
