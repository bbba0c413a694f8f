"""A PostgreSQL server for one test run; the next run stops servers of killed runs."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from tests.support.savings import Forgetful

PREFIX = "tatiana-tests-"
OWNER = "owner"  # a file in each folder, locked for as long as its run lives


@contextlib.contextmanager
def own_server() -> Iterator[str]:
    """The address of a new server, removed afterwards."""
    end_orphans()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with _own(folder):
        server = Forgetful(folder / "postgres")
        server.start()
        yield server.url()
        _end(folder)


def end_orphans() -> list[Path]:
    """Stop every server whose run has died, and return their folders."""
    return [folder for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*") if _end_orphan(folder)]


def _own(folder: Path) -> TextIO:
    # Renamed only once it is locked, so that nobody takes it for one of a dead run.
    file = (folder / "new").open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    (folder / "new").rename(folder / OWNER)
    return file


def _end_orphan(folder: Path) -> bool:
    with contextlib.suppress(OSError), (folder / OWNER).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _end(folder)
        return True
    return False


def _end(folder: Path) -> None:
    Forgetful(folder / "postgres").stop()
    shutil.rmtree(folder, ignore_errors=True)
