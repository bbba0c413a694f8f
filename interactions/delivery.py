"""Delivery of deferred responses: what is shown meanwhile, and how the final response replaces it."""

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
from services.core import clock

if TYPE_CHECKING:
    from discord_api.client import Discord


TOKEN_LIFE = 14 * 60  # seconds; Discord's fifteen minutes minus a margin
log = structlog.get_logger(__name__)

_THINKING, _THINKING_UPDATE = 5, 6
_FORM_TOO_LATE = t("The form took too long to open, and nothing was changed. Please try again.")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Promise:
    """A deferred interaction: shown as "thinking…", or not at all if it edits a message."""

    payload: Json
    private: bool
    changes_message: bool

    @property
    def key(self) -> str:
        return f"finish:{self.payload['id']}"

    def to_json(self) -> Json:
        return {"payload": self.payload, "private": self.private, "changes_message": self.changes_message}


def waiting(promise: Promise) -> Json:
    """The first response, until the final one."""
    if promise.changes_message:
        return {"type": _THINKING_UPDATE}
    return {"type": _THINKING, "data": {"flags": render.EPHEMERAL}} if promise.private else {"type": _THINKING}


async def deliver(discord: Discord, promise: Promise, answer: Json) -> None:
    """Deliver the final response."""
    payload = promise.payload
    application_id, token = _address(payload)
    if answer["type"] == render.MODAL:
        # Discord accepts a modal only as the first response.
        log.error("a form can't be shown late", custom_id=answer["data"].get("custom_id"))
        answer = render.sentence(_FORM_TOO_LATE, payload.get("locale") or SOURCE)
    data = answer["data"]
    private = bool(data.get("flags", 0) & render.EPHEMERAL)
    fits = answer["type"] == render.UPDATE or (private == promise.private and not promise.changes_message)
    if fits:
        await interaction_responses.edit(discord, application_id, token, _as_edit(data))
        return
    if not promise.changes_message:
        # First: a follow-up to a message still deferred would become that message, with its visibility.
        with contextlib.suppress(UnknownMessage):
            await interaction_responses.delete(discord, application_id, token)
    await interaction_responses.follow_up(discord, application_id, token, data)


async def show_meanwhile(discord: Discord, promise: Promise, text: Text) -> None:
    """Show a text where the response will be, or beside a message that stays unchanged until then."""
    said = render.sentence(text, promise.payload.get("locale") or SOURCE)
    with contextlib.suppress(DiscordError):
        if promise.changes_message:
            await deliver(discord, promise, said)
        else:
            await interaction_responses.edit(discord, *_address(promise.payload), _as_edit(said["data"]))


def _as_edit(data: Json) -> Json:
    """The message as an edit, which may set the components flag but not the ephemeral one, fixed at deferral."""
    edit = {key: value for key, value in data.items() if key != "flags"}
    if flags := data.get("flags", 0) & render.COMPONENTS_V2:
        edit["flags"] = flags
    return edit


def _address(payload: Json) -> tuple[int, str]:
    return int(payload["application_id"]), payload["token"]


def still_answerable(payload: Json) -> bool:
    """Whether Discord still accepts a response to this interaction."""
    return seconds_left(payload) > 0


def seconds_left(payload: Json) -> float:
    """The seconds for which Discord still accepts responses."""
    return TOKEN_LIFE - age(int(payload["id"]), clock.now()).total_seconds()
