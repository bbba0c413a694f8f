"""People as they are typed into a field: by id, or by the start of a name."""

from __future__ import annotations

import re

from locales import t
from services import directory
from services.core.errors import UserError

ID = re.compile(r"(?:<@!?)?([1-9][0-9]{14,18})>?", re.ASCII)
_SHOWN = 5  # names in an error


class UnclearPerson(UserError):
    """The typed text names nobody, or several people."""


async def read(guild_id: int, typed: str) -> int:
    """The id of whoever was typed; an id needs no member, because people leave."""
    if found := ID.fullmatch(typed):
        return int(found[1])
    matches = (await directory.members(guild_id, search=typed, limit=_SHOWN)).members
    exact = [member for member in matches if (member.username or "").casefold() == typed.casefold()]
    match exact or matches:
        case []:
            raise UnclearPerson(t("I don't know a member whose name begins like this. Enter their ID."))
        case [member]:
            return member.user_id
    names = ", ".join(str(member.username) for member in matches)
    raise UnclearPerson(t("Several members' names begin like this: {names}", names=names))
