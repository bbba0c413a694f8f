"""Forms that never lose text: errors are shown above what was typed, and a button reopens the form filled in.

The typed text is stored in the response itself, which Discord returns with every click, so it survives restarts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from interactions.context import Context
from interactions.responses import Button, Card, Field, Reply, update, whisper
from interactions.ui import AMBER
from locales import Text, t

_TEXT = 10  # Discord's component type
_TYPED = re.compile(r".*?\n```\n(.*)\n```", re.DOTALL)
_NO_BREAK = "\u200b"  # inserted between backticks, so that typed text can't end its code block


def typed(ctx: Context, fields: Sequence[Field]) -> dict[str, str]:
    """Each field's text, cut to the form's limits; missing fields are empty."""
    return {field.name: _one(ctx.fields.get(field.name))[: field.max_length] for field in fields}


def kept(ctx: Context, problem: Text, fields: Sequence[Field], values: Mapping[str, str], *again: Button) -> Reply:
    """A private response that explains the error and keeps the typed text."""
    card = Card(
        t("Something went wrong"), [problem, *(_block(field, values[field.name]) for field in fields)], None, AMBER
    )
    return replace(update(card, again) if ctx.message else whisper(card, again), refused=True)


def refilled(ctx: Context, fields: Sequence[Field]) -> list[Field]:
    """The fields, filled in from the clicked response."""
    blocks = [text for text in _texts((ctx.message or {}).get("components") or ()) if _TYPED.fullmatch(text)]
    values = iter(blocks[: len(fields)])
    return [filled(field, _value(next(values, ""))) for field in fields]


def filled(field: Field, value: str) -> Field:
    """The field with a typed or chosen value."""
    if field.choices:
        return replace(field, choices=[replace(choice, default=choice.value == value) for choice in field.choices])
    return replace(field, value=value[: field.max_length])


def _one(value: Any) -> str:
    """A typed text, or the one chosen menu entry."""
    if isinstance(value, list):
        return str(value[0]) if value else ""
    return value if isinstance(value, str) else ""


def _block(field: Field, value: str) -> Text:
    # A code block can't be empty: a space stands in for no text, and is stripped again.
    shown = value.replace("``", f"`{_NO_BREAK}`") or " "
    return t("**{label}**\n```\n{value}\n```", label=field.label, value=shown)


def _value(text: str) -> str:
    found = _TYPED.fullmatch(text)
    return found[1].replace(_NO_BREAK, "").strip() if found else ""


def _texts(components: Sequence[Any]) -> list[str]:
    """All texts in a message's components, in order."""
    found = []
    for component in components:
        if not isinstance(component, Mapping):
            continue
        if component.get("type") == _TEXT:
            found.append(str(component.get("content")))
        found += _texts(component.get("components") or ())
    return found
