"""Several web processes behind nginx with a real Redis, as compose.prod.yml runs them, on loopback and without TLS."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path

import httpx

from app.embedded import EmbeddedPostgres
from tests.app.installation import ROOT, Installation, free_port

PATIENCE = 30  # seconds


class Front:
    """nginx, the web processes behind it, and the Redis between them; the playground is their Discord."""

    def __init__(self, installation: Installation, processes: int) -> None:
        self._installation, self._folder = installation, installation.folder
        self.ports = [free_port() for _ in range(processes)]
        self.port = free_port()
        self.identity = installation.kept("playground.json")
        self.url = f"http://127.0.0.1:{self.port}"
        self._servers: list[subprocess.Popen[bytes]] = []
        self._webs: dict[int, subprocess.Popen[str]] = {}

    def start(self) -> None:
        """Start everything; `tatiana run` with its playground must be there."""
        redis = self._folder / "redis.sock"
        self._open("redis-server", "--port", "0", "--unixsocket", str(redis), "--save", "", "--dir", str(self._folder))
        self.environ = {
            "PUBLIC_URL": self.url,
            "DATABASE_URL": EmbeddedPostgres(self._installation.kept("postgres")).url("tatiana"),
            "REDIS_URL": f"unix://{redis}",
            "SECRET_KEY": "0123456789abcdef" * 2,
            "TRUSTED_PROXIES": "127.0.0.1",
            "DISCORD_BOT_TOKEN": self._installation.token(),
            "DISCORD_CLIENT_SECRET": self._installation.client_secret(),
            "DISCORD_API_URL": f"{self._installation.page}/api/v10",
            "DISCORD_AUTHORIZE_URL": f"{self._installation.page}/oauth2/authorize",
        }
        for port in self.ports:
            self.open(port)
        config = self._folder / "nginx.conf"
        config.write_text(self._config())
        self._open("nginx", "-e", "stderr", "-p", str(self._folder), "-c", str(config), "-g", "daemon off;")
        _ready(self.url)

    def open(self, port: int) -> None:
        """Start one web process and wait until it serves."""
        self._webs[port] = self._installation.open("web", **self.environ, PORT=str(port))
        _ready(f"http://127.0.0.1:{port}")

    def restart(self, port: int) -> None:
        """Ask one to end, as a new release does, and start it anew."""
        self._webs[port].terminate()
        self._webs[port].communicate(timeout=PATIENCE)
        self.open(port)

    def complaints(self) -> str:
        """What nginx says went wrong."""
        return (self._folder / "nginx.log").read_text()

    def stop(self) -> None:
        """End what was started here; the installation ends its own."""
        for process in self._servers:
            process.terminate()
            process.wait(timeout=PATIENCE)

    def _open(self, program: str, *arguments: str) -> None:
        found = shutil.which(program)
        assert found, f"{program} is installed"
        self._servers.append(
            subprocess.Popen([found, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )

    def _config(self) -> str:
        """What we ship for production, with these processes and ports."""
        shipped = (ROOT / "deploy/nginx.conf").read_text()
        servers = "\n".join(f"server 127.0.0.1:{port} max_fails=0;" for port in self.ports)
        plain = re.sub(r"(?m)^ *(ssl_|http2 |listen \[).*$", "", shipped)
        changes = {
            "server web:8080 max_fails=0;": servers,
            "listen 80 default_server;": f"listen 127.0.0.1:{free_port()} default_server;",
            "listen 443 ssl default_server;": f"listen 127.0.0.1:{self.port} default_server;",
            "pid /run/nginx.pid;": f"pid {self._folder}/nginx.pid;",
            "rate=20r/s": "rate=5000r/s",  # all of the load comes from one address
            "proxy_set_header Host $host;": "proxy_set_header Host $http_host;",
        }
        for ours, theirs in changes.items():
            assert ours in plain, ours
            plain = plain.replace(ours, theirs)
        return plain.replace("http {", f"http {{\n    {_temporary(self._folder)}", 1)


def _temporary(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "\n    ".join(f"{kind}_temp_path {folder}/nginx-{kind};" for kind in kinds)


def _ready(url: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            if httpx.get(f"{url}/readyz").is_success:
                return
        except httpx.HTTPError:
            continue
    raise AssertionError(f"{url} was never ready")
