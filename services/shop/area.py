"""What a server sells, and what its members own."""

from __future__ import annotations

from discord_api.permissions import Permissions
from locales import t
from services.core.areas import Area
from services.core.transfer_kinds import Group, TransferKind
from services.shop import probe
from services.shop.audit_actions import AUDIT
from services.shop.personal_data import TABLES
from services.shop.profile import INVENTORY

_GROUP = Group("shop", t("Shop"))

SHOP = Area(
    name="shop",
    title=t("Shop"),
    icon="🛒",
    about=t("Buy items and roles with coins."),
    optional=True,
    needs=("economy",),
    tables=TABLES,
    profile=(INVENTORY,),
    transfers={
        "buy": TransferKind(t("Purchase"), _GROUP, keeps_goods=True),
        "refund": TransferKind(t("Refund"), _GROUP),
    },
    audit=AUDIT,
    probes={"shop": probe.probe},
    bot_permissions=Permissions.MANAGE_ROLES,
    record="transactions",
)
