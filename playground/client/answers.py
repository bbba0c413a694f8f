"""The bot's first response to an interaction: checked as Discord checks it, then carried out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.client import components as tree
from playground.client.payloads import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, PING
from playground.page import news
from playground.rest.command_limits import choice_faults
from playground.rest.errors import DiscordError, Fault, invalid_form, unknown
from playground.rest.modal_limits import modal_faults
from playground.rest.uploads import Upload
from playground.world.composing import Letter, compose, rewrite
from playground.world.entities import EPHEMERAL, LOADING, Json, Message
from playground.world.state import Interaction, Modal, State

PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9

_FITTING = {
    PING: {PONG},
    COMMAND: {MESSAGE, DEFERRED_MESSAGE, MODAL},
    COMPONENT: {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE},
}
_SLASH_RESPONSE, _MENU_RESPONSE, _REPLY = 20, 23, 19


def apply(state: State, interaction: Interaction, answer: Any, uploads: list[Upload]) -> None:
    """Carry out the first response; if it isn't valid, raise DiscordError and change nothing."""
    if interaction.answered.is_set():
        raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
    faults = list(_faults(state, interaction, answer))
    if faults:
        raise invalid_form(*faults)
    kind, data = answer["type"], answer.get("data") or {}
    letter = Letter(data, uploads, ("data",))
    if kind == MESSAGE:
        _answer_with_message(state, interaction, letter)
    elif kind == DEFERRED_MESSAGE:
        _think(state, interaction, ephemeral=bool((data.get("flags") or 0) & EPHEMERAL))
    elif kind == UPDATE:
        _update(state, interaction, letter)
    elif kind == CHOICES:
        interaction.choices = data["choices"]
    elif kind == MODAL:
        _open_modal(state, interaction, data)
    if kind in (DEFERRED_UPDATE, UPDATE) and interaction.source is not None:
        interaction.original_id = interaction.source.id
    interaction.answer_type = kind
    interaction.answered.set()


def _faults(state: State, interaction: Interaction, answer: Any) -> Iterator[Fault]:
    if not isinstance(answer, dict) or not isinstance(answer.get("type"), int):
        yield Fault(("type",), "BASE_TYPE_REQUIRED", "This field is required")
        return
    kind = answer["type"]
    updates = kind in (DEFERRED_UPDATE, UPDATE)
    if kind not in _FITTING[interaction.origin.type] or (updates and interaction.source is None):
        sentence = f"Type {kind} is not a response to this type of interaction."
        yield Fault(("type",), "INTERACTION_TYPE_INVALID", sentence)
        return
    if state.spec is not None:
        yield from state.spec.answer_faults(answer)
    data = answer.get("data") or {}
    if kind == DEFERRED_MESSAGE and (set(data) - {"flags"} or (data.get("flags") or 0) & ~EPHEMERAL):
        sentence = "A deferred response can only have the flag EPHEMERAL."
        yield Fault(("data",), "INTERACTION_DEFERRAL_DATA", sentence)
    elif kind == CHOICES:
        yield from _choices_faults(interaction, data)
    elif kind == MODAL:
        yield from modal_faults(data)


def _choices_faults(interaction: Interaction, data: Json) -> Iterator[Fault]:
    path = ("data", "choices")
    if not isinstance(data.get("choices"), list):
        yield Fault(path, "BASE_TYPE_REQUIRED", "This field is required")
        return
    yield from choice_faults(data["choices"], path, _focused_type(interaction.payload["data"]["options"]))


def _focused_type(options: list[Json]) -> int | None:
    for option in options:
        if option.get("focused"):
            return int(option["type"])
        if (inner := _focused_type(option.get("options") or [])) is not None:
            return inner
    return None


def _answer_with_message(state: State, interaction: Interaction, letter: Letter) -> None:
    ephemeral = bool((letter.body.get("flags") or 0) & EPHEMERAL)
    message = compose(
        state,
        state.world.channels[interaction.channel_id],
        letter,
        kind=_message_type(interaction),
        origin=interaction.origin,
        ephemeral_for=interaction.user_id if ephemeral else None,
        reply_to=interaction.source.id if interaction.source else None,
    )
    _is_original(state, interaction, message)


def _update(state: State, interaction: Interaction, letter: Letter) -> None:
    source = interaction.source
    if source is None or source.id not in state.world.channels[interaction.channel_id].messages:
        raise unknown("Message")
    rewrite(state, source, letter)
    interaction.messages.append(source)
    news.tell_message(state, source)


def _think(state: State, interaction: Interaction, *, ephemeral: bool) -> None:
    message = Message(
        state.world.new_id(),
        interaction.channel_id,
        state.world.bot.id,
        type=_message_type(interaction),
        flags=LOADING,
        origin=interaction.origin,
        ephemeral_for=interaction.user_id if ephemeral else None,
        reply_to=interaction.source.id if interaction.source else None,
    )
    state.world.add_message(message)
    _is_original(state, interaction, message)


def _is_original(state: State, interaction: Interaction, message: Message) -> None:
    interaction.original_id = message.id
    interaction.messages.append(message)
    news.tell_message(state, message)


def _message_type(interaction: Interaction) -> int:
    if interaction.origin.type == COMMAND:
        return _SLASH_RESPONSE if interaction.payload["data"]["type"] == 1 else _MENU_RESPONSE
    return _REPLY if interaction.source else 0


def _open_modal(state: State, interaction: Interaction, data: Json) -> None:
    form = {**data, "components": tree.completed(data["components"])}
    modal = Modal(str(state.world.new_id()), form, interaction)
    interaction.modal = modal
    # A person has at most one form open: a new one replaces it.
    for stale in [before.id for before in state.modals.values() if before.opened_by.user_id == interaction.user_id]:
        del state.modals[stale]
    state.modals[modal.id] = modal
    news.tell_modal(state, modal)
