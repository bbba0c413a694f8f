"""Savings on what every test pays for: opening the pool, and stopping what it started."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import httpx
from tortoise.models import MetaInfo

from app import server, warm_up
from app.embedded import EmbeddedPostgres

_work_out_filters = MetaInfo._generate_filters


class Forgetful(EmbeddedPostgres):
    """A server whose data need not survive the machine, only the server's processes."""

    def _options(self) -> str:
        return f"{super()._options()} -c fsync=off -c full_page_writes=off"


def save() -> None:
    """Make the tests of this process quicker, and patient on a busy machine, without changing what they see."""
    MetaInfo._generate_filters = _filters_once  # type: ignore[assignment, method-assign]
    # Each connection is a process of PostgreSQL; the pool opens more as soon as a test needs them.
    warm_up.CONNECTIONS = 1
    # Clients of the tests send nothing while the server that they talk to is being stopped.
    server.CLOSING = 0.1
    # A process that starts on a busy machine may take longer to answer than the five seconds of httpx.
    for ask in (httpx.Client.__init__, httpx.AsyncClient.__init__, httpx.get, httpx.post):
        ask.__kwdefaults__ = (ask.__kwdefaults__ or {}) | {"timeout": httpx.Timeout(60)}
    # Nobody is asked over TLS here, and reading the world's certificates takes 20 ms for each client.
    os.environ.pop("SSL_CERT_FILE", None)
    os.environ["SSL_CERT_DIR"] = os.fspath(Path(__file__).parent)


def _filters_once(model: Any) -> None:
    """Tortoise does this whenever a pool is opened, and its result never changes."""
    if not model.filters:
        _work_out_filters(model)
