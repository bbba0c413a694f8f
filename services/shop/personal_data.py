"""Personal data stored by the shop area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import GONE, SERVICE, Table, columns, who

TABLES: Mapping[str, Table] = {
    "user_inventory": Table(
        t("What you own in the shops."),
        SERVICE,
        t("until you have us delete it"),
        columns(people={"user_id": who(GONE)}, about="item_type item_id quantity", nobody="id guild_id"),
        erase_before=("shop_items",),
    ),
    "shop_items": Table(
        t("What a server sells."),
        SERVICE,
        t("as long as the server has Tatiana, and 30 days longer"),
        columns(nobody="id guild_id name description price stock effect role_id archived_at created_at"),
    ),
}
