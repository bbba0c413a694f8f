"""Debian's PgBouncer in front of a local PostgreSQL, for every database."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from app.database_url import credentials
from tests.support.ports import free_port

PATIENCE = 30  # seconds


def version() -> tuple[int, ...]:
    """The installed PgBouncer's version; empty if there is none."""
    if not (program := shutil.which("pgbouncer")):
        return ()
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said.splitlines()[0]))


@contextmanager
def pgbouncer(server_url: str, folder: Path, **options: str | int) -> Iterator[str]:
    """The server's address through a pooler with these options."""
    there, port = credentials(server_url), free_port()
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"[databases]\n* = host={there['host']} port={there['port']} user={there['user']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        "default_pool_size = 15\nmax_client_conn = 500\nlog_connections = 0\nlog_disconnections = 0\n"
        + "".join(f"{name} = {value}\n" for name, value in options.items())
    )
    prefix, user = _account(there["host"])
    process = subprocess.Popen(
        [*prefix, "pgbouncer", "/dev/stdin"],
        stdin=config.open(),
        stdout=(folder / "pgbouncer.log").open("w"),
        stderr=subprocess.STDOUT,
        user=user,
        cwd="/",
    )
    try:
        _listens(port)
        yield urlsplit(server_url)._replace(netloc=f"{there['user']}@127.0.0.1:{port}", query="").geturl()
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _listens(port: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        with socket.socket() as client:
            if not client.connect_ex(("127.0.0.1", port)):
                return
    raise AssertionError("PgBouncer never listened")


def _account(host: str) -> tuple[list[str], int | None]:
    """Options to run as a non-root user who can reach the server's socket, as in app.embedded."""
    if os.geteuid() != 0:
        return [], None
    owner = Path(host).stat().st_uid if host.startswith("/") else 0
    if owner:
        return [], owner
    nobody = pwd.getpwnam("nobody")
    return ["unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}", "--"], None
