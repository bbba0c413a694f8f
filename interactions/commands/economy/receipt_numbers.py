"""Receipt numbers: parsing and suggestions."""

from __future__ import annotations

import re

from discord_api.markdown import plain
from discord_api.permissions import Permissions
from interactions.context import Context
from interactions.responses import Choice
from locales import Text, t
from services.core.errors import NotFound
from services.economy import sentences, statements
from services.economy.statements import TransferSummary

_NUMBER = re.compile(r"#?(\d{1,18})", re.ASCII)


def receipt_number(typed: str) -> int:
    """The number in `#123` or `123`; anything else is the number of no receipt."""
    if found := _NUMBER.fullmatch(typed.strip()):
        return int(found[1])
    raise NotFound(t("You don't have a receipt #{number}.", number=plain(typed)))


def reads_all(ctx: Context) -> bool:
    """Whether this person may read every receipt of the server."""
    return ctx.member.permissions.allows(Permissions.MANAGE_GUILD)


async def known_receipts(ctx: Context, typed: str) -> list[Choice]:
    """Suggest the latest receipts of the member or, for admins, of the server."""
    whose = None if reads_all(ctx) else ctx.member.id
    found = await statements.latest(ctx.guild_id, whose, typed.strip().lstrip("#"))
    return [Choice(_label(brief, signed=whose is not None), str(brief.number)) for brief in found]


def _label(brief: TransferSummary, *, signed: bool) -> Text:
    return t(
        "#{number} · {title} · {amount} · {day}",
        number=str(brief.number),
        title=sentences.title(brief.kind),
        amount=sentences.signed(brief.amount) if signed else brief.amount,
        day=f"{brief.at:%Y-%m-%d}",
    )
