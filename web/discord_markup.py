"""Texts written for Discord, shown on a page: bold, code, mentions and times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import unescape

from markupsafe import Markup, escape

_PARTS = re.compile(
    r"\\(?P<plain>[^\w\s]|_)|\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`|&lt;t:(?P<time>\d{1,11})(?::\w)?&gt;"
    r"|&lt;@!?(?P<member>\d{1,20})&gt;|&lt;@&amp;(?P<role>\d{1,20})&gt;|&lt;#(?P<channel>\d{1,20})&gt;|(?P<line>\n)"
)


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def said(text: str, names: Mapping[int, str] | None = None, written: Callable[[datetime], str] = _iso) -> Markup:
    """The text as HTML, escaped first; mentions are replaced by `names`, or by ids, and times by `written`."""

    def shown(found: re.Match[str]) -> str:
        kind, value = found.lastgroup, found[found.lastgroup or 0]
        match kind:
            case "bold":
                return f"<strong>{_PARTS.sub(shown, value)}</strong>"
            case "code":
                return f"<code>{value}</code>"
            case "time":
                at = datetime.fromtimestamp(int(value), UTC)
                return f'<time datetime="{at.isoformat()}">{written(at)}</time>'
            case "member":
                return f"@{escape((names or {}).get(int(value), value))}"
            case "role" | "channel":
                return ("@" if kind == "role" else "#") + escape((names or {}).get(int(value), value))
            case "line":
                return "<br>"
        return value

    return Markup(_PARTS.sub(shown, str(escape(text))))  # noqa: S704  # nosec B704  (escaped here)


def unmarked(text: str) -> str:
    """The text without markup, for the output of programs."""

    def shown(found: re.Match[str]) -> str:
        kind, value = found.lastgroup, found[found.lastgroup or 0]
        match kind:
            case "bold":
                return _PARTS.sub(shown, value)
            case "time":
                return _iso(datetime.fromtimestamp(int(value), UTC))
            case "member" | "role":
                return f"@{value}"
            case "channel":
                return f"#{value}"
            case "plain":
                return value
        return found[0]

    return unescape(_PARTS.sub(shown, str(escape(text))))
