"""What a server sells, and what its members own."""

from __future__ import annotations

from locales import t
from services.core.areas import Area
from services.core.transfer_kinds import Group, TransferKind
from services.shop import probe
from services.shop.audit_actions import AUDIT
from services.shop.personal_data import TABLES

SHOP = Area(
    name="shop",
    title=t("Shop"),
    icon="🛒",
    about=t("Buy items and roles with coins."),
    optional=True,
    needs=("economy",),
    tables=TABLES,
    transfers={
        "buy": TransferKind(t("Purchase"), Group.SHOP, keeps_goods=True),
        "refund": TransferKind(t("Refund"), Group.SHOP),
    },
    audit=AUDIT,
    probes={"shop": probe.probe},
)
