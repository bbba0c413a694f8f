"""Handler signatures: the options of a command, and the values of a path."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from interactions.context import Attachment, Channel, Context, Member, Role
from interactions.responses import Choice, Response

Handler = Callable[..., Awaitable[Response]]
Autocomplete = Callable[[Context, str], Awaitable[Sequence[Choice]]]

OPTION_TYPES: dict[type, int] = {str: 3, int: 4, bool: 5, Member: 6, Channel: 7, Role: 8, float: 10, Attachment: 11}


@dataclass(frozen=True, slots=True)
class Option:
    """Annotation of a handler's parameter; `min` and `max` are lengths for text, values for numbers."""

    description: str
    min: int | None = None
    max: int | None = None
    autocomplete: Autocomplete | None = None
    choices: Sequence[Choice] = ()
    publishes: bool = False  # with it, a command that answers privately answers where everyone can see it


@dataclass(frozen=True, slots=True)
class Parameter:
    """One option of a command, from its handler's signature."""

    name: str
    type: type
    option: Option
    required: bool
    choices: Sequence[Choice] = ()


def hints(handler: Handler) -> dict[str, Any]:
    """The types of a handler's parameters, with annotations."""
    return {name: hint for name, hint in get_type_hints(handler, include_extras=True).items() if name != "return"}


def parameters(handler: Handler) -> tuple[Parameter, ...]:
    """The options of a command, in order; TypeError for a type Discord doesn't support.

    A keyword-only parameter is no option: the handler's `asks` fills it in.
    """
    types = hints(handler)
    signature = inspect.signature(handler)
    made = []
    for name in list(signature.parameters)[1:]:
        if signature.parameters[name].kind is inspect.Parameter.KEYWORD_ONLY:
            continue
        option = _option(types[name])
        if option is None:
            raise TypeError(f"{handler.__name__}: the parameter {name} needs an Option")
        required = signature.parameters[name].default is inspect.Parameter.empty
        plain, literals = _plain(get_args(types[name])[0])
        made.append(Parameter(name, plain, option, required, option.choices or literals))
    return tuple(made)


def _option(hint: Any) -> Option | None:
    """The Option in a parameter's annotation."""
    option = get_args(hint)[1] if get_origin(hint) is Annotated else None
    return option if isinstance(option, Option) else None


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


def path_choices(handler: Handler) -> dict[str, dict[str, Any]]:
    """The allowed values of each path parameter that the handler restricts to an enum, literals or choices."""
    choices: dict[str, dict[str, Any]] = {}
    for name, hint in hints(handler).items():
        if get_origin(hint) is Literal:
            choices[name] = {value: value for value in get_args(hint)}
        elif isinstance(hint, type) and issubclass(hint, StrEnum):
            choices[name] = {value.value: value for value in hint}
        elif (option := _option(hint)) and option.choices:
            choices[name] = {str(choice.value): choice.value for choice in option.choices}
    return choices
