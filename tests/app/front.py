"""Several web processes behind nginx with a real Redis, as compose.prod.yml runs them, on loopback and without TLS."""

from __future__ import annotations

import contextlib
import subprocess
import time
from contextlib import ExitStack

import httpx

from app.embedded import EmbeddedPostgres
from tests.app.installation import Installation
from tests.support.nginx import PATIENCE, nginx, started
from tests.support.ports import free_port

READY_WITHIN = 90  # seconds, on a machine that is busy


class Front:
    """nginx, the web processes behind it, and the Redis between them; the playground is their Discord.

    nginx knows one port more than there are processes: there the next one starts, as another container does.
    """

    def __init__(self, installation: Installation, processes: int) -> None:
        self._installation, self._folder = installation, installation.folder
        self.ports = [free_port() for _ in range(processes)]
        self._spare = free_port()
        self.port = free_port()
        self.identity = installation.kept("playground.json")
        self.url = f"http://127.0.0.1:{self.port}"
        self._servers = ExitStack()
        self._webs: dict[int, subprocess.Popen[str]] = {}

    def start(self) -> None:
        """Start everything; `tatiana run` with its playground must be there."""
        redis = self._folder / "redis.sock"
        redis_server = ("redis-server", "--port", "0", "--unixsocket", str(redis), "--save", "", "--dir")
        self._servers.enter_context(started(*redis_server, str(self._folder)))
        self.environ = {
            "PUBLIC_URL": self.url,
            "DATABASE_URL": EmbeddedPostgres(self._installation.kept("postgres")).url("tatiana"),
            "REDIS_URL": f"unix://{redis}",
            "SECRET_KEY": "0123456789abcdef" * 2,
            "TRUSTED_PROXIES": "127.0.0.1",
            "OPEN_WHEN_WARM": "true",
            "DISCORD_BOT_TOKEN": self._installation.token(),
            "DISCORD_CLIENT_SECRET": self._installation.client_secret(),
            "DISCORD_API_URL": f"{self._installation.page}/api/v10",
            "DISCORD_AUTHORIZE_URL": f"{self._installation.page}/oauth2/authorize",
        }
        for port in self.ports:
            self.open(port)
        self._servers.enter_context(nginx(self._folder, self.port, [*self.ports, self._spare]))
        _ready(self.url)

    def open(self, port: int) -> None:
        """Start one web process and wait until it serves."""
        self._webs[port] = self._installation.open("web", **self.environ, PORT=str(port))
        _ready(f"http://127.0.0.1:{port}")

    def replace(self, port: int) -> None:
        """Start another one, and ask this one to end once that is ready, as a new release does."""
        self.open(self._spare)
        self._webs[port].terminate()
        self._webs[port].communicate(timeout=PATIENCE)
        self.ports[self.ports.index(port)], self._spare = self._spare, port

    def complaints(self) -> str:
        """What nginx says went wrong."""
        return (self._folder / "nginx.log").read_text()

    def stop(self) -> None:
        """End what was started here; the installation ends its own."""
        self._servers.close()


def _ready(url: str) -> None:
    give_up = time.monotonic() + READY_WITHIN
    with httpx.Client(base_url=url) as http:
        while time.monotonic() < give_up:
            with contextlib.suppress(httpx.HTTPError):
                if http.get("/readyz").is_success:
                    return
            time.sleep(0.05)  # nothing tells when a port opens, and asking on and on would slow down what is starting
    raise AssertionError(f"{url} was never ready")
