"""Servers are told which of their staff signed in to the dashboard or with a program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.core import audit, jobs
from services.core.transactions import rows
from services.core.worker import Task
from services.identity import authority, discord_grants
from services.identity.authority import Role
from services.identity.discord_grants import SignInAgain

JOB = "staff.sign_in"
LATER = timedelta(seconds=2)  # by then the page of servers has asked Discord for the same list

_TELLING = """
SELECT discord_id FROM guilds
 WHERE discord_id = ANY($1::bigint[]) AND left_at IS NULL AND config #>> '{general,log_channel_id}' IS NOT NULL"""


async def note(user_id: int, device: str, request_id: str) -> None:
    """Somebody signed in; their servers hear of it a moment later, if they have log channels."""
    about = {"user": user_id, "device": device, "request": request_id}
    await jobs.enqueue(JOB, about, key=f"{JOB}:{request_id}:{user_id}", at=datetime.now(UTC) + LATER)


async def tell(task: Task) -> None:
    """Note it in the audit log of each server with a log channel where this person is staff."""
    user_id = task.payload["user"]
    try:
        known = [server.id for server in await discord_grants.servers(user_id)]
    except SignInAgain:
        return  # signed out of Discord again already
    telling = [row["discord_id"] for row in await rows(_TELLING, known)]
    roles = {guild_id: await authority.role(guild_id, user_id) for guild_id in telling}
    async with task.completing():
        for guild_id in (one for one, role in roles.items() if role >= Role.MODERATOR):
            details = {"device": task.payload["device"]}
            await audit.record(guild_id, user_id, "staff.signed_in", "", details, task.payload["request"])
