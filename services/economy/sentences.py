"""What each kind of transfer means, in words."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from models import AccountKind
from services.core import areas
from services.core.mentions import mention
from services.economy.ledger import Party
from services.economy.statements import Line, Request

HOUSE: Mapping[AccountKind, Text] = {
    AccountKind.MINT: t("The mint"),
    AccountKind.SINK: t("The sink"),
    AccountKind.TREASURY: t("The treasury"),
    AccountKind.ESCROW: t("Set aside"),
}


def title(kind: str) -> Text | str:
    """A kind of transfer in a few words."""
    known = areas.transfers().get(kind)
    return known.title if known else kind


def signed(amount: int) -> Text:
    """Coins with their sign."""
    return t("+{coins}", coins=amount) if amount >= 0 else t("−{coins}", coins=-amount)


def sentence(line: Line) -> Text | str:
    """What a line meant for the member whose statement it stands in."""
    known = areas.transfers().get(line.kind)
    return known.sentence(line) if known and known.sentence else title(line.kind)


def account(kind: AccountKind, user_id: int) -> Text | str:
    """Whose account it is."""
    return mention(user_id) if kind is AccountKind.WALLET else HOUSE[kind]


def party(one: Party) -> Text | str:
    """A member by id, or one of the house accounts."""
    return HOUSE[one] if isinstance(one, AccountKind) else mention(one)


def asked(request: Request) -> Text:
    """What led to a transfer, and whether it was answered."""
    if request.action.startswith("page "):
        return t("Done on the dashboard.")
    words = {"action": f"`{request.action}`", "at": str(int(request.at.timestamp()))}
    if request.answer_failed:
        return t("Asked for with {action}; the answer of <t:{at}:T> came too late for Discord.", **words)
    if request.answer_owed:
        return t("Asked for with {action}; the answer of <t:{at}:T> is still on its way.", **words)
    return t("Asked for with {action}, answered <t:{at}:T>.", **words)
