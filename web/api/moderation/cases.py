"""Cases as programs read them."""

from __future__ import annotations

from pydantic import Field

from locales import SOURCE, render
from models.moderation import CaseKind, CaseState, NoticeState
from services.moderation import case, failures
from web.discord_markup import unmarked
from web.frame.types import Id, Moment, Reply

LONGEST_REASON, LONGEST_NOTE = 4000, 2000  # characters


class Case(Reply):
    """One moderation case."""

    number: int = Field(description="Counts up within the server", examples=[417])
    action: CaseKind
    state: CaseState = Field(
        description="`pending` until it is carried out, `active` while it is in force or counts, then `ended`; "
        "`failed` if Discord refused, `voided` if staff decided that it doesn't count"
    )
    user_id: Id | None = Field(description="The member; null for a channel's case and for deleted users")
    channel_id: Id | None
    role_id: Id | None
    moderator_id: Id | None = Field(description="Who acted; null for Tatiana herself and for deleted users")
    behalf_of_id: Id | None = Field(description="Whom the moderator acted for")
    reason: str
    duration: int | None = Field(description="Seconds; null if it has no end", examples=[86_400])
    expires_at: Moment | None = Field(description="When it ends; null if it has no end")
    failure: str | None = Field(description="Why it failed, in words")
    failure_code: int | None = Field(description="Discord's error code, if Discord refused; 0 if it gave none")
    notice: NoticeState = Field(description="What became of the direct message to the member")
    created_at: Moment
    settled_at: Moment | None = Field(description="When it was carried out, or failed")
    ended_at: Moment | None


def shown(found: case.Case) -> Case:
    """A case as it is answered; erased people have no id."""
    return Case(**fields_of(found))


def fields_of(found: case.Case) -> dict[str, object]:
    """The fields of `Case`."""
    why = failures.why(found)
    failed = {"failure": unmarked(render(why, SOURCE)) if why else None, "failure_code": failures.code(found)}
    who = {name: people(getattr(found, name)) for name in ("user_id", "moderator_id", "behalf_of_id")}
    others = Case.model_fields.keys() - failed.keys() - who.keys()
    return {name: getattr(found, name) for name in others} | failed | who


def people(user_id: int | None) -> int | None:
    """Somebody's id; neither Tatiana herself nor an erased person has one."""
    return user_id if user_id and user_id > 0 else None


def address(guild_id: int, number: int) -> str:
    """Where a case can be read."""
    return f"/api/v1/guilds/{guild_id}/moderation/logs/{number}"
