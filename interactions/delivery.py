"""Answers that come later: what is shown meanwhile, and how the final answer takes its place."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from discord_api import interaction_responses
from discord_api.errors import DiscordError, UnknownMessage
from discord_api.snowflakes import age
from interactions import render
from locales import SOURCE, Text, t

if TYPE_CHECKING:
    from discord_api.client import Discord


TOKEN_LIFE = 14 * 60  # seconds; Discord's fifteen minutes, less some for the way
log = structlog.get_logger(__name__)

_THINKING, _THINKING_UPDATE = 5, 6
_FORM_TOO_LATE = t("The form took too long to open, and nothing was changed. Please try again.")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Promise:
    """An interaction whose answer comes later: shown as "thinking…", or not at all if it changes a message."""

    payload: Json
    private: bool
    changes_message: bool

    @property
    def key(self) -> str:
        return f"finish:{self.payload['id']}"

    def to_json(self) -> Json:
        return {"payload": self.payload, "private": self.private, "changes_message": self.changes_message}


def waiting(promise: Promise) -> Json:
    """The first answer, until the final one comes."""
    if promise.changes_message:
        return {"type": _THINKING_UPDATE}
    return {"type": _THINKING, "data": {"flags": render.EPHEMERAL}} if promise.private else {"type": _THINKING}


async def deliver(discord: Discord, promise: Promise, answer: Json) -> None:
    """Put the final answer where the person waits for it."""
    payload = promise.payload
    application_id, token = _address(payload)
    if answer["type"] == render.MODAL:
        # Discord takes a form as the first answer only.
        log.error("a form can't be shown late", custom_id=answer["data"].get("custom_id"))
        answer = render.sentence(_FORM_TOO_LATE, payload.get("locale") or SOURCE)
    data = answer["data"]
    private = bool(data.get("flags", 0) & render.EPHEMERAL)
    fits = answer["type"] == render.UPDATE or (private == promise.private and not promise.changes_message)
    if fits:
        await interaction_responses.edit(discord, application_id, token, _as_edit(data))
        return
    if not promise.changes_message:
        # First: a follow-up to a message that still waits would become that message, as visible as it is.
        with contextlib.suppress(UnknownMessage):
            await interaction_responses.delete(discord, application_id, token)
    await interaction_responses.follow_up(discord, application_id, token, data)


async def show_meanwhile(discord: Discord, promise: Promise, text: Text) -> None:
    """Show this where the answer is going to be, or beside a message that stays as it is until then."""
    said = render.sentence(text, promise.payload.get("locale") or SOURCE)
    with contextlib.suppress(DiscordError):
        if promise.changes_message:
            await deliver(discord, promise, said)
        else:
            await interaction_responses.edit(discord, *_address(promise.payload), _as_edit(said["data"]))


def _as_edit(data: Json) -> Json:
    """An edit may set the components flag but not the private one, which was decided when waiting began."""
    edit = {key: value for key, value in data.items() if key != "flags"}
    if flags := data.get("flags", 0) & render.COMPONENTS_V2:
        edit["flags"] = flags
    return edit


def _address(payload: Json) -> tuple[int, str]:
    return int(payload["application_id"]), payload["token"]


def still_answerable(payload: Json) -> bool:
    """Whether Discord still accepts an answer to this interaction."""
    return seconds_left(payload) > 0


def seconds_left(payload: Json) -> float:
    """The seconds for which Discord still accepts answers."""
    return TOKEN_LIFE - age(int(payload["id"])).total_seconds()
