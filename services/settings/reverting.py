"""Reverting one change of settings, even if others came after it."""

from __future__ import annotations

from locales import t
from services.core.transactions import transaction
from services.settings import history, own_ids, storage
from services.settings.changes import Clash, Conflict, save
from services.settings.history import ChangeSet, Source


async def look_up(guild_id: int, number: int) -> None:
    """Check restored roles and channels with Discord, before the transaction of `revert`."""
    made = await history.find(guild_id, number)
    await own_ids.look_up(guild_id, {key: both.before for key, both in made.changes.items()})


async def revert(
    guild_id: int, actor_id: int, number: int, *, partial: bool = False, request_id: str = ""
) -> ChangeSet | None:
    """Restore the values from before a change set; None if nothing would change.

    Settings changed again since raise a `Conflict`; with `partial` they are skipped and the rest is restored.
    """
    await look_up(guild_id, number)
    async with transaction():
        held = await storage.hold(guild_id)
        now = held.values
        made = await history.find(guild_id, number)
        later = {key: one for one in await history.since(guild_id, number) for key in one.changes}
        back, clashes = {}, []
        for key, both in made.changes.items():
            if now.get(key) == both.after or key not in later:
                back[key] = both.before
            elif now.get(key) != both.before:
                last = later[key]
                clashes.append(Clash(key, both.after, now.get(key), both.before, last.number, last.actor_id))
        if clashes and not partial:
            text = t(
                "Change #{number} can't be reverted completely: some of it has been changed again.", number=str(number)
            )
            raise Conflict(text, held.version, clashes)
        return await save(guild_id, actor_id, back, source=Source.REVERT, reverts=number, request_id=request_id)
