"""From a handler's response to Discord's JSON, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interactions.context import Audience, Context
from interactions.custom_ids import Signer
from interactions.responses import Button, Card, Choice, Field, Modal, Reply, Response, Row, Select, Words
from locales import Text, render

MESSAGE, UPDATE, CHOICES, MODAL = 4, 7, 8, 9
EPHEMERAL, COMPONENTS_V2 = 1 << 6, 1 << 15

# Component types (Discord: Component Reference).
_ROW, _BUTTON, _STRING_SELECT, _TEXT_INPUT = 1, 2, 3, 4
_SECTION, _TEXT, _THUMBNAIL, _CONTAINER, _LABEL = 9, 10, 11, 17, 18

Json = dict[str, Any]


def answer(response: Response, ctx: Context, signer: Signer) -> Json:
    """Discord's interaction response (type and data) for any response of a handler."""
    if isinstance(response, Modal):
        return {"type": MODAL, "data": _modal(response, ctx, signer)}
    return {"type": UPDATE if response.edits else MESSAGE, "data": message(response, ctx, signer)}


def sentence(text: Text, locale: str) -> Json:
    """One sentence that only the user sees."""
    data = {"content": render(text, locale), "flags": EPHEMERAL, "allowed_mentions": {"parse": []}}
    return {"type": MESSAGE, "data": data}


def message(reply: Reply, ctx: Context, signer: Signer) -> Json:
    """A reply as a message, always with `allowed_mentions`, so that nobody is pinged by accident."""
    private = reply.ephemeral or _is_ephemeral(ctx, reply)
    locale = ctx.locale if private else ctx.guild_locale
    flags = EPHEMERAL if reply.ephemeral else 0
    shown = rows(reply.rows, ctx.audience, signer, locale)
    data: Json = {"allowed_mentions": {"parse": [], "users": [str(user) for user in reply.pings]}}
    if reply.card:
        flags |= COMPONENTS_V2
        data["components"] = [_card(reply.card, shown, locale)]
    else:
        data["content"] = render(reply.content, locale)
        data["components"] = shown
    if flags:
        data["flags"] = flags
    return data


def edit(card: Card, locale: str, buttons: Sequence[Json] = ()) -> Json:
    """A card that replaces an earlier one without a click; `buttons` are made by `rows`."""
    return {"components": [_card(card, buttons, locale)], "flags": COMPONENTS_V2, "allowed_mentions": {"parse": []}}


def rows(shown: Sequence[Row], audience: Audience, signer: Signer, locale: str) -> list[Json]:
    """Buttons and menus as Discord's action rows."""
    return [_row(row, audience, signer, locale) for row in shown if row]


def choices(offered: Sequence[Choice], ctx: Context) -> Json:
    """Discord's autocomplete response; at most 25 choices."""
    shown = [{"name": render(choice.label, ctx.locale)[:100], "value": choice.value} for choice in offered[:25]]
    return {"type": CHOICES, "data": {"choices": shown}}


def _is_ephemeral(ctx: Context, reply: Reply) -> bool:
    """Whether an update replaces a message that only one person sees."""
    return bool(reply.edits and ctx.message and int(ctx.message.get("flags") or 0) & EPHEMERAL)


def _card(card: Card, buttons: Sequence[Json], locale: str) -> Json:
    texts = [f"### {render(card.title, locale)}", *(render(part, locale) for part in card.body)]
    if card.thumbnail:
        head: Json = {
            "type": _SECTION,
            "components": [{"type": _TEXT, "content": text} for text in texts[:3]],
            "accessory": {"type": _THUMBNAIL, "media": {"url": card.thumbnail}},
        }
        parts = [head, *({"type": _TEXT, "content": text} for text in texts[3:])]
    else:
        parts = [{"type": _TEXT, "content": text} for text in texts]
    if card.footer:
        parts.append({"type": _TEXT, "content": f"-# {render(card.footer, locale)}"})
    return {"type": _CONTAINER, "accent_color": card.accent, "components": [*parts, *buttons]}


def _row(row: Row, audience: Audience, signer: Signer, locale: str) -> Json:
    if isinstance(row, Select):
        return {"type": _ROW, "components": [_select(row, audience, signer, locale)]}
    return {"type": _ROW, "components": [_button(button, audience, signer, locale) for button in row]}


def _button(button: Button, audience: Audience, signer: Signer, locale: str) -> Json:
    shown: Json = {
        "type": _BUTTON,
        "style": int(button.style),
        "label": render(button.label, locale)[:80],
        "custom_id": button.to.custom_id(signer, audience, button.params, button.owner),
    }
    if button.disabled:
        shown["disabled"] = True
    if button.emoji:
        shown["emoji"] = {"name": button.emoji}
    return shown


def _select(select: Select, audience: Audience, signer: Signer, locale: str) -> Json:
    shown: Json = {
        "type": _STRING_SELECT,
        "custom_id": select.to.custom_id(signer, audience, select.params, select.owner),
        "options": _options(select.choices, locale),
        "min_values": select.min,
        "max_values": select.max,
    }
    if select.placeholder:
        shown["placeholder"] = render(select.placeholder, locale)[:150]
    return shown


def _options(offered: Sequence[Choice], locale: str) -> list[Json]:
    shown = []
    for choice in offered:
        option: Json = {"label": render(choice.label, locale)[:100], "value": str(choice.value)}
        if choice.description:
            option["description"] = render(choice.description, locale)[:100]
        if choice.default:
            option["default"] = True
        shown.append(option)
    return shown


def _modal(modal: Modal, ctx: Context, signer: Signer) -> Json:
    return {
        "custom_id": modal.to.custom_id(signer, ctx.audience, modal.params, None),
        "title": render(modal.title, ctx.locale)[:45],
        "components": [_label(field, ctx.locale) for field in modal.fields],
    }


def _label(field: Field, locale: str) -> Json:
    shown: Json = {"type": _LABEL, "label": render(field.label, locale)[:45], "component": _input(field, locale)}
    if field.description:
        shown["description"] = render(field.description, locale)[:100]
    return shown


def _input(field: Field, locale: str) -> Json:
    if field.choices:
        return {
            "type": _STRING_SELECT,
            "custom_id": field.name,
            "options": _options(field.choices, locale),
            "required": field.required,
        }
    shown: Json = {
        "type": _TEXT_INPUT,
        "custom_id": field.name,
        "style": 2 if field.long else 1,
        "required": field.required,
        "min_length": field.min_length,
        "max_length": field.max_length,
    }
    if field.value:
        shown["value"] = field.value
    if field.placeholder:
        shown["placeholder"] = _shown(field.placeholder, locale)
    return shown


def _shown(words: Words, locale: str) -> str:
    return render(words, locale)[:100]
