"""Options that several moderation commands share."""

from typing import Annotated, Final, Literal

from interactions.commands.moderation import choices
from interactions.context import Attachment, Context
from interactions.declare import Option
from models.moderation import CaseKind
from services.core import durations
from services.moderation import notices
from services.moderation.authority import Allowed

LONGEST_REASON = 1000  # characters in a command or form; programs may send more
LONGEST_NOTE = 2000
NO_MESSAGES: Final = "none"

Reason = Annotated[
    str, Option("Why; the member can read this", min=1, max=LONGEST_REASON, autocomplete=choices.reasons)
]
OptionalReason = Annotated[str, Option("Why", max=LONGEST_REASON, autocomplete=choices.reasons)]
Notify = Annotated[
    Literal["dm", "none"] | None, Option("Whether to send the member a direct message; the server decides if empty")
]
# Fetched by `asks`, whose result is the handler's `copies`.
Evidence = Annotated[Attachment | None, Option("A file to keep with the case")]
Visible = Annotated[bool, Option("Answer where everyone can see it", publishes=True)]


def seconds(deleted: str) -> int:
    """The time whose messages are deleted, as chosen in a `delete_messages` option."""
    return 0 if deleted == NO_MESSAGES else durations.limited(deleted)


async def wants_notice(ctx: Context, facts: Allowed, kind: CaseKind, notify: str | None) -> bool:
    """Whether to send a direct message, as it was chosen in the option `notify`."""
    return await notices.wanted(ctx.guild_id, facts, kind, notify == "dm" if notify else None)
