"""Transfers in words."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from models import AccountKind
from services.core import areas
from services.core.mentions import mention
from services.economy.ledger import Party
from services.economy.statements import Line, Request

HOUSE: Mapping[AccountKind, Text] = {
    AccountKind.MINT: t("Minted"),
    AccountKind.SINK: t("Burned"),
    AccountKind.TREASURY: t("Treasury"),
    AccountKind.ESCROW: t("On hold"),
}


def title(kind: str) -> Text | str:
    """The title of a kind of transfer."""
    known = areas.transfers().get(kind)
    return known.title if known else kind


def signed(amount: int) -> Text:
    """An amount with its sign."""
    return t("+{coins}", coins=amount) if amount >= 0 else t("−{coins}", coins=-amount)


def sentence(line: Line) -> Text | str:
    """A line of a member's statement as a sentence."""
    known = areas.transfers().get(line.kind)
    return known.sentence(line) if known and known.sentence else title(line.kind)


def account(kind: AccountKind, user_id: int) -> Text | str:
    """The owner of an account."""
    return mention(user_id) if kind is AccountKind.WALLET else HOUSE[kind]


def party(one: Party) -> Text | str:
    """A member mention, or one of the server's own accounts."""
    return HOUSE[one] if isinstance(one, AccountKind) else mention(one)


def asked(request: Request) -> Text:
    """The request behind a transfer, and whether it was answered."""
    if request.action.startswith("page "):
        return t("Done on the dashboard.")
    words = {"action": f"`{request.action}`", "at": str(int(request.at.timestamp()))}
    if request.answer_failed:
        return t("Requested with {action}; the reply at <t:{at}:T> was too late for Discord.", **words)
    if request.answer_owed:
        return t("Requested with {action}; the reply from <t:{at}:T> is still being delivered.", **words)
    return t("Requested with {action}; answered at <t:{at}:T>.", **words)
