"""What each kind of transfer means, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from locales import Text, t
from models import AccountKind
from services.core.mentions import mention
from services.economy.ledger import Party
from services.economy.statements import Line, Request

_TITLES: Mapping[str, Text] = {
    "daily": t("Daily pay"),
    "work": t("Work"),
    "pay": t("Payment"),
    "hold": t("Set aside for a payment"),
    "release": t("Returned from a payment"),
    "buy": t("Purchase"),
    "refund": t("Refund"),
    "bet": t("Bet"),
    "grant": t("Granted by an admin"),
    "take": t("Taken by an admin"),
    "reverse": t("Correction"),
    "erase": t("Left for good"),
}

HOUSE: Mapping[AccountKind, Text] = {
    AccountKind.MINT: t("The mint"),
    AccountKind.SINK: t("The sink"),
    AccountKind.TREASURY: t("The treasury"),
    AccountKind.ESCROW: t("Set aside"),
}


def title(kind: str) -> Text | str:
    """A kind of transfer in a few words."""
    return _TITLES.get(kind, kind)


def signed(amount: int) -> Text:
    """Coins with their sign."""
    return t("+{coins}", coins=amount) if amount >= 0 else t("−{coins}", coins=-amount)


def sentence(line: Line) -> Text | str:
    """What a line meant for the member whose statement it stands in."""
    return _SENTENCES.get(line.kind, _titled)(line)


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


def _titled(line: Line) -> Text | str:
    return title(line.kind)


def _pay(line: Line) -> Text:
    other = mention(line.other_id)
    return t("Paid to {member}", member=other) if line.amount < 0 else t("Paid by {member}", member=other)


def _hold(line: Line) -> Text:
    return t("Set aside for {member}", member=mention(line.other_id))


def _release(line: Line) -> Text:
    return t("Returned: {member} did not take it", member=mention(line.other_id))


def _grant(line: Line) -> Text:
    return t("Granted by {member}", member=mention(line.actor_id))


def _take(line: Line) -> Text:
    return t("Taken by {member}", member=mention(line.actor_id))


def _reverse(line: Line) -> Text:
    member = mention(line.actor_id)
    return t("Correction of #{number} by {member}", number=str(line.reverses), member=member)


_SENTENCES: Mapping[str, Callable[[Line], Text | str]] = {
    "pay": _pay,
    "hold": _hold,
    "release": _release,
    "grant": _grant,
    "take": _take,
    "reverse": _reverse,
}
