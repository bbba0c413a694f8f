"""Texts for failures, and for outcomes that nobody knows yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from locales import Text, command_name, join, t


def request_id_of(payload: Mapping[str, Any]) -> str:
    """The request id of an interaction, which people quote and every log line carries."""
    return f"{int(payload['id']):x}"


def apology(request_id: str) -> Text:
    return t(
        "Something went wrong on my side, and the error has been logged. If it happens again, send this code to "
        "whoever hosts me: `{request_id}`.",
        request_id=request_id,
    )


def unavailable(request_id: str) -> Text:
    return t(
        "I can't reach my database right now. Nothing was changed; please try again in a minute. (`{request_id}`)",
        request_id=request_id,
    )


def busy(request_id: str) -> Text:
    return t(
        "I'm handling too many requests right now. Nothing was changed; please try again in a minute. (`{request_id}`)",
        request_id=request_id,
    )


def unreadable(request_id: str) -> Text:
    return t(
        "I couldn't read what Discord sent me. Please try the command again. (`{request_id}`)", request_id=request_id
    )


def doubtful(request_id: str, record: str) -> Text:
    """The text while the outcome of an interaction is unknown; `record` is its area's."""
    unknown = t(
        "My database stopped responding, so I don't know yet whether this went through. I'm checking and will update "
        "this message."
    )
    return join([unknown, *look_first(record), f"(`{request_id}`)"], " ")


def unread(request_id: str, record: str) -> Text:
    """The immediate refusal when the database can't be read."""
    unknown = t("I can't reach my database right now, so I can't tell whether this went through.")
    return join([unknown, *look_first(record), f"(`{request_id}`)"], " ")


def look_first(record: str) -> list[Text]:
    """Where to see what was done, before doing it again."""
    return [t("Before you try again, look at `/{command}`.", command=command_name(record))] if record else []
