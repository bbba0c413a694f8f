"""Who may watch which events: moderators those of their guild, admins also its settings."""

from __future__ import annotations

from services.identity import authority
from services.identity.authority import AuthorityUnknown, Role
from services.live.events import Kind

_MODERATORS = frozenset(Kind) - {Kind.SETTING}


async def visible(guild_id: int, user_id: int) -> frozenset[Kind]:
    """The event kinds a user may watch, at most a minute out of date; AuthorityUnknown if Discord can't say."""
    return _visible_to(await authority.role(guild_id, user_id))


async def still_visible(guild_id: int, user_id: int) -> frozenset[Kind]:
    """The same, checked with Discord now; while Discord is silent, its answer of the last few minutes counts."""
    try:
        return _visible_to(await authority.role(guild_id, user_id, fresh=True))
    except AuthorityUnknown:
        return await visible(guild_id, user_id)


def _visible_to(role: Role) -> frozenset[Kind]:
    if role >= Role.ADMIN:
        return frozenset(Kind)
    return _MODERATORS if role is Role.MODERATOR else frozenset()
