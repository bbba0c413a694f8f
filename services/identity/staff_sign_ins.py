"""Audit entries for servers whose staff signed in to the dashboard or to a program."""

from __future__ import annotations

from datetime import timedelta

from services.core import audit, clock, jobs
from services.core.transactions import rows
from services.core.worker import Task
from services.identity import authority, discord_grants
from services.identity.authority import Role
from services.identity.discord_grants import SignInAgain

JOB = "staff.sign_in"
LATER = timedelta(seconds=2)  # by then the servers page has fetched the same list from Discord

_TELLING = """
SELECT discord_id FROM guilds
 WHERE discord_id = ANY($1::bigint[]) AND left_at IS NULL AND config #>> '{general,log_channel_id}' IS NOT NULL"""


async def note(user_id: int, device: str, request_id: str) -> None:
    """Schedule entries for a person's servers with log channels, a moment after they signed in."""
    about = {"user": user_id, "device": device, "request": request_id}
    await jobs.enqueue(JOB, about, key=f"{JOB}:{request_id}:{user_id}", at=clock.now() + LATER)


async def tell(task: Task) -> None:
    """Record the sign-in for each server with a log channel where this person is staff."""
    user_id = task.payload["user"]
    try:
        known = [server.id for server in await discord_grants.servers(user_id)]
    except SignInAgain:
        return  # the grant is already gone again
    telling = [row["discord_id"] for row in await rows(_TELLING, known)]
    roles = {guild_id: await authority.role(guild_id, user_id) for guild_id in telling}
    async with task.completing():
        for guild_id in (one for one, role in roles.items() if role >= Role.MODERATOR):
            details = {"device": task.payload["device"]}
            await audit.record(guild_id, user_id, "staff.signed_in", "", details, task.payload["request"])
