"""Who may read and change cases: one's own with the permission to moderate, others' with Manage Server."""

from __future__ import annotations

from collections.abc import Sequence

from services.moderation import authority
from services.moderation.authority import Action
from services.moderation.case import Case
from services.moderation.deeds import DEEDS


async def check_reader(guild_id: int, actor_id: int, *, command: str, channel_ids: Sequence[int] = ()) -> None:
    """Refuse someone who may not read cases."""
    await authority.check(guild_id, actor_id, Action.VIEW_CASES, command=command, channel_ids=channel_ids)


async def check_editor(
    case: Case, actor_id: int, *, command: str = "case edit", channel_ids: Sequence[int] = ()
) -> None:
    """Refuse someone who may not change this case; nobody changes one against themselves."""
    own = case.moderator_id == actor_id
    action = Action.CHANGE_OWN_CASE if own else Action.CHANGE_OTHERS_CASE
    await authority.check(case.guild_id, actor_id, action, case.user_id, command=command, channel_ids=channel_ids)


async def check_new_end(
    case: Case, actor_id: int, *, command: str = "case edit", channel_ids: Sequence[int] = ()
) -> None:
    """Refuse someone who may not move this case's end: in Discord, that punishes anew or lifts the punishment."""
    await check_editor(case, actor_id, command=command, channel_ids=channel_ids)
    if (deed := DEEDS.get(case.action)) and deed.lift:
        await authority.check(
            case.guild_id, actor_id, deed.action, case.user_id, role_id=case.role_id, channel_ids=channel_ids
        )
