"""Logging: one JSON object per line, or lines for people; never a secret or a control character."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

LONGEST_VALUE = 4000  # characters
LOOKED_AT = 64 * 1024  # characters scanned for secrets before a value is cut: half a secret is not recognized
LONGEST_LINE = 16 * 1024  # bytes a pipe or collector accepts in one piece
HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(r"token|secret|password|authorization|cookie|signature|dsn|api_key", re.IGNORECASE)
_SECRET_SHAPES = re.compile(
    r"""[\w-]{24,28}\.[\w-]{6}\.[\w-]{27,}          # a bot token
      | eyJ[\w-]+\.[\w-]+\.[\w-]*                   # a JWT
      | aW50ZXJhY3Rpb24[\w+/=.-]*                   # the token of an interaction
      | (?<=/webhooks/)\d+/[\w.~-]+                 # and where it stands in an address
      | (?<=/interactions/)\d+/[\w.~-]+(?=/callback)
      | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)             # user and password in an address
      | (?<=[?&]code=)[^&\s]+
    """,
    re.VERBOSE,
)
# C0, DEL, C1, other line separators, and lone surrogates, which can't be encoded.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

Event = MutableMapping[str, Any]


class Cleaner:
    """Hides secrets and what looks like one, escapes control characters, and truncates long values."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = [secret for secret in secrets if secret]

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        for name, value in event.items():
            if not name.startswith("_"):  # structlog's own
                event[name] = self.value(name, value)
        return event

    def value(self, name: str, value: Any) -> Any:
        """A value as it may be logged under this name; collections part by part."""
        if _SECRET_NAMES.search(name) and value is not None:
            return HIDDEN
        if isinstance(value, dict):
            return {str(key): self.value(str(key), inner) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(name, inner) for inner in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        text = str(value)[:LOOKED_AT]
        lines = text.split("\n") if name == "exception" else [text]
        return "\n".join(self._text(line) for line in lines)[:LONGEST_VALUE]

    def _text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _CONTROLS.sub(_escaped, _SECRET_SHAPES.sub(HIDDEN, text))


def set_up(level: str, form: str, secrets: Iterable[str] = ()) -> None:
    """Configure logging at `level`, as `json` or `text`, hiding these secrets; libraries' logs go the same way."""
    numeric = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Cleaner(secrets),
    ]
    last = as_json if form == "json" else as_text
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=shared))
    # At lower levels, libraries log whole queries with their values.
    logging.basicConfig(handlers=[handler], level=max(numeric, logging.WARNING), force=True)


def as_json(_logger: Any, _method: str, event: Event) -> str:
    """One line of ASCII; if too long, its longest values are halved until it fits."""
    while len(line := json.dumps(event, default=str)) > LONGEST_LINE:
        longest = max(event, key=lambda name: len(str(event[name])))
        whole = str(event.pop(longest))
        if len(whole) > 16:
            event[longest] = whole[: len(whole) // 2] + "…"
    return line


def as_text(_logger: Any, _method: str, event: Event) -> str:
    """A line for a terminal; a traceback follows indented, so that it can't imitate another line."""
    stamp, level, said = (event.pop(name, "") for name in ("timestamp", "level", "event"))
    traceback = event.pop("exception", None)
    details = "".join(f" {name}={value}" for name, value in event.items())
    return f"{stamp[11:19]} {level:<7} {said}{details}" + "".join(
        f"\n  {line}" for line in (traceback or "").splitlines()
    )


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
