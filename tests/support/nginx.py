"""nginx with our production configuration, on loopback without TLS, in front of local web processes."""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.app.installation import ROOT
from tests.support.ports import free_port

PATIENCE = 30  # seconds


@contextmanager
def nginx(folder: Path, port: int, webs: Sequence[int]) -> Iterator[None]:
    """nginx on a port, in front of web processes; its errors are in the folder's `nginx.log`."""
    config = folder / "nginx.conf"
    config.write_text(_config(folder, port, webs))
    with started("nginx", "-e", str(folder / "nginx.log"), "-p", str(folder), "-c", str(config), "-g", "daemon off;"):
        yield


@contextmanager
def started(program: str, *arguments: str) -> Iterator[None]:
    """A server program from Debian, stopped afterwards."""
    found = shutil.which(program)
    assert found, f"{program} is installed"
    process = subprocess.Popen([found, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _config(folder: Path, port: int, webs: Sequence[int]) -> str:
    """Our configuration, with these ports."""
    shipped = (ROOT / "deploy/nginx.conf").read_text()
    plain = re.sub(r"(?m)^ *(ssl_|http2 |listen \[).*$", "", shipped)
    changes = {
        "server web:8080 resolve max_fails=0;": "\n".join(f"server 127.0.0.1:{web} max_fails=0;" for web in webs),
        "listen 80 default_server;": f"listen 127.0.0.1:{free_port()} default_server;",
        "listen 443 ssl default_server;": f"listen 127.0.0.1:{port} default_server;",
        "pid /run/nginx.pid;": f"pid {folder}/nginx.pid;\nuser {getpass.getuser()};",
        "rate=20r/s": "rate=5000r/s",  # all load comes from one address
        "proxy_set_header Host $host;": "proxy_set_header Host $http_host;",
        "http {": f"http {{\n    {_temporary(folder)}",
    }
    for ours, theirs in changes.items():
        assert ours in plain, ours
        plain = plain.replace(ours, theirs)
    return plain


def _temporary(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "\n    ".join(f"{kind}_temp_path {folder}/nginx-{kind};" for kind in kinds)
