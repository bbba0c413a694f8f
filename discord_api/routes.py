"""A request's address: method and template may be logged, ids and tokens may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Discord counts each channel, guild and webhook separately, but only if the path begins with it.
TOP_LEVEL = re.compile(r"^/(?:channels|guilds|webhooks|interactions)/(\{\w+\})(?:/(\{\w+_token\}))?")


class Route:
    """A route such as `POST /channels/{channel_id}/messages`, with its values."""

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
        """Whether the path contains its own token: no bot token is sent, and the global limit does not apply."""
        return self.token is not None

    def __repr__(self) -> str:
        return f"<{self.family}>"


@lru_cache(maxsize=256)
def _top_level(template: str) -> tuple[str, ...]:
    match = TOP_LEVEL.match(template)
    return tuple(PLACEHOLDER.findall(match.group())) if match else ()


def _segment(name: str, value: int | str) -> str:
    text = quote(str(value), safe="@:")
    # Paths are normalized in transit: an empty or dotted segment would turn it into another route.
    if text in {"", ".", ".."}:
        raise ValueError(f"{name} cannot be {text!r}")
    return text
