"""Starts interactions: commands, context menus, buttons, select menus, forms and autocomplete."""

from __future__ import annotations

from typing import Any

from playground.client import components as tree
from playground.client.components import LINK, PREMIUM, Kind
from playground.client.delivery import open_exchange
from playground.client.forms import filled, why_chosen_wrong
from playground.client.options import Filling, command_path, is_offered, why_unusable
from playground.client.payloads import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Resolved, envelope, new_token
from playground.rest.errors import Refusal
from playground.world.entities import Channel, Json, Message, Origin
from playground.world.state import Interaction, Modal, State

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3


def command(state: State, user_id: int, channel: Channel, command_id: int, given: list[Json]) -> Interaction:
    """A slash command with its options."""
    chosen = _chosen(state, user_id, channel, command_id)
    if chosen["type"] != CHAT_INPUT:
        raise Refusal("Use this command from the menu of a person or a message.")
    resolved = Resolved(state, channel, user_id)
    options = Filling(resolved).fill(chosen.get("options") or [], given)
    data = _command_data(chosen) | ({"options": options} if options else {}) | resolved.json()
    name = " ".join([chosen["name"], *command_path(given)])
    return _start(state, user_id, channel, COMMAND, data, f"/{name}", name)


def menu(state: State, user_id: int, channel: Channel, command_id: int, target_id: int) -> Interaction:
    """A command from the context menu of a user or a message."""
    chosen = _chosen(state, user_id, channel, command_id)
    resolved = Resolved(state, channel, user_id)
    target_user_id = target_message_id = None
    if chosen["type"] == USER_MENU:
        target_user_id = target_id
        if not resolved.add_user(target_id):
            raise Refusal("This person doesn't exist.")
    elif chosen["type"] == MESSAGE_MENU:
        target_message_id = target_id
        resolved.add_message(visible_message(state, user_id, channel, target_id))
    else:
        raise Refusal("This is a slash command, not a menu command.")
    data = _command_data(chosen) | {"target_id": str(target_id)} | resolved.json()
    return _start(
        state,
        user_id,
        channel,
        COMMAND,
        data,
        f"menu “{chosen['name']}”",
        chosen["name"],
        target_user_id=target_user_id,
        target_message_id=target_message_id,
    )


def component(
    state: State, user_id: int, channel: Channel, message_id: int, custom_id: str, values: list[str] | None
) -> Interaction:
    """A press of a button, or a choice in a select menu."""
    message = visible_message(state, user_id, channel, message_id)
    pressed = tree.find(message.components, custom_id)
    if pressed is None:
        raise Refusal("This message has no such button or menu.")
    if pressed.get("disabled"):
        raise Refusal("This is disabled.")
    if pressed["type"] == Kind.BUTTON and pressed.get("style") in (LINK, PREMIUM):
        raise Refusal("This button doesn't send anything to the bot.")
    data: Json = {"custom_id": custom_id, "component_type": pressed["type"], "id": pressed["id"]}
    resolved = Resolved(state, channel, user_id)
    if pressed["type"] in tree.SELECTS:
        if sentence := why_chosen_wrong(pressed, values or [], resolved):
            raise Refusal(sentence, {custom_id: sentence})
        data |= {"values": values or [], **resolved.json()}
    label = f"{'button' if pressed['type'] == Kind.BUTTON else 'select'} {custom_id}"
    return _start(state, user_id, channel, COMPONENT, data, label, custom_id, message)


def submit(state: State, user_id: int, channel: Channel, modal_id: str, fields: dict[str, Any]) -> Interaction:
    """A submission of the form that this person has open."""
    modal = state.modals.get(modal_id)
    if modal is None or modal.opened_by.user_id != user_id:
        raise Refusal("This form is no longer open.", status=404)
    data = filled(modal.form, fields, Resolved(state, channel, user_id))
    label = f"form {modal.form['custom_id']}"
    return _start(
        state, user_id, channel, MODAL_SUBMIT, data, label, modal.form["custom_id"], modal.opened_by.source, modal=modal
    )


def autocomplete(state: State, user_id: int, channel: Channel, command_id: int, given: list[Json]) -> Interaction:
    """Typing into an option for which the bot suggests choices."""
    chosen = _chosen(state, user_id, channel, command_id)
    resolved = Resolved(state, channel, user_id)
    options = Filling(resolved, partial=True).fill(chosen.get("options") or [], given)
    focused = _focused(options)
    if focused is None:
        raise Refusal("No option has the focus.")
    data = _command_data(chosen) | {"options": options}
    name = " ".join([chosen["name"], *command_path(given)])
    return _start(state, user_id, channel, AUTOCOMPLETE, data, f"typing {focused} of /{name}", name)


def visible_channel(state: State, user_id: int, channel_id: int) -> Channel:
    """The channel, if this person may see it; for others it doesn't exist."""
    if user_id not in state.world.users:
        raise Refusal("No one has this ID.", status=404)
    if user_id == channel_id ^ 1:
        return state.world.dm_with(user_id)
    channel = state.world.channels.get(channel_id)
    if channel is None or not state.world.sees(user_id, channel):
        raise Refusal("This channel doesn't exist.", status=404)
    return channel


def visible_message(state: State, user_id: int, channel: Channel, message_id: int) -> Message:
    message = channel.messages.get(message_id)
    if message is None or not state.sees_message(user_id, message):
        raise Refusal("This message doesn't exist.", status=404)
    return message


def _chosen(state: State, user_id: int, channel: Channel, command_id: int) -> Json:
    offered = [
        command
        for command in state.commands.available(channel.guild_id)
        if int(command["id"]) == command_id and is_offered(state, command, channel, user_id)
    ]
    if not offered:
        raise Refusal("This command doesn't exist here.", status=404)
    if sentence := why_unusable(state, offered[0], channel, user_id):
        raise Refusal(sentence, status=403)
    return offered[0]


def _command_data(chosen: Json) -> Json:
    made: Json = {"id": chosen["id"], "name": chosen["name"], "type": chosen["type"]}
    return made | ({"guild_id": chosen["guild_id"]} if "guild_id" in chosen else {})


def _focused(options: list[Json]) -> str | None:
    for option in options:
        if option.get("focused"):
            return str(option["name"])
        if inner := _focused(option.get("options") or []):
            return inner
    return None


def _start(
    state: State,
    user_id: int,
    channel: Channel,
    kind: int,
    data: Json,
    label: str,
    name: str,
    source: Message | None = None,
    *,
    modal: Modal | None = None,
    target_user_id: int | None = None,
    target_message_id: int | None = None,
) -> Interaction:
    guild = state.world.guild_of(channel)
    if guild and state.world.bot.id not in guild.members:
        raise Refusal("The bot is no longer in this server.", status=403)
    origin = Origin(
        state.world.new_id(),
        kind,
        name,
        user_id,
        new_token(),
        message_id=source.id if source else None,
        opened_by=modal.opened_by.origin if modal else None,
        target_user_id=target_user_id,
        target_message_id=target_message_id,
    )
    payload = envelope(state, origin, channel, data, kind, source)
    interaction = Interaction(origin, channel.id, payload, label, source, submitted=modal)
    state.remember(interaction)
    interaction.exchange = open_exchange(state, interaction)
    return interaction
