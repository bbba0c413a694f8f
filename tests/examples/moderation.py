"""Examples of cases."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from models.moderation import CaseKind, CaseState
from playground.world.cast import BOB, HARBOUR, MANAGER
from services.core import clock
from services.core.actors import Actor
from services.moderation import cases, evidence, notes
from services.moderation.case import Case, Order
from services.moderation.evidence import Copy
from tests.support.cases import opened
from tests.support.examples import Examples, Whose
from tests.support.whole import Whole

_FILE = Copy("deck.png", "image/png", 5, sha256(b"paint").digest())


async def _case(whose: Whose) -> int:
    """A case that its own moderator may change."""
    actor = Actor(whose.user_id, "r")
    return (await opened(user_id=BOB, guild_id=whose.guild_id, by=actor)).number


async def _voided(whose: Whose) -> int:
    number = await _case(whose)
    await cases.void(whose.guild_id, Actor(whose.user_id, "r"), number, "")
    return number


async def _newcomer(whose: Whose) -> str:
    """A member whom everybody on the staff ranks above."""
    return str(whose.whole.play.recruit(1, whose.guild_id)[0])


async def _muted(whose: Whose) -> str:
    user_id = await _newcomer(whose)
    member = whose.whole.play.world.guild(whose.guild_id).members[int(user_id)]
    member.timed_out_until = clock.now() + timedelta(hours=1)
    return user_id


async def _banned(whose: Whose) -> str:
    user_id = await _newcomer(whose)
    guild = whose.whole.play.world.guild(whose.guild_id)
    del guild.members[int(user_id)]
    guild.bans[int(user_id)] = "Painted the harbour wall"
    return user_id


async def _role(whose: Whose) -> str:
    """The lowest role that is anybody's to give."""
    roles = whose.whole.play.world.guild(whose.guild_id).roles.values()
    return str(min((role for role in roles if role.position and not role.managed), key=lambda role: role.position).id)


async def _live(_whole: Whole) -> None:
    await _warn(HARBOUR, BOB, "Painted the harbour wall")


async def _write(guild_id: int, user_id: int, text: str) -> None:
    """Every text of a case that a member or a moderator types."""
    case = await _warn(guild_id, user_id, text[:4000])
    await notes.add(guild_id, Actor(MANAGER, "r"), case.number, text)


async def _warn(guild_id: int, user_id: int, reason: str) -> Case:
    actor, order = Actor(MANAGER, "r"), Order(action=CaseKind.WARN, user_id=user_id, reason=reason)
    case = (await cases.open_case(guild_id, actor, order, key=f"warn:{user_id}", state=CaseState.ACTIVE)).case
    await notes.add(guild_id, actor, case.number, "Was asked to repaint it")
    await evidence.attach(guild_id, actor, case.number, [_FILE])
    return case


EXAMPLES = Examples(
    in_paths={"case": _case},
    of_one={f"moderation.{name}.user_id": _newcomer for name in ("warn", "mute", "kick", "ban", "note", "rename")}
    | {
        "moderation_logs.reopen.case": _voided,
        "moderation.unmute.user_id": _muted,
        "moderation.unban.user_id": _banned,
        "moderation.change_role.user_id": _newcomer,
        "moderation.change_role.role_id": _role,
    },
    audited={
        "moderation_logs.change": ["moderation.edited"],
        "moderation_logs.add_note": ["moderation.noted"],
        "moderation_logs.void": ["moderation.voided"],
        "moderation_logs.reopen": ["moderation.reopened"],
        "moderation.warn": ["moderation.warn"],
        "moderation.mute": ["moderation.timeout"],
        "moderation.unmute": ["moderation.untimeout"],
        "moderation.kick": ["moderation.kick"],
        "moderation.ban": ["moderation.ban"],
        "moderation.unban": ["moderation.unban"],
        "moderation.note": ["moderation.note"],
        "moderation.rename": ["moderation.nick"],
        "moderation.change_role": ["moderation.role"],
    },
    pages=["/cases", "/cases/1", "/cases/new", "/cases/new?action=ban"],
    text_pages=["/cases", "/cases/1"],
    fill=_live,
    live=_live,
    write=_write,
    notes=frozenset({"case_chains"}),  # verified by the worker
)
