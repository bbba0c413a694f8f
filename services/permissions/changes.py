"""Creating and removing command rules, one admin at a time, each change in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from locales import command_name, t
from services.core import audit
from services.core.actors import Actor
from services.core.errors import Conflict, Forbidden
from services.core.transactions import after_commit, rows, transaction
from services.permissions import rule_cache
from services.permissions.decision import Kind, Target, is_protected

MAX_RULES_PER_GUILD = 200  # rules of one guild

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('command_rules:' || $1::bigint, 0))"
_FIND = """
SELECT allowed FROM command_rules WHERE guild_id = $1 AND command = $2 AND target_kind = $3 AND target_id = $4"""
_COUNT = "SELECT count(*)::int AS rules FROM command_rules WHERE guild_id = $1"
_PUT = """
INSERT INTO command_rules (guild_id, command, target_kind, target_id, allowed, actor_id, made_at)
VALUES ($1, $2, $3, $4, $5, $6, tatiana_now())
ON CONFLICT (guild_id, command, target_kind, target_id) DO UPDATE
   SET allowed = excluded.allowed, actor_id = excluded.actor_id, made_at = excluded.made_at"""
_DROP = """
DELETE FROM command_rules
 WHERE guild_id = $1 AND ($2::text IS NULL OR command = $2)
   AND ($3::text IS NULL OR (target_kind = $3 AND target_id = $4))
RETURNING command, target_kind, target_id, allowed"""


class Protected(Forbidden):
    """The command depends on the permission Manage Server alone."""


async def put(guild_id: int, actor: Actor, command: str, target: Target, *, allowed: bool) -> bool | None:
    """Set a rule about a command for one target; returns the previous value, None if there was none."""
    if is_protected(command):
        raise Protected(
            t(
                "`/{command}` is only for members with the Manage Server permission. Rules can't change that, so "
                "admins can't be locked out.",
                command=command_name(command.partition(" ")[0]),
            )
        )
    async with transaction():
        await rows(_ONE_AT_A_TIME, guild_id)
        where = (guild_id, command, target.kind.value, target.id)
        found = await rows(_FIND, *where)
        before = bool(found[0]["allowed"]) if found else None
        if before is allowed:
            return before
        if before is None:
            await _check_room(guild_id)
        await rows(_PUT, *where, allowed, actor.id)
        act = "command_rules.allow" if allowed else "command_rules.deny"
        details = {"for": target.kind.value, "id": str(target.id), "before": before}
        await audit.record(guild_id, actor.id, act, command, details, actor.request_id)
        await after_commit(partial(rule_cache.changed, guild_id))
    return before


async def drop(guild_id: int, actor: Actor, command: str | None, target: Target | None) -> Sequence[tuple[str, Target]]:
    """Remove the rules about a command, for a target, or both, and return them; without either, none."""
    kind, target_id = (target.kind.value, target.id) if target else (None, None)
    async with transaction():
        await rows(_ONE_AT_A_TIME, guild_id)
        gone = await rows(_DROP, guild_id, command, kind, target_id)
        for row in gone:
            details = {"for": row["target_kind"], "id": str(row["target_id"]), "before": row["allowed"]}
            await audit.record(guild_id, actor.id, "command_rules.reset", row["command"], details, actor.request_id)
        if gone:
            await after_commit(partial(rule_cache.changed, guild_id))
    return [(row["command"], Target(Kind(row["target_kind"]), row["target_id"])) for row in gone]


async def _check_room(guild_id: int) -> None:
    (counted,) = await rows(_COUNT, guild_id)
    if counted["rules"] >= MAX_RULES_PER_GUILD:
        raise Conflict(
            t(
                "You've reached the limit of {most} rules. Remove some with `/permissions reset`.",
                most=MAX_RULES_PER_GUILD,
            )
        )
