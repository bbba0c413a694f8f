"""Direct messages about cases: each is sent once, and taken back if it turns out to be false.

Before a deed that removes access, the member is told what will happen, because afterwards no direct message can be
opened. A nonce made of the case keeps Discord from posting a repeat for some minutes; later than that, whether the
first one arrived is unknown, and nothing is sent again unless a moderator wants it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import structlog

from discord_api import current, direct_messages, errors, guilds
from discord_api.markdown import plain, quoted
from locales import Text, join, render, t
from models.moderation import CaseKind, CaseState, NoticeState
from services import settings
from services.core import at_once, clock, languages
from services.core.actors import Actor
from services.core.errors import Conflict
from services.core.transactions import transaction
from services.core.worker import Task
from services.moderation import cases
from services.moderation.authority import Allowed
from services.moderation.case import AnswerTo, Case
from services.moderation.settings import Moderation

if TYPE_CHECKING:
    from discord_api.client import Discord

log = structlog.get_logger(__name__)

JOB = "moderation.notify"
PATIENCE = 10.0  # seconds a message may take: a ban doesn't wait longer for it
REPEATABLE = timedelta(minutes=2)  # for a little longer than this, Discord compares nonces
LONGEST_REASON = 512  # characters
LONGEST = 2000  # characters of a message (Discord: Create Message)
NOT_ARRIVED = (NoticeState.CLOSED, NoticeState.UNKNOWN)
BEGUN, CORRECTING = "notifying", "correcting"  # in a job's payload: when its message was first sent

_WILL_BE: Mapping[CaseKind, Text] = {
    CaseKind.KICK: t("You will be kicked from **{server}**."),
    CaseKind.SOFTBAN: t("You will be kicked from **{server}**, and your recent messages there deleted."),
    CaseKind.BAN: t("You will be banned from **{server}**."),
}
_WAS: Mapping[CaseKind, Text] = {
    CaseKind.WARN: t("You were warned in **{server}**."),
    CaseKind.TIMEOUT: t("You were timed out in **{server}**."),
    CaseKind.UNTIMEOUT: t("Your timeout in **{server}** was removed."),
    CaseKind.UNBAN: t("Your ban from **{server}** was removed."),
    CaseKind.ROLE: t("Your roles in **{server}** were changed."),
    CaseKind.NICK: t("Your nickname in **{server}** was changed."),
}
_SENTENCES = {**_WILL_BE, **_WAS}
_PLACEHOLDER = re.compile(r"\{(\w+)\}", re.ASCII)


async def wanted(guild_id: int, facts: Allowed, kind: CaseKind, chosen: bool | None) -> bool:
    """Whether to send a message: never to someone who isn't here, else as chosen, or as the server decided."""
    if facts.target is None or not facts.target.in_guild:
        return False
    return (await settings.of(guild_id, Moderation)).notifies(kind) if chosen is None else chosen


async def send(discord: Discord, task: Task, case: Case, user_id: int) -> NoticeState:
    """Tell the member about a case, at most once however often the job is repeated, and say what became of it."""
    return await _once(discord, task, BEGUN, case, user_id, "")


async def correct(discord: Discord, task: Task, case: Case, user_id: int) -> NoticeState:
    """Take back a message about something that didn't happen."""
    state = await _once(discord, task, CORRECTING, case, user_id, "correction")
    return NoticeState.CORRECTED if state is NoticeState.SENT else case.notice


async def resend(guild_id: int, actor: Actor, number: int, answer: AnswerTo | None = None) -> Case:
    """Send the message about a case again, after the caller's transaction commits; then `answer` is edited."""
    async with transaction():
        _, case = await cases.hold(guild_id, number)
        if case.notice is NoticeState.WAITING:
            raise Conflict(t("The message about case #{number} is being sent already.", number=str(number)))
        if case.state in (CaseState.PENDING, CaseState.FAILED) or case.notice not in NOT_ARRIVED:
            raise Conflict(t("There is no message to send about case #{number}.", number=str(number)))
        case = await cases.set_notice(case, NoticeState.WAITING)
        payload = {"case": number, "by": actor.id, "answer": asdict(answer) if answer else None}
        await at_once.enqueue(JOB, payload, guild_id=guild_id, key=f"notify:{number}", max_attempts=8)
    return case


async def send_again(task: Task) -> Case:
    """The job of `resend`."""
    case = await cases.get(task.guild_id, task.payload["case"])
    user_id = await cases.member_of(case)
    state = NoticeState.UNKNOWN
    if user_id is not None:
        state = await _once(current.client(), task, BEGUN, case, user_id, f"again {task.id}")
    async with task.completing():
        return await cases.set_notice(case, state)


async def _once(discord: Discord, task: Task, step: str, case: Case, user_id: int, which: str) -> NoticeState:
    begun = task.payload.get(step)
    if begun is None:
        await task.keep(**{step: clock.now().isoformat()})
    elif clock.now() - datetime.fromisoformat(begun) > REPEATABLE:
        return NoticeState.UNKNOWN
    try:
        async with asyncio.timeout(PATIENCE):
            message = await _message(discord, case, user_id, correction=step == CORRECTING)
            await direct_messages.send(discord, user_id, message, _nonce(case, which))
    except (errors.Unavailable, errors.RateLimited, errors.Blocked, TimeoutError) as error:
        log.info("direct message unknown", case=case.number, error=repr(error)[:300])
        return NoticeState.UNKNOWN
    except errors.DiscordError as error:
        log.info("direct message refused", case=case.number, error=str(error)[:300])
        return NoticeState.CLOSED
    return NoticeState.SENT


async def _message(discord: Discord, case: Case, user_id: int, *, correction: bool) -> dict[str, Any]:
    guild = await guilds.get(discord, case.guild_id)
    member, server = await languages.chosen(user_id, case.guild_id)
    locale = member or server or str(guild.get("preferred_locale"))
    if correction:
        text: Text | str = t(
            "My last message was wrong: nothing was done in **{server}**.", server=plain(guild["name"])
        )
    else:
        own = (await settings.of(case.guild_id, Moderation)).text(case.action)
        text = _worded(case, user_id, plain(guild["name"]), own, locale)
    return {"content": render(text, locale)[:LONGEST], "allowed_mentions": {"parse": []}}


def _worded(case: Case, user_id: int, server: str, own: str, locale: str) -> Text:
    """The server's own words or ours, and then what they leave out."""
    end = case.expires_at if case.action is not CaseKind.WARN else None
    until = f"<t:{int(end.timestamp())}:f>" if end else render(t("no end"), locale)
    reason = case.reason[:LONGEST_REASON]
    facts = {
        "server": server, "member": f"<@{user_id}>", "reason": plain(reason), "until": until, "case": f"#{case.number}"
    }  # fmt: skip
    first = _PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), own) if own else _named(case, server)
    lines = [
        quoted(reason) if reason and "{reason}" not in own else "",
        t("Until: {moment}", moment=until) if end and "{until}" not in own else "",
        t("Case #{number}", number=str(case.number)) if "{case}" not in own else "",
    ]
    return join([first, *(line for line in lines if line)])


def _named(case: Case, server: str) -> Text:
    return t(_SENTENCES[case.action].source, server=server)


def _nonce(case: Case, which: str) -> str:
    """Unlike any other of this bot's, since cases of two servers meet in one channel (Discord: at most 25)."""
    return blake2b(f"{case.guild_id} {case.number} {which}".encode(), digest_size=12).hexdigest()
