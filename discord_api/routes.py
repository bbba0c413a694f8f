"""One request's address: the method and template that may be logged, the ids and tokens that may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Discord counts each channel, guild and webhook for itself, but only where the path begins with it.
TOP_LEVEL = re.compile(r"^/(?:channels|guilds|webhooks|interactions)/(\{\w+\})(?:/(\{\w+_token\}))?")


class Route:
    """`POST /channels/{channel_id}/messages` with its values filled in."""

    __slots__ = ("family", "method", "path", "template", "token", "top")

    def __init__(self, method: str, template: str, params: Mapping[str, int | str] | None = None) -> None:
        values = {name: _segment(name, value) for name, value in (params or {}).items()}
        self.method = method
        self.template = template
        self.family = f"{method} {template}"
        self.path = template.format_map(values)
        self.token = values.get("webhook_token") or values.get("interaction_token")
        self.top = "/".join(values[name] for name in _top_level(template))

    @property
    def interaction(self) -> bool:
        """True if the path's own token opens it: no bot token, and no part of the global limit."""
        return self.token is not None

    def __repr__(self) -> str:
        return f"<{self.family}>"


@lru_cache(maxsize=256)
def _top_level(template: str) -> tuple[str, ...]:
    match = TOP_LEVEL.match(template)
    return tuple(PLACEHOLDER.findall(match.group())) if match else ()


def _segment(name: str, value: int | str) -> str:
    text = quote(str(value), safe="@:")
    # A path is normalised on its way: with an empty or a dotted segment it would become another route.
    if text in {"", ".", ".."}:
        raise ValueError(f"{name} cannot be {text!r}")
    return text
