"""A PostgreSQL for one measurement."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.embedded import EmbeddedPostgres


@contextmanager
def server(given: str | None = None, folder: Path | None = None) -> Iterator[str]:
    """Its address: the given one, or our own server, kept in `folder` or removed afterwards."""
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tatiana-bench-") as temporary:
        own = EmbeddedPostgres((folder or Path(temporary)) / "postgres")
        own.start()
        try:
            yield own.url()
        finally:
            own.stop()
