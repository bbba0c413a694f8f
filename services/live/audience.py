"""Who may watch what: moderators what happens in their guild, admins its settings too."""

from __future__ import annotations

from services.identity import authority
from services.identity.authority import AuthorityUnknown, Role
from services.live.events import Kind

_MODERATORS = frozenset(Kind) - {Kind.SETTING}


async def visible(guild_id: int, user_id: int) -> frozenset[Kind]:
    """What somebody may watch in a guild, from an answer at most a minute old; Unsure if Discord can't say."""
    return _visible_to(await authority.role(guild_id, user_id))


async def still_visible(guild_id: int, user_id: int) -> frozenset[Kind]:
    """The same as Discord says now; while it says nothing, as it said within the last minutes."""
    try:
        return _visible_to(await authority.role(guild_id, user_id, fresh=True))
    except AuthorityUnknown:
        return await visible(guild_id, user_id)


def _visible_to(role: Role) -> frozenset[Kind]:
    if role >= Role.ADMIN:
        return frozenset(Kind)
    return _MODERATORS if role is Role.MODERATOR else frozenset()
