"""People as they are typed into a field: by id, or by the start of a name."""

from __future__ import annotations

import re

from discord_api.snowflakes import HIGHEST
from locales import t
from services import directory
from services.core.errors import UserError

_ID = re.compile(r"(?:<@!?)?([1-9][0-9]{14,18})>?", re.ASCII)
_SHOWN = 5  # names in an error


class UnclearPerson(UserError):
    """The typed text names nobody, or several people."""


def typed_id(typed: str) -> int | None:
    """The id that was typed, alone or as a mention; None for anything else."""
    found = _ID.fullmatch(typed)
    return int(found[1]) if found and int(found[1]) <= HIGHEST else None


async def read(guild_id: int, typed: str) -> int:
    """The id of whoever was typed; an id needs no member, because people leave."""
    if (user_id := typed_id(typed)) is not None:
        return user_id
    matches = (await directory.members(guild_id, search=typed, limit=_SHOWN)).members
    exact = [member for member in matches if (member.username or "").casefold() == typed.casefold()]
    match exact or matches:
        case []:
            raise UnclearPerson(t("I don't know a member whose name begins like this. Enter their ID."))
        case [member]:
            return member.user_id
    names = ", ".join(str(member.username) for member in matches)
    raise UnclearPerson(t("Several members' names begin like this: {names}", names=names))
