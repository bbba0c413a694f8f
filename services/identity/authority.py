"""A user's role in a guild, always from Discord's current answer and never from a token or an earlier page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson

from locales import t
from services import settings
from services.core import foreign_guilds, store
from services.core.errors import UserError
from services.identity import membership
from services.identity.membership import DiscordSilent, Membership, Role
from services.settings import General

__all__ = ["AuthorityUnknown", "Role", "forget", "role", "sees"]

READ_AGE = 60.0  # seconds an answer is valid for reading
OUTAGE_AGE = 300.0  # seconds it is valid for reading while Discord is away
AT_HAND = 1.0  # seconds before checking whether another process has a newer answer
BRIEFLY = 0.8  # seconds a reader waits for Discord if an older answer would do
SPARED = 5.0  # seconds during which nobody waits for Discord after it failed
SKEW = 5.0  # seconds of clock skew between machines
NEVER = float("-inf")
MAX_CACHED_ANSWERS = 50_000  # answers cached at once; beyond that, all are dropped together

# The later request wins, whichever was answered first.
_KEEP_LATER = """
local known = redis.call('GET', KEYS[1])
local asked = known and string.match(known, '^%[([%d.]+)')
if not asked or tonumber(asked) <= tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end"""

Key = tuple[int, int]


class AuthorityUnknown(UserError):
    """Discord can't confirm anyone's role right now, so nothing is allowed."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(slots=True)
class _Memory:
    """What this process knows about one user in one guild."""

    answer: Membership | None = None
    looked_at: float = NEVER  # in Redis, where other processes store their answers
    spared_until: float = NEVER

    def learn(self, answer: Membership | None) -> None:
        if answer and (self.answer is None or answer.asked_at >= self.answer.asked_at):
            self.answer = answer

    def good(self, seconds: float) -> Membership | None:
        """The answer, unless it is older than `seconds`."""
        return self.answer if self.answer and -SKEW <= time.time() - self.answer.asked_at < seconds else None


_memories: dict[Key, _Memory] = {}
_asking: dict[Key, asyncio.Task[Membership]] = {}


async def role(guild_id: int, user_id: int, *, fresh: bool = False) -> Role:
    """A user's role in a guild: current if `fresh`, else at most a minute old; AuthorityUnknown without one.

    NOBODY covers "no such guild", "the bot is not in it" and "not a member" alike.
    """
    key = (guild_id, user_id)
    try:
        answer = await (_ask(key) if fresh else _lately(key))
    except DiscordSilent as error:
        raise AuthorityUnknown(
            t("I can't check permissions with Discord right now, so nothing was done. Please try again in a minute.")
        ) from error
    if not answer.role_ids:  # absent for roles above member
        return answer.role
    staff = (await settings.of(guild_id, General)).staff_role_ids
    return Role.MODERATOR if answer.role_ids.intersection(staff) else answer.role


def sees(held: Role, reader_id: int, user_id: int) -> bool:
    """Whether a reader may see a member's data: moderators everyone's, members their own."""
    return reader_id == user_id or held >= Role.MODERATOR


def forget() -> None:
    """Forget every answer."""
    _memories.clear()
    foreign_guilds.forget()


async def _lately(key: Key) -> Membership:
    """An answer recent enough for reading; DiscordSilent if there is none."""
    memory = _memory(key)
    now = time.monotonic()
    if memory.good(READ_AGE) is None or now - memory.looked_at >= AT_HAND:
        memory.learn(_unpacked(await store.get(_name(key))))
        memory.looked_at = now
    if known := memory.good(READ_AGE):
        return known
    if now < memory.spared_until and (known := memory.good(OUTAGE_AGE)):
        return known
    try:
        async with asyncio.timeout(BRIEFLY if memory.good(OUTAGE_AGE) else None):
            return await _ask(key, join=True)
    except (DiscordSilent, TimeoutError) as error:
        memory.spared_until = time.monotonic() + SPARED
        if known := memory.good(OUTAGE_AGE):
            return known
        raise DiscordSilent from error


async def _ask(key: Key, *, join: bool = False) -> Membership:
    """Discord's answer to a request that starts now and is shared by everyone who asks meanwhile.

    With `join`, an earlier request will do; writes never join one, so that a revoked right can't survive.
    """
    if not await foreign_guilds.may_ask(*key):
        return Membership(time.time(), Role.NOBODY)
    if join and (known := _memory(key).good(READ_AGE)):
        return known  # another request was answered meanwhile
    running = _asking.get(key)
    if running and not join:
        await asyncio.wait([running])
        if isinstance(silence := running.exception(), DiscordSilent):
            raise silence  # nobody waits twice for a silent Discord
        running = _asking.get(key)
    if running is None or running.done():
        running = _asking[key] = _begun(key, _answered(key))
    return await asyncio.shield(running)


def _begun(key: Key, question: Coroutine[Any, Any, Membership]) -> asyncio.Task[Membership]:
    def over(task: asyncio.Task[Membership]) -> None:
        if _asking.get(key) is task:
            del _asking[key]
        if not task.cancelled():
            task.exception()  # the caller may have gone by now

    task = asyncio.create_task(question)
    task.add_done_callback(over)
    return task


async def _answered(key: Key) -> Membership:
    answer = await membership.ask(*key)
    _memory(key).learn(answer)
    await store.run(_KEEP_LATER, _name(key), f"{answer.asked_at:.6f}".encode(), _packed(answer), int(OUTAGE_AGE))
    return answer


def _memory(key: Key) -> _Memory:
    if key not in _memories and len(_memories) >= MAX_CACHED_ANSWERS:
        _memories.clear()
    return _memories.setdefault(key, _Memory())


def _name(key: Key) -> str:
    return "role:{}:{}".format(*key)


def _packed(answer: Membership) -> bytes:
    return orjson.dumps([answer.asked_at, answer.role, sorted(answer.role_ids)])


def _unpacked(kept: bytes | None) -> Membership | None:
    """An answer from its Redis value; None if that isn't in our format."""
    try:
        asked_at, held, role_ids = orjson.loads(kept or b"")
        return Membership(float(asked_at), Role(held), frozenset(role_ids))
    except (ValueError, TypeError):
        return None
