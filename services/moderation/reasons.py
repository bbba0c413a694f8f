"""The reason that a deed leaves in Discord's audit log and list of bans: who, which case, until when, and why."""

from __future__ import annotations

import re

from services import directory
from services.moderation.case import Case

LONGEST_NAME = 20  # characters, so that even an encoded name leaves room for the rest

_CASE = re.compile(r"[^·]* · case #([0-9]+)(?: · |$)", re.ASCII)


async def reason_of(case: Case) -> str:
    """The reason for a case; `discord_api.audit_reason` cuts what doesn't fit."""
    until = [f"until {case.expires_at:%Y-%m-%d %H:%M} UTC"] if case.expires_at else []
    return " · ".join([await _moderator(case.moderator_id), f"case #{case.number}", *until, case.reason]).rstrip(" ·")


def case_number(reason: str) -> int | None:
    """The number of the case that left this reason, if one of ours did."""
    found = _CASE.match(reason)
    return int(found[1]) if found else None


async def _moderator(user_id: int) -> str:
    if user_id <= 0:
        return "Tatiana"
    known = (await directory.people_of([user_id])).get(user_id)
    name = known.name.replace("·", "")[:LONGEST_NAME].strip() if known else ""
    return f"{name} {user_id}".strip()
