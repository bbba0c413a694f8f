"""The cases on a member's profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.core.profile_parts import ProfilePart
from services.moderation import case_list
from services.moderation.case import Case
from services.moderation.case_list import CaseFilter

NEWEST = 5  # cases shown


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A member's newest cases, and how many warnings count."""

    newest: Sequence[Case]
    warnings: int


async def _record(guild_id: int, user_id: int) -> CaseRecord:
    newest = await case_list.page(guild_id, CaseFilter(member_id=user_id), limit=NEWEST)
    return CaseRecord(newest, len(await case_list.active_warnings(guild_id, user_id)))


CASES = ProfilePart(_record, "moderation/_member.html")
