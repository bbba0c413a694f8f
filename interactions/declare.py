"""@command, @component and friends: a typed function and its declaration are all that a command is."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from starlette.routing import compile_path, replace_params

from discord_api.permissions import Permissions
from interactions.context import Attachment, Channel, Context, Member, Message, Role
from interactions.custom_ids import Signer
from interactions.responses import Choice, Response

Handler = Callable[..., Awaitable[Response]]
Question = Callable[..., Awaitable[dict[str, Any] | None]]  # what it returns takes the place of arguments
Autocomplete = Callable[[Context, str], Awaitable[Sequence[Choice]]]


class Kind(IntEnum):
    """How a command is reached: typed, or from the menu of a person or a message."""

    CHAT = 1
    USER = 2
    MESSAGE = 3


class Place(IntEnum):
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
class Option:
    """What a handler's parameter says of itself; `min` and `max` are lengths for text, values for numbers."""

    description: str
    min: int | None = None
    max: int | None = None
    autocomplete: Autocomplete | None = None
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One option of a command, read from its handler's signature."""

    name: str
    type: type
    option: Option
    required: bool
    choices: Sequence[Choice] = ()


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
    places: tuple[Place, ...]
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


@dataclass(frozen=True, slots=True)
class Component:
    """What a button, a select or a sent modal leads to; found by the path in its custom id."""

    path: str
    of: str
    handler: Handler
    requires: Permissions
    cooldown: Cooldown | None
    anyone: bool
    ephemeral: bool
    writes: bool
    asks: Question | None
    counts_as: str
    _compiled: Any = field(repr=False)
    _choices: Mapping[str, Mapping[str, Any]] = field(repr=False)
    at_once: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The path without what varies, as it stands in logs and receipts."""
        return self.path

    @property
    def counted_as(self) -> str:
        """The slash command that statistics count it under, "" for none."""
        return self.counts_as or _command_in(self.of)

    def match(self, path: str) -> dict[str, Any] | None:
        """The parameters in a path of ours, or None if it is another's or an older release's."""
        regex, _, convertors = self._compiled
        matched = regex.match(path)
        if matched is None:
            return None
        params = {key: convertors[key].convert(value) for key, value in matched.groupdict().items()}
        try:
            return params | {key: values[params[key]] for key, values in self._choices.items()}
        except KeyError:
            return None

    def custom_id(self, signer: Signer, ctx: Context, params: dict[str, Any], owner: int | None) -> str:
        """The signed id of one such component, for `owner`, or for who asked unless it is for anyone."""
        _, pattern, convertors = self._compiled
        path, _ = replace_params(pattern, convertors, dict(params))
        whose = owner or (None if self.anyone else ctx.member.id)
        return signer.sign(path, ctx.place, whose)


COMMANDS: dict[tuple[Kind, str], Command] = {}
GROUPS: dict[str, Group] = {}
COMPONENTS: list[Component] = []


def command(
    name: str,
    description: str,
    *,
    requires: Permissions = Permissions(0),
    cooldown: Cooldown | None = None,
    ephemeral: bool = False,
    defer: bool = False,
    writes: bool = False,
    places: tuple[Place, ...] = (Place.SERVER,),
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
                _parameters(handler),
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
        target = list(_hints(handler).values())[1]
        kind = Kind.USER if target is Member else Kind.MESSAGE
        return _register(
            Command(name, "", handler, kind, (), requires, None, ephemeral, False, writes, (Place.SERVER,), of)
        )

    return declare


def group(name: str, description: str) -> None:
    """Name a group of commands; it needs one before its first member can be registered with Discord."""
    GROUPS[name] = Group(name, description)


def component(
    path: str,
    *,
    of: str | None = None,
    requires: Permissions = Permissions(0),
    cooldown: Cooldown | None = None,
    anyone: bool = False,
    ephemeral: bool = False,
    writes: bool = False,
    asks: Question | None = None,
    counts_as: str = "",
) -> Callable[[Handler], Component]:
    """Declare what a button, select or modal leads to; only for the person it was made for unless for `anyone`.

    `asks` is run before the transaction of what writes: a transaction must not wait for Discord.
    It belongs to the command that its path begins with, or to the one that `of` names; "" is none. Statistics count
    it under that command, or under `counts_as`.
    """

    def declare(handler: Handler) -> Component:
        made = Component(
            path,
            _beginning(path) if of is None else of,
            handler,
            requires,
            cooldown,
            anyone,
            ephemeral,
            writes,
            asks,
            counts_as,
            compile_path(path),
            _path_choices(handler),
        )
        COMPONENTS.append(made)
        return made

    return declare


def _path_choices(handler: Handler) -> dict[str, dict[str, Any]]:
    """What each parameter of a path may be, where the handler's signature lists it: as an enum or as literals."""
    choices: dict[str, dict[str, Any]] = {}
    for name, hint in _hints(handler).items():
        if get_origin(hint) is Literal:
            choices[name] = {value: value for value in get_args(hint)}
        elif isinstance(hint, type) and issubclass(hint, StrEnum):
            choices[name] = {value.value: value for value in hint}
    return choices


@lru_cache(maxsize=512)
def _command_in(words: str) -> str:
    """The longest beginning of these words that is a slash command."""
    while words and (Kind.CHAT, words) not in COMMANDS:
        words = words.rpartition(" ")[0]
    return words


def _beginning(path: str) -> str:
    """The words of a path before anything in it varies."""
    return " ".join(itertools.takewhile(lambda word: not word.startswith("{"), path.strip("/").split("/")))


def find_component(path: str) -> tuple[Component, dict[str, Any]] | None:
    """The component that a path leads to, with the parameters in it."""
    for candidate in COMPONENTS:
        if (params := candidate.match(path)) is not None:
            return candidate, params
    return None


def _register(made: Command) -> Command:
    if (made.kind, made.name) in COMMANDS:
        raise ValueError(f"the command {made.name} is declared twice")
    COMMANDS[made.kind, made.name] = made
    return made


def _hints(handler: Handler) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(handler, include_extras=True).items() if name != "return"}


def _parameters(handler: Handler) -> tuple[Parameter, ...]:
    hints = _hints(handler)
    signature = inspect.signature(handler)
    made = []
    for name in list(signature.parameters)[1:]:
        kind, option = get_args(hints[name])[:2] if get_origin(hints[name]) is Annotated else (hints[name], None)
        if not isinstance(option, Option):
            raise TypeError(f"{handler.__name__}: the parameter {name} needs an Option")
        required = signature.parameters[name].default is inspect.Parameter.empty
        plain, literals = _plain(kind)
        made.append(Parameter(name, plain, option, required, option.choices or literals))
    return tuple(made)


def _plain(kind: Any) -> tuple[type, Sequence[Choice]]:
    """`int | None` is an int, `Literal["a", "b"]` a str with two choices."""
    if get_origin(kind) is Literal:
        values = get_args(kind)
        return type(values[0]), tuple(Choice(str(value), value) for value in values)
    inner = [part for part in get_args(kind) if part is not type(None)] if get_args(kind) else [kind]
    if get_origin(inner[0]) is Literal:
        return _plain(inner[0])
    if inner[0] not in OPTION_TYPES:
        raise TypeError(f"{inner[0]} is not a type that Discord can ask for")
    return inner[0], ()


OPTION_TYPES: dict[type, int] = {str: 3, int: 4, bool: 5, Member: 6, Channel: 7, Role: 8, float: 10, Attachment: 11}

__all__ = [
    "COMMANDS",
    "COMPONENTS",
    "GROUPS",
    "OPTION_TYPES",
    "Command",
    "Component",
    "Cooldown",
    "Kind",
    "Message",
    "Option",
    "Parameter",
    "Place",
    "command",
    "component",
    "find_component",
    "group",
    "menu",
]
