"""The economy's own kinds of transfers."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from services.core.mentions import mention
from services.core.transfer_kinds import Group, TransferKind
from services.economy.statements import Line


def _pay(line: Line) -> Text:
    other = mention(line.other_id)
    return t("Paid to {member}", member=other) if line.amount < 0 else t("Paid by {member}", member=other)


def _hold(line: Line) -> Text:
    return t("On hold for {member}", member=mention(line.other_id))


def _release(line: Line) -> Text:
    return t("Returned: {member} didn't accept", member=mention(line.other_id))


def _grant(line: Line) -> Text:
    return t("Granted by {member}", member=mention(line.actor_id))


def _take(line: Line) -> Text:
    return t("Taken by {member}", member=mention(line.actor_id))


def _reverse(line: Line) -> Text:
    member = mention(line.actor_id)
    return t("Reversal of #{number} by {member}", number=str(line.reverses), member=member)


EARNED, PAYMENTS = Group("earned", t("Earned")), Group("payments", t("Payments"))
ADMINS = Group("admins", t("By admins"))

TRANSFERS: Mapping[str, TransferKind] = {
    "daily": TransferKind(t("Daily pay"), EARNED),
    "work": TransferKind(t("Work"), EARNED),
    "pay": TransferKind(t("Payment"), PAYMENTS, _pay),
    "hold": TransferKind(t("Payment on hold"), PAYMENTS, _hold),
    "release": TransferKind(t("Payment returned"), PAYMENTS, _release),
    "grant": TransferKind(t("Granted by an admin"), ADMINS, _grant),
    "take": TransferKind(t("Taken by an admin"), ADMINS, _take),
    "reverse": TransferKind(t("Reversal"), ADMINS, _reverse),
    "erase": TransferKind(t("Data deleted")),
}
