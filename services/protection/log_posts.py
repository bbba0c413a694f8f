"""Posts audit log events to each server's log channel, in batches and exactly once.

A message is composed and stored with its own nonce before it is first sent. If the response is lost or this
process dies, the same message is sent again with the same nonce, which Discord drops as a repeat for a few minutes.
Only if it could not be repeated within those minutes may a message appear twice: better twice than never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from discord_api import current, guilds, messages
from discord_api.errors import Forbidden, NotFound
from services import settings
from services.core import audit, jobs, own_ids
from services.core.audit_actions import Event
from services.core.transactions import fetch, rows, transaction
from services.core.worker import Task
from services.protection import log_lines
from services.settings import General
from services.settings.general import FOLLOW_DISCORD

JOB = "log_channel.post"
ATTEMPTS = 1_000_000  # while Discord is away, posts wait; pauses grow to an hour
MAX_EVENTS_PER_MESSAGE = 25  # events per message
LONGEST = 2000  # characters per message (Discord: Create Message)
SUPPRESS_EMBEDS = 1 << 2  # Discord: Message Flags

# Skip servers whose job is waiting for its next attempt.
_WAITING = """
SELECT DISTINCT guild_id FROM log_posts
 WHERE NOT EXISTS (SELECT FROM jobs WHERE jobs.guild_id = log_posts.guild_id AND key = $1 AND failed_at IS NULL)
 ORDER BY guild_id LIMIT 500"""
# A message already begun comes first, unchanged.
_NEXT = """
WITH begun AS (SELECT min(batch) AS batch FROM log_posts WHERE guild_id = $1)
SELECT e.id, e.actor_id, e.action, e.target, e.details, e.request_id, e.created_at AS at, log_posts.batch
  FROM log_posts JOIN audit_log e ON e.id = event_id, begun
 WHERE log_posts.guild_id = $1 AND (begun.batch IS NULL OR log_posts.batch = begun.batch) ORDER BY event_id LIMIT $2"""
_BEGIN = "UPDATE log_posts SET batch = $2 WHERE guild_id = $1 AND event_id = ANY($3::bigint[])"
_POSTED = "DELETE FROM log_posts WHERE guild_id = $1 AND batch = $2"
_DROP = "DELETE FROM log_posts WHERE guild_id = $1"
_BROKEN = """
INSERT INTO log_channel_faults (guild_id, channel_id, since) VALUES ($1, $2, tatiana_now())
ON CONFLICT (guild_id) DO UPDATE SET channel_id = $2, since = tatiana_now() WHERE log_channel_faults.channel_id <> $2
RETURNING guild_id"""
_MENDED = "DELETE FROM log_channel_faults WHERE guild_id = $1 RETURNING channel_id"
_FAULT = "SELECT since FROM log_channel_faults WHERE guild_id = $1 AND channel_id = $2"


@dataclass(frozen=True, slots=True)
class _Waiting(Event):
    batch: int | None  # the message it belongs to, once that is begun


class _Message(NamedTuple):
    batch: int
    content: str


async def spread() -> None:
    """Enqueue a job for each server with waiting posts."""
    for row in await rows(_WAITING, JOB):
        await jobs.enqueue(JOB, {}, guild_id=row["guild_id"], key=JOB, max_attempts=ATTEMPTS)


async def post(task: Task) -> None:
    """Post everything waiting for one server; what can't be posted stays in the audit log only."""
    guild_id = task.guild_id
    general = await settings.of(guild_id, General)
    channel_id = general.log_channel_id
    if channel_id is None:
        await rows(_DROP, guild_id)
        return
    try:
        locale = await _locale(guild_id, general.language)
        while message := await _next(guild_id, locale):
            await _send(guild_id, channel_id, message)
            await rows(_POSTED, guild_id, message.batch)
            await mended(guild_id)
    except (Forbidden, NotFound):
        await _broken(guild_id, channel_id)


async def mended(guild_id: int) -> None:
    """Note that the log channel can be written to again, if it couldn't before."""
    async with transaction():
        for row in await rows(_MENDED, guild_id):
            await audit.record(guild_id, 0, "log_channel.mended", str(row["channel_id"]))


async def broken_since(guild_id: int) -> datetime | None:
    """Since when the current log channel can't be written to; None while it can."""
    channel_id = (await settings.of(guild_id, General)).log_channel_id
    found = await rows(_FAULT, guild_id, channel_id) if channel_id else []
    return found[0]["since"] if found else None


async def _broken(guild_id: int, channel_id: int) -> None:
    async with transaction():
        await rows(_DROP, guild_id)
        if await rows(_BROKEN, guild_id, channel_id):
            await audit.record(guild_id, 0, "log_channel.broken", str(channel_id))


async def _next(guild_id: int, locale: str) -> _Message | None:
    """The next message to send, stored before sending."""
    found = await fetch(_Waiting, _NEXT, guild_id, MAX_EVENTS_PER_MESSAGE)
    if not found:
        return None
    told = _fitting(found, guild_id, locale)
    batch = found[0].batch
    if batch is None:
        ids = [event.id for event, _ in told]
        batch = ids[-1]
        await rows(_BEGIN, guild_id, batch, ids)
    return _Message(batch, "\n".join(line for _, line in told))


def _fitting(events: Sequence[Event], guild_id: int, locale: str) -> list[tuple[Event, str]]:
    """As many events as one message holds, with their lines; the first always fits."""
    told: list[tuple[Event, str]] = []
    length = 0
    for event in events:
        line = log_lines.line(event, guild_id, locale)
        length += len(line) + 1
        if length > LONGEST:
            break
        told.append((event, line))
    return told


async def _send(guild_id: int, channel_id: int, message: _Message) -> None:
    """Post without pings; NotFound if the channel does not belong to this server."""
    await own_ids.check_channel(guild_id, channel_id)
    await messages.send(
        current.client(),
        channel_id,
        {
            "content": message.content,
            "flags": SUPPRESS_EMBEDS,
            "allowed_mentions": {"parse": []},
            "nonce": f"log-{message.batch}",
            "enforce_nonce": True,
        },
    )


async def _locale(guild_id: int, language: str) -> str:
    if language != FOLLOW_DISCORD:
        return language
    return str((await guilds.get(current.client(), guild_id)).get("preferred_locale"))
