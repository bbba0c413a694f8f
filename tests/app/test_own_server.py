"""A run of the tests that was killed leaves a server behind, but not for longer than until the next run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded import EmbeddedPostgres
from tests.support.own_server import PREFIX, end_orphans, own_server

_RUN = """
import sys
from tests.support.own_server import own_server
with own_server() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A directory for temporary files of this test alone; pytest's own is too long for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="runs-") as short:
        Path(short).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", short)
        yield short
        monkeypatch.undo()


def test_the_next_run_ends_the_server_of_a_killed_one_and_of_no_other(place: str) -> None:
    with own_server():
        (mine,) = folders()
        run = subprocess.Popen(
            [sys.executable, "-c", _RUN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"TMPDIR": place, "PATH": "/usr/bin:/bin"},
        )
        assert run.stdout is not None
        run.stdout.readline()
        (theirs,) = folders() - {mine}
        assert end_orphans() == []
        run.kill()
        run.communicate()
        left = EmbeddedPostgres(theirs / "postgres")
        assert left.ready(), "a killed run can't stop its server"
        assert end_orphans() == [theirs]
        assert not left.ready()
        assert folders() == {mine}
        assert EmbeddedPostgres(mine / "postgres").ready()
    assert folders() == set()
