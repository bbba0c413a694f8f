"""A stop ends in time although a name is looked up that nobody ever answers for."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.installation import Installation, read_until

# Runs the rest of its arguments where the only name server takes every question and answers none.
DEAF = """
import fcntl, os, socket, struct, subprocess, sys
network = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(network, 0x8914, struct.pack("16sH14x", b"lo", 0x41))  # SIOCSIFFLAGS: up and running
network.bind(("127.0.0.1", 53))
network.set_inheritable(True)
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
APART = ["unshare", "--net", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--"]
possible = shutil.which("unshare") and not subprocess.run([*APART, "true"], capture_output=True, check=False).returncode
pytestmark = pytest.mark.skipif(not possible, reason="needs a network of its own")


@pytest.fixture
def deaf(tmp_path: Path) -> list[str]:
    """What to put before a command of Python's."""
    servers = tmp_path / "resolv.conf"
    servers.write_text("nameserver 127.0.0.1\noptions timeout:30 attempts:5\n")
    return [*APART, sys.executable, "-c", DEAF, str(servers)]


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_stop_does_not_wait_for_lookups_that_hang(deaf: list[str], installation: Installation, command: str) -> None:
    environ = {
        "DATABASE_URL": "postgresql://tatiana@postgres.test/tatiana?connect_timeout=1",
        "REDIS_URL": "redis://redis.test:6379/0",
        "SECRET_KEY": "0123456789abcdef" * 2,
        "DISCORD_BOT_TOKEN": "a-token",
        "DISCORD_APPLICATION_ID": "1190000000000000001",
        "DISCORD_PUBLIC_KEY": "ab" * 32,
    }
    process = subprocess.Popen(
        [*deaf, "-m", "app.cli", command],
        cwd=installation.folder,
        env=installation.environ | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    installation.beside.append(process)
    assert "did not answer in time" in read_until(process, '{"why": "PostgreSQL')  # given up; its thread goes on
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)
    assert (process.returncode, "Traceback" in said) == (0, False)


def test_a_process_that_never_ends_by_itself_is_ended_with_a_status_and_a_line() -> None:
    hanging = "import threading; from app import shutdown; shutdown.leave_within(0.1, 1, late='given up'); "
    done = subprocess.run(
        [sys.executable, "-c", f"{hanging} threading.Event().wait()"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert "given up" in done.stdout + done.stderr
