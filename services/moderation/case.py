"""A case, an order for one, and what both are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.moderation import CaseKind, CaseState, NoticeState

PERMANENT = None  # duration of a punishment without an end
WITH_END = frozenset({CaseKind.WARN, CaseKind.TIMEOUT, CaseKind.BAN, CaseKind.ROLE})  # the kinds that can have one


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it is stored; `user_id` is None for a channel's case and for an erased member.

    `cases.member_of` still knows an erased member while something has to be done.
    """

    guild_id: int
    number: int
    action: CaseKind
    user_id: int | None
    channel_id: int | None
    role_id: int | None
    moderator_id: int
    behalf_of_id: int | None
    reason: str
    duration: int | None
    expires_at: datetime | None
    state: CaseState
    failure: str | None
    notice: NoticeState
    details: Mapping[str, Any]
    batch: int | None
    created_at: datetime
    settled_at: datetime | None
    ended_at: datetime | None

    @property
    def timed(self) -> bool:
        """Whether something is still to be done in Discord: to carry it out, or to lift it on time."""
        if self.state in (CaseState.ACTIVE, CaseState.VOIDED) and self.failure is None and self.ended_at is None:
            # A softban in this state could not be lifted at once.
            return self.action is CaseKind.SOFTBAN or (self.expires_at is not None and self.action is not CaseKind.WARN)
        return self.state is CaseState.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a moderator, the ladder or a bulk action wants done; `duration` in seconds."""

    action: CaseKind
    user_id: int | None = None
    channel_id: int | None = None
    role_id: int | None = None
    reason: str = ""
    duration: int | None = PERMANENT
    notify: bool = False
    behalf_of_id: int | None = None
    batch: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """The response that announced a case, its language, and whose it is; Discord lets us edit it for 15 minutes."""

    token: str
    locale: str
    user_id: int
