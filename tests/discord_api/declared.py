"""Commands as they are declared."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
SHOP: Json = {
    "name": "shop",
    "name_localizations": {"pt-BR": "loja", "es-ES": "tienda"},
    "description": "Everything about the shop",
    "description_localizations": {"pt-BR": "Tudo sobre a loja"},
    "default_member_permissions": "32",
    "contexts": [0],
    "options": [
        {
            "type": 1,
            "name": "buy",
            "description": "Buy an item",
            "options": [
                {"type": 3, "name": "item", "description": "Which", "required": True, "autocomplete": True},
                {"type": 4, "name": "quantity", "description": "How many", "min_value": 0, "max_value": 10},
                {
                    "type": 3,
                    "name": "size",
                    "description": "How big",
                    "choices": [{"name": "Small", "value": "s"}, {"name": "Large", "value": "l"}],
                },
                {"type": 7, "name": "where", "description": "Channel", "channel_types": [5, 0]},
            ],
        },
        {"type": 1, "name": "list", "description": "List the items"},
    ],
}


def option(name: str = "amount", kind: int = 4, **fields: Any) -> Json:
    """An option that Discord takes, changed in one point."""
    return {"type": kind, "name": name, "description": "An option", **fields}


def command(name: str = "pay", **fields: Any) -> Json:
    """A command that Discord takes, changed in one point."""
    return {"name": name, "description": "A command", **fields}
