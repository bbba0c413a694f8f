"""What a handler may answer: reply(), whisper(), update(), a modal, choices; and what stands in them."""

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
    """Colours of a button."""

    PRIMARY = 1
    SECONDARY = 2
    SUCCESS = 3
    DANGER = 4


@dataclass(frozen=True, slots=True)
class Button:
    """A button that leads to a component; bound to `owner`, or to who asked, unless the component is for anyone."""

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
    """A menu of up to 25 choices that leads to a component handler."""

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
    """A framed answer: a title, paragraphs, a small footer, an accent colour (0xRRGGBB) and a picture by its URL."""

    title: Words
    body: Sequence[Words] = ()
    footer: Words | None = None
    accent: int = 0x5B6EE1
    thumbnail: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A message as an answer; `edits` means it takes the place of the message that was clicked.

    `refused` says that nothing was done although a handler answers itself: statistics count it as a refusal.
    """

    content: Words = ""
    card: Card | None = None
    rows: Sequence[Row] = ()
    ephemeral: bool = False
    edits: bool = False
    pings: Sequence[int] = ()
    refused: bool = False

    def private(self) -> Reply:
        """The same, seen by the person who asked only."""
        return replace(self, ephemeral=True)


def reply(content: Words | Card, *rows: Row, pings: Sequence[int] = ()) -> Reply:
    """Answer where everyone in the channel sees it; only `pings` (user ids) are notified."""
    return _message(content, rows, pings=pings)


def whisper(content: Words | Card, *rows: Row) -> Reply:
    """Answer so that only the person who asked sees it."""
    return _message(content, rows, ephemeral=True)


def update(content: Words | Card, *rows: Row, pings: Sequence[int] = ()) -> Reply:
    """Put this in the place of the message that was clicked."""
    return _message(content, rows, edits=True, pings=pings)


def _message(content: Words | Card, rows: Sequence[Row], **given: Any) -> Reply:
    if isinstance(content, Card):
        return Reply(card=content, rows=rows, **given)
    return Reply(content, rows=rows, **given)


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a modal; a text input, or a menu where there are `choices`."""

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
    """A form of up to five fields; only the person who opened it can send it."""

    title: Words
    to: Component
    fields: Sequence[Field]
    params: dict[str, Any] = field(default_factory=dict)


Response = Reply | Modal
