"""Error reports to Sentry, if configured: what failed and where, never what people wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import structlog

from app.logs import Cleaner, Event

KEPT = (
    "event_id",
    "timestamp",
    "level",
    "logger",
    "platform",
    "release",
    "server_name",
    "message",
    "exception",
    "tags",
)


def watch(dsn: str, release: str, secrets: Iterable[str]) -> None:
    """Report everything that is logged as an error."""
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration

    cleaner = Cleaner(secrets)

    def scrub(event: Any, _hint: Any) -> Any:
        return {name: cleaner.value("", value) for name, value in event.items() if name in KEPT}

    sentry_sdk.init(
        dsn=dsn,
        release=release,
        before_send=scrub,
        # Integrations would add requests, queries and local variables: exactly what must not leave.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[AtexitIntegration(callback=lambda _pending, _timeout: None)],  # crashes are reported too
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
    )
    processors = structlog.get_config()["processors"]
    structlog.configure(processors=[processors[0], report, *processors[1:]])


def report(_logger: Any, method: str, event: Event) -> Event:
    """Report an error with its request id, so that it can be found in the logs."""
    if method in ("error", "exception", "critical"):
        import sentry_sdk

        with sentry_sdk.new_scope() as scope:
            for name in ("request_id", "job", "kind", "command"):
                if name in event:
                    scope.set_tag(name, str(event[name]))
            cause = event.get("exc_info")
            if isinstance(cause, BaseException):
                scope.capture_exception(cause)
            elif cause:
                scope.capture_exception()  # the exception being handled, as in structlog
            else:
                scope.capture_message(str(event.get("event")), level="error")
    return event
