"""The private PostgreSQL keeps what it was told, whatever happens to it, and takes nobody else's place."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from app import embedded
from app.database_url import credentials
from app.embedded import EmbeddedError, EmbeddedPostgres


@pytest.fixture(params=[0o755, 0o700], ids=["in an open folder", "in a closed folder"])
def server(request: pytest.FixtureRequest) -> Iterator[EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="tatiana-embedded-"))
    folder.chmod(request.param)
    made = EmbeddedPostgres(folder / "postgres")
    yield made
    made.stop()
    shutil.rmtree(folder)


async def test_what_was_committed_outlives_a_stop_and_a_kill(server: EmbeddedPostgres) -> None:
    await asyncio.to_thread(server.start)
    client = await asyncpg.connect(**credentials(server.url()))
    await client.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
    await client.close()
    await asyncio.to_thread(server.stop)
    assert not server.ready()

    await asyncio.to_thread(server.start)
    client = await asyncpg.connect(**credentials(server.url()))
    await client.execute("INSERT INTO kept VALUES (2)")
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    client.terminate()

    await asyncio.to_thread(server.start)
    client = await asyncpg.connect(**credentials(server.url()))
    assert [row["n"] for row in await client.fetch("SELECT n FROM kept ORDER BY n")] == [1, 2]
    assert await client.fetchval("SHOW fsync") == "on"
    assert await client.fetchval("SHOW listen_addresses") == ""
    await client.close()


async def test_two_starts_at_once_end_with_one_server(server: EmbeddedPostgres) -> None:
    await asyncio.gather(*(asyncio.to_thread(EmbeddedPostgres(server.data).start) for _ in range(3)))
    assert server.ready()


def test_an_initdb_that_was_cut_off_is_begun_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres"
    (half / "base").mkdir(parents=True)
    (half / "postgresql.conf").write_text("half")
    server = EmbeddedPostgres(half)
    server.start()
    assert server.ready()
    server.stop()


@pytest.mark.parametrize("kind", ["open to others", "a link"])
def test_a_socket_directory_that_somebody_else_prepared_is_refused(tmp_path: Path, kind: str) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    if kind == "a link":
        (tmp_path / "theirs").mkdir(mode=0o700)
        server.socket.symlink_to(tmp_path / "theirs")
    else:
        server.socket.mkdir()
        server.socket.chmod(0o777)
    try:
        with pytest.raises(EmbeddedError, match="belongs to somebody else"):
            server.start()
    finally:
        server.socket.unlink() if kind == "a link" else server.socket.rmdir()


def test_a_socket_path_fits_wherever_the_project_lies(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30) / "postgres"
    assert len(f"{EmbeddedPostgres(deep).socket}/.s.PGSQL.5432") < 108


@pytest.mark.parametrize("name", ["x" * 80, "with space", "a,b", 'say "hi"', "gone"])
def test_a_folder_for_temporary_files_that_a_socket_can_t_stand_in_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name != "gone":
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / name))
    server = EmbeddedPostgres(tmp_path / "postgres")
    assert server.socket.parent == Path("/tmp")


@pytest.mark.parametrize("name", ["$HOME", 'say "hi"', "`id`", "back\\slash", "two\nlines"])
def test_a_folder_that_postgresql_itself_can_t_start_in_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(EmbeddedError) as caught:
        EmbeddedPostgres(tmp_path / name / "postgres").start()
    said = str(caught.value)
    assert said.startswith("PostgreSQL can't start in a folder with ")
    assert said.endswith("move Tatiana to another one, or set DATABASE_URL to a server you have.")
    assert "\n" not in said


def test_it_starts_in_a_folder_with_every_other_letter_in_its_name(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "it's 100% Größe; #1 & -more" / os.fsdecode(b"\xe4") / "postgres")
    server.start()
    try:
        assert server.ready()
    finally:
        server.stop()


def test_a_program_that_can_t_be_run_here_is_a_sentence(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.programs = tmp_path
    with pytest.raises(EmbeddedError, match=r"can't be run|failed to execute"):
        server.start()


def test_a_full_disk_is_said_instead_of_what_a_program_stumbled_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "ROOM", 2**62)
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.programs = tmp_path
    (tmp_path / "initdb").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "initdb").chmod(0o755)
    with pytest.raises(EmbeddedError, match=r"^The disk is full, so initdb could not do its work: free some space\.$"):
        server.start()
