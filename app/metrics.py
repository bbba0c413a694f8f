"""Prometheus metrics: at most 2,000 series, however many servers there are and whatever anyone calls.

So labels never hold anything people make up, statuses count by class, and histograms have at most one label.
"""

from __future__ import annotations

from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from app.first_answers import FirstAnswers

DEADLINE = 3.0  # seconds Discord waits for a first response
_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.8, 3.0)
_ANSWERS = (0.01, 0.05, 0.25, 1.0, 1.8, 3.0)
_CALLS = (0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

# Anything a client can make up is not used as a label (OpenTelemetry: HTTP metrics).
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Would add a second series per counter that nobody reads.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped
_TOO_MANY = 429
_GONE = 499  # the client left before the response
registry = CollectorRegistry()

_first_answers = FirstAnswers(_ANSWERS)
registry.register(_first_answers)
_missed = Counter(
    "tatiana_missed_deadlines_total", "First answers after Discord's deadline", ("command",), registry=registry
)
_refused = Counter("tatiana_refused_requests_total", "Requests refused at Discord's door", ("why",), registry=registry)
_ended = Counter(
    "tatiana_connections_ended_total", "Connections that we ended before their time", ("why",), registry=registry
)
_rest_seconds = Histogram(
    "tatiana_discord_request_seconds", "Calls to Discord", ("method",), buckets=_CALLS, registry=registry
)
_rest = Counter(
    "tatiana_discord_requests_total", "Calls to Discord by route", ("method", "route", "status"), registry=registry
)
_late = Histogram(
    "tatiana_job_late_seconds",
    "Start of a job after it was due",
    ("kind",),
    buckets=(1, 5, 30, 600),
    registry=registry,
)
_request_seconds = Histogram(
    "http_server_request_duration_seconds",
    "Requests to pages and API",
    ("http_request_method",),
    buckets=_ANSWERS,
    registry=registry,
)
_requests = Counter(
    "tatiana_http_requests_total", "Requests to pages and API by route", ("route", "status"), registry=registry
)
_lag = Histogram(
    "tatiana_loop_late_seconds", "Timers of the event loop after their time", buckets=_FAST, registry=registry
)
_dropped = Counter("tatiana_usage_dropped_total", "Uses of commands that were not recorded", registry=registry)
_refused_token = Gauge("tatiana_discord_token_refused", "1 while Discord refuses the bot token", registry=registry)
_unsound = Gauge("tatiana_unsound_books", "Servers whose books were found unsound last night", registry=registry)


def interaction_answered(command: str, outcome: str, seconds: float) -> None:
    """Count a first response."""
    _first_answers.add(command, outcome, seconds)
    if seconds > DEADLINE:
        _missed.labels(command).inc()


def request_refused(why: str) -> None:
    """Count a request that was not from Discord, or unreadable."""
    _refused.labels(why).inc()


def connection_ended(why: str) -> None:
    """Count a connection that was one too many, too slow, or malformed, or that the client left."""
    _ended.labels(why).inc()


def rest_answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count a response from Discord; status 0 means none."""
    _rest_seconds.labels(method).observe(seconds)
    _rest.labels(method, route, "429" if status == _TOO_MANY else _class(status)).inc()


def job_started(kind: str, late: float) -> None:
    """Count a job that started `late` seconds after it was due."""
    _late.labels(kind).observe(late)


def request_answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count a response of a page or operation, by route name, so that no id becomes a label."""
    _timed(method if method in _METHODS else "_OTHER").observe(seconds)
    _counted(route, _class(status)).inc()
    if status == _GONE:  # not by route: with one more class, there would be too many series
        connection_ended("left")


# Looking up labels takes longer than counting, and there are few of them.
@cache
def _timed(method: str) -> Histogram:
    return _request_seconds.labels(method)


@cache
def _counted(route: str, status: str) -> Counter:
    return _requests.labels(route, status)


def _class(status: int) -> str:
    """`2xx` for 204, `none` for no response."""
    return f"{status // 100}xx" if status else "none"


def loop_late(seconds: float) -> None:
    """Record the event loop's lag."""
    _lag.observe(seconds)


def usage_dropped(uses: int) -> None:
    """Count uses dropped while the database was away."""
    _dropped.inc(uses)


def token_refused(refused: bool) -> None:
    """Record whether Discord refuses the bot token."""
    _refused_token.set(refused)


def unsound_books(servers: int) -> None:
    """Record the result of the nightly ledger audit."""
    _unsound.set(servers)


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(registry)
