"""A folder in which the `tatiana` command is used as a person uses it, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from app.embedded import EmbeddedPostgres
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
READY = "Ctrl-C stops everything."


class Installation:
    """A folder of its own in which the `tatiana` command is used."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url, self.page = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.port + 1}"
        # Nothing of the machine's own settings; coverage and the like come with PATH.
        self.environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
        }
        self.running: subprocess.Popen[str] | None = None
        self.beside: list[subprocess.Popen[str]] = []

    def start(self) -> str:
        """Start everything; what was said until it was ready, or until it gave up."""
        self.running = self.open("run")
        return read_until(self.running, READY)

    def open(self, command: str, **environ: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", command],
            cwd=self.folder,
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.beside.append(process)
        return process

    def stop(self, *signals: signal.Signals) -> int:
        """Send these to the whole group, as a terminal does; the exit status."""
        assert self.running is not None
        for number in signals:
            os.killpg(self.running.pid, number)
        self.running.communicate(timeout=30)
        return self.running.returncode

    def tatiana(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        command = [sys.executable, "-m", "app.cli", *arguments]
        env = self.environ | environ
        return subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, check=False, timeout=60
        )

    def kept(self, name: str) -> Path:
        return self.folder / ".tatiana" / name

    def token(self) -> str:
        return str(json.loads(self.kept("playground.json").read_text())["token"])

    def client_secret(self) -> str:
        return str(json.loads(self.kept("playground.json").read_text())["client_secret"])

    def clean_up(self) -> None:
        """End whatever a failed test left running."""
        for process in self.beside:
            if process.poll() is None:
                process.kill()
            process.communicate()
        if self.kept("postgres").exists():
            EmbeddedPostgres(self.kept("postgres")).stop()

    def leftovers(self) -> list[str]:
        """Processes that still run for this folder."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                here = (process / "cwd").readlink() if not line.startswith("postgres") else Path()
            except OSError:
                continue
            if str(self.folder) in line or str(here).startswith(str(self.folder)):
                found.append(line)
        return found


def read_until(process: subprocess.Popen[str], beginning: str) -> str:
    """What a process said up to the line with this beginning, or until it ended."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith(beginning):
            break
    return said
