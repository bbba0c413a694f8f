"""A command with a group, in which there is an option of each type."""

from __future__ import annotations

from typing import Any

OPTIONS: list[dict[str, Any]] = [
    {"type": kind, "name": name, "description": name}
    for kind, name in [
        (3, "text"), (4, "count"), (5, "flag"), (6, "who"), (7, "where"), (8, "role"), (9, "any"), (10, "ratio"),
    ]
]  # fmt: skip
GROUP = {
    "name": "demo",
    "description": "Demo",
    "options": [
        {
            "type": 2,
            "name": "grp",
            "description": "Group",
            "options": [{"type": 1, "name": "sub", "description": "Sub", "options": OPTIONS}],
        }
    ],
}
