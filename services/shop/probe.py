"""Whether every role sold in the shop can be assigned."""

from __future__ import annotations

from collections.abc import Sequence

from discord_api import current
from locales import t
from services.core.probes import Finding, State
from services.core.transactions import rows
from services.shop import item_roles
from services.shop.item_roles import UnfitRole

_ROLE_ITEMS = """
SELECT DISTINCT role_id, min(name) AS name FROM shop_items
 WHERE guild_id = $1 AND effect = 'role' AND archived_at IS NULL GROUP BY role_id LIMIT 25"""


async def probe(guild_id: int) -> Sequence[Finding]:
    found = []
    for row in await rows(_ROLE_ITEMS, guild_id):
        try:
            await item_roles.check(current.client(), guild_id, row["role_id"])
        except UnfitRole as error:
            said = t("I can't give the role of the item **{item}**.", item=row["name"])
            found.append(Finding("shop", State.BROKEN, said, error.text))
    return found or [Finding("shop", State.WORKS, t("Every item's role can be given."))]
