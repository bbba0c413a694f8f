"""The result of an action in the playground, as the person sees it."""

from __future__ import annotations

from dataclasses import dataclass

from playground.client import components as tree
from playground.client.components import Kind
from playground.rest.errors import Refusal
from playground.world.entities import Json, Message
from playground.world.exchanges import Exchange
from playground.world.state import Interaction, State


@dataclass(frozen=True)
class Result:
    """The result of one action, as the person sees it; reading it again shows later edits."""

    state: State
    interaction: Interaction

    @property
    def message(self) -> Message | None:
        """The response, or the message that was changed; None if there is none or it was deleted."""
        messages = self.state.world.channels[self.interaction.channel_id].messages
        shown = [message for message in self.interaction.messages if message.id in messages]
        shown.sort(key=lambda message: message.id != self.interaction.original_id)
        return shown[0] if shown else None

    @property
    def follow_ups(self) -> list[Message]:
        """Messages that the bot sent after its first response."""
        return [message for message in self.interaction.messages if message.id != self.interaction.original_id]

    @property
    def content(self) -> str:
        """All text of the response: its content, Text Displays and embeds."""
        return visible_text(self.message) if self.message else ""

    @property
    def ephemeral(self) -> bool:
        return self.message is not None and self.message.ephemeral_for is not None

    @property
    def components(self) -> list[Json]:
        """Every button and select menu of the response, in order."""
        return usable(self.message) if self.message else []

    @property
    def labels(self) -> list[str]:
        """The labels of the response's buttons."""
        return [component.get("label", "") for component in self.components if component["type"] == Kind.BUTTON]

    @property
    def modal(self) -> Json | None:
        """The form that opened."""
        return self.interaction.modal.form if self.interaction.modal else None

    @property
    def choices(self) -> list[Json]:
        return self.interaction.choices

    @property
    def failed(self) -> str | None:
        """The reason why the person sees "did not respond" or "failed", for developers."""
        return self.interaction.failure

    @property
    def exchange(self) -> Exchange:
        return self.interaction.exchange

    @property
    def json(self) -> Json:
        """The response as Discord's message object."""
        return self.state.message_json(message_of(self))


def visible_text(message: Message) -> str:
    """All text of a message, line by line."""
    lines = [message.content, *tree.texts(message.components)]
    for embed in message.embeds:
        lines += [embed.get("title") or "", embed.get("description") or ""]
        lines += [f"{field['name']}: {field['value']}" for field in embed.get("fields") or []]
        lines.append((embed.get("footer") or {}).get("text") or "")
    return "\n".join(line for line in lines if line)


def usable(message: Message) -> list[Json]:
    return [component for _, component in tree.walk(message.components) if component["type"] in tree.INTERACTIVE]


def message_of(target: Message | Result) -> Message:
    message = target.message if isinstance(target, Result) else target
    if message is None:
        raise Refusal("There is no message to act on.")
    return message
