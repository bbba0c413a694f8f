"""Personal data stored by the shop area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import GONE, SERVICE, Table, columns, who

TABLES: Mapping[str, Table] = {
    "user_inventory": Table(
        t("Your items from the shops."),
        SERVICE,
        t("until you delete your data"),
        columns(people={"user_id": who(GONE)}, about="item_type item_id quantity", nobody="id guild_id"),
        erase_before=("shop_items",),
    ),
    "shop_items": Table(
        t("The items a server sells."),
        SERVICE,
        t("for as long as the server has Tatiana, plus 30 days"),
        columns(nobody="id guild_id name description price stock effect role_id archived_at created_at"),
    ),
}
