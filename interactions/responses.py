"""Responses of handlers: reply(), whisper(), update(), a modal or choices, and their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from locales import Text

if TYPE_CHECKING:
    from interactions.components import Component

Words = Text | str


class Style(IntEnum):
    """Button styles (Discord: Button Styles)."""

    PRIMARY = 1
    SECONDARY = 2
    SUCCESS = 3
    DANGER = 4


@dataclass(frozen=True, slots=True)
class Button:
    """A button for a component; bound to `owner` or the current user, unless the component is for anyone."""

    label: Words
    to: Component
    params: dict[str, Any] = field(default_factory=dict)
    style: Style = Style.SECONDARY
    owner: int | None = None
    disabled: bool = False
    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a select or of an autocomplete."""

    label: Words
    value: str | int | float
    description: Words | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A select menu of up to 25 choices for a component."""

    to: Component
    choices: Sequence[Choice]
    placeholder: Words | None = None
    params: dict[str, Any] = field(default_factory=dict)
    owner: int | None = None
    min: int = 1
    max: int = 1


Row = Sequence[Button] | Select


@dataclass(frozen=True, slots=True)
class Card:
    """A framed message: title, paragraphs, a small footer, an accent color (0xRRGGBB) and an image URL."""

    title: Words
    body: Sequence[Words] = ()
    footer: Words | None = None
    accent: int = 0x5B6EE1
    thumbnail: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A message; with `edits` it replaces the clicked message.

    `refused` marks a handler's own refusal, so that statistics count it as one.
    """

    content: Words = ""
    card: Card | None = None
    rows: Sequence[Row] = ()
    ephemeral: bool = False
    edits: bool = False
    pings: Sequence[int] = ()
    refused: bool = False

    def private(self) -> Reply:
        """The same reply, visible only to the user."""
        return replace(self, ephemeral=True)


def reply(content: Words | Card, *rows: Row, pings: Sequence[int] = ()) -> Reply:
    """Reply visibly to the whole channel; only `pings` (user ids) are notified."""
    return _message(content, rows, pings=pings)


def whisper(content: Words | Card, *rows: Row) -> Reply:
    """Reply visibly only to the user (ephemeral)."""
    return _message(content, rows, ephemeral=True)


def update(content: Words | Card, *rows: Row, pings: Sequence[int] = ()) -> Reply:
    """Replace the clicked message."""
    return _message(content, rows, edits=True, pings=pings)


def _message(content: Words | Card, rows: Sequence[Row], **given: Any) -> Reply:
    if isinstance(content, Card):
        return Reply(card=content, rows=rows, **given)
    return Reply(content, rows=rows, **given)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a modal: a text input, or a menu if it has `choices`."""

    name: str
    label: Words
    value: str = ""
    description: Words | None = None
    placeholder: Words | None = None
    required: bool = True
    min_length: int = 0
    max_length: int = 100
    long: bool = False
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True)
class Modal:
    """A form with up to five fields; only the person who opened it can submit it."""

    title: Words
    to: Component
    fields: Sequence[Field]
    params: dict[str, Any] = field(default_factory=dict)


Response = Reply | Modal
