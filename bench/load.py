"""Starts servers, loads them with wrk, and reads their CPU use from the kernel."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from tests.support.bot import ALICE, GUILD, KEY, Bot, signed

HERE = Path(__file__).parent
TICK = os.sysconf("SC_CLK_TCK")
DISTINCT = 54_000  # people and guilds: with few of them, caches would look free


@dataclass(frozen=True)
class Load:
    """The result of one wrk run: latencies in seconds, and the server's CPU seconds per request."""

    per_second: float
    p50: float
    p99: float
    slowest: float
    cpu: float
    errors: int
    seconds: float


@dataclass
class Served:
    """A server process and its address."""

    process: subprocess.Popen[bytes]
    url: str
    started: float
    ready: float
    sent: Counter[Path] = field(default_factory=Counter)

    def cpu(self) -> float:
        """CPU seconds used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self) -> float:
        """Resident MiB."""
        line = next(
            x for x in Path(f"/proc/{self.process.pid}/status").read_text().splitlines() if x.startswith("VmRSS")
        )
        return int(line.split()[1]) / 1024


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(
    command: Sequence[str], environment: dict[str, str], first: bytes | None = None, path: str = "/interactions"
) -> Iterator[Served]:
    """A server that has answered a signed PING correctly; `first` is another request that must succeed."""
    port = free_port()
    env = os.environ | environment | {"PORT": str(port), "DISCORD_PUBLIC_KEY": bytes(KEY.verify_key).hex()}
    command = [part.replace("PORT", str(port)) for part in command]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, env=env, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}{path}"
            _until_answered(process, url, first or ping())
            yield Served(process, url, started, time.perf_counter())
        except Exception:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace")[-3000:])
            raise
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def ping() -> bytes:
    from tests.support.bot import APPLICATION

    return orjson.dumps({"id": "1", "application_id": str(APPLICATION), "type": 1, "token": "t", "version": 1})


def _until_answered(process: subprocess.Popen[bytes], url: str, body: bytes) -> None:
    for _ in range(2000):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        # Both S310: the address is of the local server we just started.
        request = urllib.request.Request(url, data=body, headers=signed(KEY, body))  # noqa: S310  (our own server)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  (our own server)
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.005)  # a server that isn't listening yet can only be asked again
    raise RuntimeError("the server never answered")


def signed_requests(name: str, count: int = DISTINCT) -> Path:
    """A file of signed commands, each by a different person in a different guild."""
    bot = Bot(None, KEY)
    return signed_file(bot.command(name, by=ALICE + number, guild=GUILD + number) for number in range(count))


def signed_file(payloads: Iterable[Mapping[str, Any]]) -> Path:
    """A file with each payload signed, one per line, for requests.lua."""
    path = Path(tempfile.gettempdir()) / f"tatiana-bench-{secrets.token_hex(4)}.txt"
    with path.open("wb") as file:
        for payload in payloads:
            body = orjson.dumps(payload)
            headers = signed(KEY, body)
            line = f"{headers['X-Signature-Ed25519']} {headers['X-Signature-Timestamp']} "
            file.write(line.encode() + body + b"\n")
    return path


def load(
    server: Served, requests: Path, connections: int, seconds: float, *, url: str = "", script: str = "requests.lua"
) -> Load:
    """Load a server with wrk from one thread, continuing where its last run with these requests ended."""
    before = server.cpu()
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "-s", str(HERE / script)]
    command += [url or server.url, "--", str(requests), str(server.sent[requests])]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    result = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    count, duration, p50, p99, slowest, errors = map(int, result.split()[1:])
    used = server.cpu() - before
    server.sent[requests] += count
    return Load(
        count / duration * 1e6, p50 / 1e6, p99 / 1e6, slowest / 1e6, used / max(count, 1), errors, duration / 1e6
    )
