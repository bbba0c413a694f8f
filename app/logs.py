"""What is logged and how: one JSON object a line, or lines for people; never a secret, never a control character."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

MOST = 4000  # characters of one value
_SECRET_NAMES = re.compile(r"token|secret|password|authorization|cookie|signature|dsn|api_key", re.IGNORECASE)
# A bot token, and the token that stands in the path of an interaction's webhook.
_SECRET_SHAPES = re.compile(
    r"[\w-]{24,28}\.[\w-]{6}\.[\w-]{27,}|(?<=/webhooks/)\d+/[\w.~-]+|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Event = MutableMapping[str, Any]


def set_up(level: str, form: str) -> None:
    """Log from now on at `level`, as `json` or `text`; what libraries log goes the same way."""
    numeric = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        clean,
    ]
    last: Any = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=max(numeric, logging.WARNING), force=True)


def clean(_logger: Any, _method: str, event: Event) -> Event:
    """Hide what looks like a secret, escape control characters, and cut what is too long."""
    for name, value in event.items():
        if _SECRET_NAMES.search(name):
            event[name] = "[hidden]"
        elif isinstance(value, str):
            event[name] = _CONTROLS.sub(_escaped, _SECRET_SHAPES.sub("[hidden]", value[:MOST]))
    return event


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def watch_errors(dsn: str | None, release: str) -> None:
    """Report what is logged as an error to Sentry, if there is an address for it."""
    if dsn is None:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn, release=release, send_default_pii=False, max_request_body_size="never", include_local_variables=False
    )
