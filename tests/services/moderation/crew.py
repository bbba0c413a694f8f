"""The server of the truth table, in Discord's own objects."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from discord_api.permissions import Permissions
from services.directory.hierarchy import GuildRoles, Hierarchy, RankedMember
from tests.support.bot import GUILD

P = Permissions
STAFF = (
    P.KICK_MEMBERS | P.BAN_MEMBERS | P.MODERATE_MEMBERS | P.MANAGE_NICKNAMES | P.MANAGE_ROLES | P.MANAGE_GUILD
)  # fmt: skip
OWNER, TATIANA, GONE = 1, 7, 99
FUTURE, PAST = "2199-01-01T00:00:00+00:00", "2020-01-01T00:00:00+00:00"

# Positions; of two roles in one position, the one with the smaller id is older and so higher.
POSITIONS = {
    "admiral": 9,
    "figurehead": 8,
    "mate": 7,
    "bosun": 5,
    "gunner": 5,
    "parrot": 4,
    "watch": 3,
    "purser": 2,
    "sailor": 1,
    "dj": 1,
    "hooks": 1,
    "booster": 1,
    "captain": 1,
}
_ROLE_IDS = {name: 1000 + number for number, name in enumerate(POSITIONS)}
_BOTS = {  # position, id and permissions of the bot's role
    "top": (20, 1500, STAFF),
    "middle": (6, 1500, STAFF),
    "older": (5, 500, STAFF),
    "newer": (5, 1500, STAFF),
    "bottom": (1, 500, STAFF),
    "admin": (1, 500, P.ADMINISTRATOR),
    "powerless": (20, 1500, P(0)),
    "silenced": (20, 1500, STAFF),
    "hoarse": (20, 1500, P.ADMINISTRATOR),
}
_HATS: Mapping[str, tuple[str, ...]] = {
    "hats": ("watch", "mate"),
    "silenced": ("mate",),
    "hoarse": ("admiral",),
    "deckhand": (),
    "gull": (),
}
_PEOPLE = (*POSITIONS, "hats", "silenced", "hoarse", "deckhand", "gull")


def role_id(name: str, bot: str = "top") -> int:
    """The id of a role by its name in the table."""
    known = {"all": GUILD, "deleted": 4242, "tatiana": _BOTS.get(bot, (0, 1500, P(0)))[1]}
    return known.get(name) or _ROLE_IDS[name]


def actor_id(name: str) -> int:
    """The id of an actor by their name in the table."""
    return {"owner": OWNER, "gone": GONE}.get(name) or 100 + _PEOPLE.index(name)


def target_id(name: str, actor: str = "") -> int:
    """The id of a target: of the same kind as an actor, but somebody else; the owner is only one."""
    if name == "self":
        return actor_id(actor)
    known = {"owner": OWNER, "gone": GONE - 1, "tatiana": TATIANA}
    return known.get(name) or 200 + _PEOPLE.index(name)


def guild(bot: str = "top", *, staff: Permissions = STAFF, bot_may: Permissions | None = None) -> dict[str, Any]:
    """The guild with one kind of bot, and what those above the sailor may do."""
    position, own_id, granted = _BOTS.get(bot, (0, 1500, P(0)))
    everyone = STAFF if bot == "roleless" else P(0)
    roles = [
        _role(GUILD, "@everyone", 0, everyone),
        _role(own_id, "Tatiana", position, granted if bot_may is None else bot_may) | {"tags": {"bot_id": "7"}},
    ]
    powers = {
        **dict.fromkeys(("mate", "bosun", "gunner", "watch"), staff),
        **dict.fromkeys(("admiral", "purser"), P.ADMINISTRATOR),
        "dj": P.PRIORITY_SPEAKER,
        "hooks": P.MANAGE_WEBHOOKS,
        "captain": P.MANAGE_GUILD,
    }
    for name, place in POSITIONS.items():
        roles.append(_role(_ROLE_IDS[name], name, place, powers.get(name, P(0))))
        if name in ("booster", "parrot"):
            roles[-1]["managed"] = True
    return {"id": str(GUILD), "owner_id": str(OWNER), "roles": roles}


def member(user_id: int, bot: str = "top") -> dict[str, Any] | None:
    """A member by id; None for those who aren't in the guild."""
    if user_id == TATIANA:
        held = [] if bot == "roleless" else [role_id("tatiana", bot)]
        return _member(TATIANA, held, is_bot=True, until=FUTURE if bot in ("silenced", "hoarse") else None)
    if user_id == OWNER:
        return _member(OWNER, [])
    if not 0 <= user_id % 100 < len(_PEOPLE) or user_id // 100 not in (1, 2):
        return None
    name = _PEOPLE[user_id % 100]
    until = FUTURE if name in ("silenced", "hoarse") else PAST if name == "bosun" else None
    held = [_ROLE_IDS[role] for role in _HATS.get(name, (name,))]
    return _member(user_id, held, is_bot=name in ("parrot", "gull"), until=until)


@cache
def facts(bot: str = "top", **powers: Permissions) -> Hierarchy:
    """Everything about everyone, as if it had just been read."""
    roles = GuildRoles.parse(guild(bot, **powers))
    own = member(TATIANA, bot)
    assert own is not None
    known = {user_id: found for user_id in range(300) if (found := member(user_id, bot))}
    users = {user_id: roles.member(found) for user_id, found in known.items()}
    users |= {user_id: RankedMember(user_id, in_guild=False) for user_id in (GONE, GONE - 1)}
    return Hierarchy(roles, roles.member(own), users)


def _role(role_id: int, name: str, position: int, permissions: Permissions) -> dict[str, Any]:
    return {"id": str(role_id), "name": name, "position": position, "permissions": str(int(permissions))}


def _member(user_id: int, role_ids: list[int], *, is_bot: bool = False, until: str | None = None) -> dict[str, Any]:
    user = {"id": str(user_id), "bot": is_bot}
    return {"user": user, "roles": [str(one) for one in role_ids], "communication_disabled_until": until}
