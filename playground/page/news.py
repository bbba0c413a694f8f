"""Events for the page, and messages in the form it reads."""

from __future__ import annotations

from playground.client import components as tree
from playground.world.entities import Json, Message
from playground.world.exchanges import Exchange
from playground.world.mentions import named_users
from playground.world.objects import user_json
from playground.world.state import Interaction, Modal, State

DID_NOT_RESPOND = "The application did not respond"
INTERACTION_FAILED = "This interaction failed"
WENT_WRONG = "Something went wrong. Try again."


def message_view(state: State, message: Message) -> Json:
    """Discord's message object, with everyone its text mentions and what only the page needs."""
    view = state.message_json(message)
    text = "\n".join([message.content, *tree.texts(message.components), *_embed_texts(message)])
    named = [user_id for user_id in named_users(text) if user_id in state.world.users]
    view["pinged"] = [user["id"] for user in view["mentions"]]
    view["mentions"] = [user_json(state.world.users[user_id]) for user_id in named]
    view["ephemeral_for"] = str(message.ephemeral_for) if message.ephemeral_for else None
    view["state"] = message.state(state.world.now())
    if message.origin:
        view["interaction_metadata"]["name"] = message.origin.name
    return view


def tell_message(state: State, message: Message) -> None:
    """Send a new or changed message."""
    event = {"type": "message", "channel_id": str(message.channel_id), "message": message_view(state, message)}
    state.feed.tell(event, lambda user_id: state.sees_message(user_id, message))


def tell_deleted(state: State, message: Message) -> None:
    event = {"type": "message_delete", "channel_id": str(message.channel_id), "id": str(message.id)}
    state.feed.tell(event, lambda user_id: state.sees_message(user_id, message))


def tell_modal(state: State, modal: Modal) -> None:
    opened_by = modal.opened_by
    event = {
        "type": "modal",
        "modal_id": modal.id,
        "modal": modal.form,
        "channel_id": str(opened_by.channel_id),
        "exchange_id": opened_by.exchange.id,
    }
    state.feed.tell(event, lambda user_id: user_id == opened_by.user_id)


def tell_exchange(state: State, exchange: Exchange) -> None:
    state.feed.tell({"type": "exchange", "exchange": exchange.json()}, lambda user_id: user_id == exchange.who)


def tell_failed(state: State, interaction: Interaction) -> None:
    """Send the red line that Discord shows under a command or a button."""
    event = {
        "type": "failed",
        "exchange_id": interaction.exchange.id,
        "channel_id": str(interaction.channel_id),
        "text": failure_text(interaction),
    }
    state.feed.tell(event, lambda user_id: user_id == interaction.user_id)


def tell_world(state: State) -> None:
    """Have the page reload everything, because roles, names, commands or the time have changed."""
    state.feed.tell({"type": "world"})


def failure_text(interaction: Interaction) -> str:
    return {2: DID_NOT_RESPOND, 4: "Loading options failed", 5: WENT_WRONG}.get(
        interaction.origin.type, INTERACTION_FAILED
    )


def _embed_texts(message: Message) -> list[str]:
    texts = []
    for embed in message.embeds:
        texts += [embed.get("description") or ""]
        texts += [str(field.get("value")) for field in embed.get("fields") or []]
    return texts
