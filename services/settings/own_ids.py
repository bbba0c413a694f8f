"""Checks that roles and channels in settings belong to this server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discord_api.snowflakes import HIGHEST
from locales import Text, t
from services.core import own_ids
from services.core.own_ids import OwnIds
from services.core.transactions import in_progress
from services.settings.checking import BadSetting, SettingFault
from services.settings.kinds import Channel, Kind, Roles
from services.settings.modules import SETTINGS
from services.settings.storage import Snapshot


async def look_up(guild_id: int, values: Mapping[str, Any]) -> None:
    """Fetch this server's roles and channels if these values name any.

    Does nothing inside a transaction, which must not wait for Discord; its caller does this beforehand.
    """
    ids = {one for key, value in values.items() for one in _ids(key, value)}
    if ids and not in_progress():
        await own_ids.learn(guild_id, ids)


def check(guild_id: int, now: Snapshot, wanted: Mapping[str, Any]) -> None:
    """Refuse new ids that Discord did not just list; Unanswered if it was not asked."""
    added = {key: _ids(key, value) - _ids(key, now.values[key]) for key, value in wanted.items()}
    if not any(added.values()):
        return
    own = own_ids.just_told(guild_id)
    faults = [
        SettingFault((key,), _foreign(SETTINGS[key].kind, min(foreign)))
        for key, ids in added.items()
        if (foreign := ids - _own(SETTINGS[key].kind, own))
    ]
    if faults:
        raise BadSetting(faults)


def _ids(key: str, value: Any) -> set[int]:
    """The ids in a value; none in an invalid one, which other checks refuse."""
    match SETTINGS[key].kind if key in SETTINGS else None:
        case Channel():
            several = [value]
        case Roles(most=most) if isinstance(value, list | tuple) and len(value) <= most:
            several = list(value)
        case _:
            several = []
    return {made for one in several if (made := _id(one))}


def _id(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    return value if type(value) is int and 0 < value <= HIGHEST else None


def _own(kind: Kind, own: OwnIds) -> frozenset[int]:
    return own.channels if isinstance(kind, Channel) else own.roles


def _foreign(kind: Kind, foreign_id: int) -> Text:
    if isinstance(kind, Channel):
        return t(
            "**{label}**: I can't see a channel with the ID `{id}`. If it is in this server, give me View Channel "
            "there and try again.",
            label=kind.label,
            id=str(foreign_id),
        )
    return t("**{label}**: this server has no role with the ID `{id}`.", label=kind.label, id=str(foreign_id))
