"""Texts for failures, and for outcomes that nobody knows yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from locales import Text, t


def request_id_of(payload: Mapping[str, Any]) -> str:
    """The request id of an interaction, which people quote and every log line carries."""
    return f"{int(payload['id']):x}"


def apology(request_id: str) -> Text:
    return t(
        "Something went wrong on my side, and I have noted it. "
        "If it happens again, tell whoever runs me: `{request_id}`.",
        request_id=request_id,
    )


def unavailable(request_id: str) -> Text:
    return t(
        "I can't reach my records right now. Nothing was changed; please try again in a minute. (`{request_id}`)",
        request_id=request_id,
    )


def busy(request_id: str) -> Text:
    return t(
        "More people are asking than I can answer right now. Nothing was changed; please try again in a minute. "
        "(`{request_id}`)",
        request_id=request_id,
    )


def unreadable(request_id: str) -> Text:
    return t(
        "I couldn't read what Discord sent me. Please try the command again. (`{request_id}`)", request_id=request_id
    )


def doubtful(request_id: str) -> Text:
    """The text while the outcome of an interaction is unknown."""
    return t(
        "My records stopped answering, so I don't know yet whether this was done. "
        "I'm finding out and will tell you here. Don't repeat it before you have looked: "
        "`/transactions` shows every payment with its receipt. (`{request_id}`)",
        request_id=request_id,
    )


def unread(request_id: str) -> Text:
    """The immediate refusal when the database can't be read."""
    return t(
        "I can't reach my records right now. I can't tell whether this was done, so look before you try again "
        "in a minute: `/transactions` shows every payment with its receipt. (`{request_id}`)",
        request_id=request_id,
    )
