"""Message bodies for Discord: without pings by default, with or without files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from discord_api.answers import Json


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload; a message refers to it as `attachment://<name>`."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    description: str = ""


def quiet(message: Mapping[str, Any]) -> Json:
    """The message with explicit `allowed_mentions`; without them, an edit would ping by Discord's defaults."""
    return {"allowed_mentions": {"parse": []}, **message}


def with_attachments(message: Mapping[str, Any], files: Sequence[File]) -> Json:
    """The message with its new files listed. On an edit, files to keep must already be in `attachments`."""
    named = list(message.get("attachments") or [])
    ids = {str(attachment.get("id")) for attachment in named}
    new = [
        {"id": str(index), "filename": file.name, **({"description": file.description} if file.description else {})}
        for index, file in enumerate(files)
        if str(index) not in ids
    ]
    return {**message, "attachments": named + new} if new else dict(message)


def repeatable(message: Mapping[str, Any]) -> bool:
    """Whether sending it twice posts it once: with `enforce_nonce`, Discord compares nonces for a few minutes."""
    return bool(message.get("nonce") and message.get("enforce_nonce"))
