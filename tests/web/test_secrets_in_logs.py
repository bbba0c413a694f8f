"""What a web process writes into its log while it is lied to: no secret, no forged line, no line too long."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.server import bind, serve
from services.core import areas
from services.core.process import derived
from services.identity import access_tokens, api_keys, refresh_tokens, sessions
from tests.app.installation import ROOT
from tests.support.bot import ALICE, APPLICATION, GUILD, KEY
from tests.support.callers import OPERATIONS
from tests.support.ports import free_port
from tests.support.waiting import until
from web.frame.idempotency import HEADER
from web.routes import PREFIX

SECRET_KEY = "0123456789abcdef" * 2
LONGEST_LINE = 16 * 1024

CONTROLS = [
    "\r\n", "\n{\"event\": \"forged\"}\n", "\x00", "\x1b[2J", "\x1b]0;title\x07", "\x7f", "\x85", "\x9b31m", "\u2028",
    "\u2029", "\u202e", "\b\b\b", "\t", "\v", "\f", "\x1c", "\ufeff", "%0d%0a", "\\u0000", "\r",
]  # fmt: skip
RAW = [character for payload in CONTROLS for character in payload if ord(character) < 32 or character in "\x7f\x85\x9b"]


class Process(NamedTuple):
    """A web process of its own, and what it said so far."""

    url: str
    log: Path

    def lines(self) -> list[str]:
        return [line for line in self.log.read_text(errors="surrogateescape").split("\n") if line]


async def nothing(_request: Request) -> Response:
    """A Discord in which there is nothing."""
    return JSONResponse({"message": "Unknown Guild", "code": 10004}, 404)


@pytest.fixture
async def discord() -> AsyncIterator[str]:
    listening, stop = bind("127.0.0.1", 0), asyncio.Event()
    app = Starlette(routes=[Route("/{path:path}", nothing, methods=["GET", "POST"])])
    serving = asyncio.create_task(serve([(app, listening)], stop=stop))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/v10"
    stop.set()
    await serving


@pytest.fixture
async def web(database: str, discord: str, tmp_path: Path) -> AsyncIterator[Process]:
    port, log = free_port(), tmp_path / "log"
    environ = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PORT": str(port), "HOST": "127.0.0.1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}", "DATABASE_URL": database, "REDIS_URL": "redis://127.0.0.1:9",
        "SECRET_KEY": SECRET_KEY, "TRUSTED_PROXIES": "127.0.0.0/8",
        "DISCORD_BOT_TOKEN": "MTE5.GAbCdE.planted-bot-token", "DISCORD_CLIENT_SECRET": "planted-client",
        "DISCORD_APPLICATION_ID": str(APPLICATION), "DISCORD_PUBLIC_KEY": bytes(KEY.verify_key).hex(),
        "DISCORD_API_URL": discord, "LOG_FORMAT": "json", "LOG_LEVEL": "debug",
    }  # fmt: skip
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-m", "app.cli", "web"], cwd=tmp_path, env=environ, stdout=said, stderr=said
        )
    try:
        async with httpx.AsyncClient(trust_env=False) as http:

            async def ready() -> bool:
                try:
                    return (await http.get(f"http://127.0.0.1:{port}/api/v1/auth")).status_code == 200
                except httpx.TransportError:
                    return False

            await until(ready)
        yield Process(f"http://127.0.0.1:{port}", log)
    finally:
        process.terminate()
        process.wait(30)


async def _real_secrets(url: str) -> dict[str, str]:
    """Secrets that are good, as those who hold them send them."""
    access_tokens.configure({"secret_key": derived(SECRET_KEY, b"access_tokens")}, url)
    refresh_tokens.configure(derived(SECRET_KEY, b"refresh_tokens")[:32])
    pair, spent = await refresh_tokens.begin(ALICE), await refresh_tokens.begin(ALICE)
    return {
        "cookie": await sessions.start(ALICE),
        "access": pair.access_token,
        "refresh": pair.refresh_token,
        "spent": spent.refresh_token,
        "key": (await api_keys.create(GUILD, ALICE, "k", set(areas.scopes())))[1],
    }


async def test_no_secret_comes_into_the_log_wherever_it_is_sent(web: Process) -> None:
    real = await _real_secrets(web.url)
    planted = [f"planted{secrets.token_hex(12)}" for _ in range(25)]
    async with httpx.AsyncClient(base_url=web.url, trust_env=False) as http:
        everything = itertools.cycle([*planted, *real.values()])
        statuses: Counter[int] = Counter()
        for number, (path, method) in enumerate(_paths()):
            # Somebody new each time, so that nobody has asked too often.
            token = (await refresh_tokens.begin(ALICE + number)).access_token
            http.headers["X-Forwarded-For"] = f"198.51.100.{number}"
            for ask in _with_secret(http, method, path, next(everything), _bearer(token)):
                statuses[(await http.send(ask)).status_code] += 1
        assert statuses[429] == 0
        for secret in planted:
            await _raw(web, f"GET /{secret} HTTP/1.1\r\nHost: x\r\nBad Header {secret}\r\n\r\n".encode())
    said = "\n".join(web.lines())
    assert len(planted) + len(real) == 30
    assert [
        one for one in [*planted, *real.values(), SECRET_KEY, "planted-bot-token", "planted-client"] if one in said
    ] == []
    _check_lines(web)


async def test_no_payload_forges_a_line(web: Process) -> None:
    real = await _real_secrets(web.url)
    async with httpx.AsyncClient(base_url=web.url, trust_env=False) as http:
        for number, payload in enumerate(CONTROLS):
            marked = f"forged{number}{payload}forged"
            code = {"code": marked, "code_verifier": "v" * 43, "redirect_uri": marked, "device": marked[:40]}
            await http.post("/api/v1/auth/login", json=code)
            await http.post("/api/v1/auth/login", json=code | {"code": "good"})
            await http.post("/api/v1/auth/refresh", json={"refresh_token": marked})
            await http.get("/login/callback", params={"code": marked, "state": marked})
            await http.get("/login/start", params={"next": marked})
            await http.put(f"/api/v1/users/me?{number}", json={"language": marked}, headers=_bearer(real["access"]))
            told = f"User-Agent: {marked}\r\nX-Forwarded-For: {marked}\r\n"
            await _raw(web, f"GET /api/v1/x{payload} HTTP/1.1\r\nHost: x\r\n{told}\r\n".encode())
    _check_lines(web)
    assert not [line for line in web.lines() if json.loads(line).get("event") == "forged"]


def _check_lines(web: Process) -> None:
    lines = web.lines()
    assert lines, "something is always told, if only the start"
    for line in lines:
        assert isinstance(json.loads(line), dict)
        assert len(line.encode()) <= LONGEST_LINE
        assert not any(character in line for character in RAW)


def _paths() -> list[tuple[str, str]]:
    """Every address, with its gaps filled."""
    found = [(re.sub(r"{\w+:id}", str(GUILD), f"{PREFIX}{route.path}"), method) for route, method, _ in OPERATIONS]
    pages = [(path, "GET") for path in ("/login/callback", "/login/start", "/servers", "/api/docs", "/nowhere")]
    plain = [(path.replace("{number:number}", "1"), method) for path, method in found]
    return [*plain, *pages, ("/logout", "POST"), ("/sessions/ended", "POST")]


def _with_secret(
    http: httpx.AsyncClient, method: str, path: str, secret: str, known: dict[str, str]
) -> list[httpx.Request]:
    """This secret in each place of a request that somebody may put one into."""
    body = {"code": secret, "code_verifier": secret * 2, "refresh_token": secret, "redirect_uri": secret}
    return [
        http.build_request(method, path, headers=_bearer(secret), json=body),
        http.build_request(method, path, headers={"Authorization": f"Basic {secret}"}, json=body),
        http.build_request(method, path, headers={"Cookie": f"session={secret}; sign-in={secret}", "Origin": secret}),
        http.build_request(method, path, headers=known | {HEADER: secret}, json=body),
        http.build_request(method, path, headers=known | {HEADER: "k", "If-Match": f'"{secret}"'}, json=body),
        http.build_request(
            method,
            f"{path}?code={secret}&state={secret}&token={secret}&after={secret}&{secret}=1",
            headers={"Referer": f"https://x/?code={secret}", "User-Agent": secret},
        ),
        http.build_request(method, f"{path}/{secret}", headers=known),
    ]


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def _raw(web: Process, sent: bytes) -> None:
    """Bytes that no client library would send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(web.url.rpartition(":")[2]))
    writer.write(sent)
    writer.write_eof()
    await reader.read()
    writer.close()
