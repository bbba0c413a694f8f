"""What members own."""

from __future__ import annotations

from models import Effect
from services.transactions import rows

_USE_ONE = """
UPDATE user_inventory SET quantity = quantity - 1
 WHERE id = (SELECT v.id FROM user_inventory v JOIN shop_items i ON i.guild_id = v.guild_id AND i.id = v.item_id
              WHERE v.guild_id = $1 AND v.user_id = $2 AND v.item_type = 'shop' AND i.effect = $3 AND v.quantity > 0
              ORDER BY v.id LIMIT 1 FOR UPDATE OF v)
RETURNING id"""


async def use_one(guild_id: int, user_id: int, effect: Effect) -> bool:
    """Use up one item with this effect; False if the member owns none."""
    return bool(await rows(_USE_ONE, guild_id, user_id, effect.value))
