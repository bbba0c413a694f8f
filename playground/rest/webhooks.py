"""REST: responses and follow-ups by an interaction's token, which is valid for 15 minutes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.client.answers import MESSAGE, UPDATE, apply
from playground.page.news import tell_message
from playground.rest.calls import Call
from playground.rest.errors import unknown
from playground.world.composing import Letter, compose, remove, rewrite
from playground.world.entities import EPHEMERAL, LOADING, Json, Message
from playground.world.state import Interaction

_REPLY = 19


async def answer(call: Call) -> Any:
    """The first response, sent to the callback endpoint."""
    interaction = call.state.interactions.get(call.token)
    if interaction is None or interaction.id != call.ids["interaction_id"] or interaction.failure:
        raise unknown("Interaction")
    apply(call.state, interaction, call.form, call.uploads)
    return _callback_json(call, interaction) if call.flag("with_response") else None


def _callback_json(call: Call, interaction: Interaction) -> Json:
    about: Json = {"id": str(interaction.id), "type": interaction.origin.type}
    made: Json = {"interaction": about}
    if interaction.original_id is not None:
        message = call.state.world.message(interaction.channel_id, interaction.original_id)
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = bool(message.flags & LOADING)
        about["response_message_ephemeral"] = message.ephemeral_for is not None
        if interaction.answer_type in (MESSAGE, UPDATE):
            made["resource"] = {"type": interaction.answer_type, "message": call.state.message_json(message)}
    return made


async def show_original(call: Call) -> Json:
    return call.state.message_json(_original(call))


async def edit_original(call: Call) -> Json:
    return _edit(call, _original(call))


async def delete_original(call: Call) -> None:
    _delete(call, _original(call))


async def follow_up(call: Call) -> Json:
    """A further message. Right after a deferral it fills in "thinking…" instead, as on Discord."""
    interaction = _interaction(call)
    original = _thinking(call, interaction)
    if original is not None:
        return _edit(call, original)
    form = call.form
    private = bool((form.get("flags") or 0) & EPHEMERAL)
    made = compose(
        call.state,
        call.state.world.channels[interaction.channel_id],
        Letter(form, call.uploads),
        kind=_REPLY,
        origin=replace(interaction.origin, original_id=interaction.original_id),
        ephemeral_for=interaction.user_id if private else None,
        reply_to=interaction.original_id,
    )
    interaction.messages.append(made)
    tell_message(call.state, made)
    return call.state.message_json(made)


async def show(call: Call) -> Json:
    return call.state.message_json(_own(call))


async def edit(call: Call) -> Json:
    return _edit(call, _own(call))


async def delete(call: Call) -> None:
    _delete(call, _own(call))


def _interaction(call: Call) -> Interaction:
    return call.state.webhook_of(call.ids["webhook_id"], call.token)


def _original(call: Call) -> Message:
    interaction = _interaction(call)
    if interaction.original_id is None:
        raise unknown("Message")
    return call.state.world.message(interaction.channel_id, interaction.original_id)


def _own(call: Call) -> Message:
    """A message of this interaction; its token can't reach others."""
    interaction = _interaction(call)
    if call.ids["message_id"] not in [message.id for message in interaction.messages]:
        raise unknown("Message")
    return call.state.world.message(interaction.channel_id, call.ids["message_id"])


def _thinking(call: Call, interaction: Interaction) -> Message | None:
    if interaction.original_id is None:
        return None
    original = call.state.world.channels[interaction.channel_id].messages.get(interaction.original_id)
    return original if original and original.flags & LOADING and original in interaction.messages else None


def _edit(call: Call, message: Message) -> Json:
    interaction = _interaction(call)
    rewrite(call.state, message, Letter(call.form, call.uploads))
    interaction.filled.set()
    if message not in interaction.messages:
        interaction.messages.append(message)
    tell_message(call.state, message)
    return call.state.message_json(message)


def _delete(call: Call, message: Message) -> None:
    _interaction(call).filled.set()
    remove(call.state, message)
