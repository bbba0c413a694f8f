"""What stands around every page and operation: headers, origins, sizes, addresses, and errors as answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.types import Message
from structlog.testing import capture_logs

from app import metrics
from app.main import create_app
from app.settings import Settings
from tests.support.lifespan import running
from web.frame.client_address import address_of
from web.frame.origins import foreign
from web.site import Site


@asynccontextmanager
async def _client(settings: Settings) -> AsyncIterator[AsyncClient]:
    app = create_app(settings)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://bot.test") as client:
        yield client


HOME = "https://tatiana.example"
SITE = Site(HOME, 1, "", "", "", allowed_origins=frozenset({"https://friend.example"}))

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/docs", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("POST", "/api/v1/nowhere", 404),
        ("DELETE", "/api/docs", 405),
        ("GET", f"/api/docs?{'a' * 5000}", 414),
    ],
)
async def test_every_answer_carries_the_security_headers(
    settings: Settings, method: str, path: str, status: int
) -> None:
    async with _client(replace(settings, public_url=HOME)) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert len(answer.headers["x-request-id"]) == 16


async def test_what_is_wrong_is_told_as_a_problem_with_a_request_id(settings: Settings) -> None:
    async with _client(settings) as client:
        answer = await client.get("/api/v1/nowhere")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "title": "Not Found",
        "status": 404,
        "detail": "Nothing found at this address.",
        "request_id": answer.headers["x-request-id"],
    }


async def test_without_https_no_browser_is_told_to_insist_on_it(settings: Settings) -> None:
    async with _client(settings) as client:
        answer = await client.get("/api/docs")
    assert "strict-transport-security" not in answer.headers


async def test_a_body_is_refused_when_it_is_too_large_or_would_have_to_be_unpacked(settings: Settings) -> None:
    async with _client(settings) as client:
        declared = await client.post("/api/v1/nowhere", content=b"x" * 70_000)
        packed = await client.post("/api/v1/nowhere", content=b"x", headers={"Content-Encoding": "gzip"})
    assert (declared.status_code, packed.status_code) == (413, 415)


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({b"sec-fetch-site": b"same-origin", b"origin": HOME.encode()}, False),
        ({b"sec-fetch-site": b"same-origin"}, False),
        ({b"origin": HOME.encode(), b"cookie": b"session=1"}, False),
        ({}, False),
        ({b"sec-fetch-site": b"cross-site"}, True),
        ({b"sec-fetch-site": b"same-site", b"cookie": b"session=1"}, True),
        ({b"sec-fetch-site": b"same-origin", b"origin": b"https://evil.example"}, True),
        ({b"origin": b"https://evil.example"}, True),
        ({b"origin": b"null", b"cookie": b"session=1"}, True),
        ({b"origin": b"https://sub.tatiana.example", b"cookie": b"session=1"}, True),
        ({b"origin": b"https://tatiana.example.evil.example", b"cookie": b"session=1"}, True),
        ({b"origin": b"http://tatiana.example", b"cookie": b"session=1"}, True),
        ({b"cookie": b"session=1"}, True),
        ({b"authorization": b"Bearer x"}, False),
        (
            {b"authorization": b"Bearer x", b"origin": b"https://friend.example", b"sec-fetch-site": b"cross-site"},
            False,
        ),
        ({b"authorization": b"Bearer x", b"origin": b"https://evil.example", b"sec-fetch-site": b"cross-site"}, True),
        ({b"origin": b"https://friend.example", b"cookie": b"session=1"}, True),
    ],
)
def test_only_our_own_pages_and_those_with_a_token_may_change_things(
    headers: dict[bytes, bytes], refused: bool
) -> None:
    assert foreign("POST", headers, SITE) is refused
    assert foreign("GET", headers, SITE) is False


async def test_another_sites_request_is_told_where_to_go_instead(settings: Settings) -> None:
    async with _client(settings) as client:
        answer = await client.post("/api/v1/nowhere", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "did not come from" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("client", "passed_on", "seen"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # nobody's proxy: what it says counts for nothing
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),  # what the client wrote itself stands further left
        ("10.0.0.1", ["1.2.3.4, 198.51.100.1, 10.0.0.7"], "198.51.100.1"),
        ("10.0.0.1", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),  # a proxy that adds a line of its own
        ("10.0.0.1", ["198.51.100.1", "10.0.0.7"], "198.51.100.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["no address"], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4, <script>"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1:5123"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("10.0.0.1", ["2001:DB8:0::1"], "2001:db8::1"),
        ("10.0.0.1", ["fe80::1%eth0"], "fe80::1"),
        # A socket on :: sees IPv4 in this notation.
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", ["::ffff:198.51.100.1, ::ffff:10.0.0.7"], "198.51.100.1"),
    ],
)
def test_an_address_is_believed_only_from_our_own_proxies(client: str, passed_on: list[str], seen: str) -> None:
    site = replace(SITE, trusted_proxies=(ip_network("10.0.0.0/8"),))
    headers = [(b"x-forwarded-for", line.encode()) for line in passed_on]
    assert address_of({"client": (client, 1), "headers": headers}, site) == seen


def test_a_host_whose_proxy_uses_a_header_of_its_own_is_believed_in_that_alone() -> None:
    site = replace(SITE, trusted_proxies=(ip_network("172.16.0.0/12"),), client_address_header=b"fly-client-ip")
    headers = [(b"x-forwarded-for", b"203.0.113.9, 66.241.124.230"), (b"fly-client-ip", b"203.0.113.9")]
    assert address_of({"client": ("172.16.4.2", 1), "headers": headers}, site) == "203.0.113.9"
    assert address_of({"client": ("172.16.4.2", 1), "headers": headers[:1]}, site) == "172.16.4.2"
    assert address_of({"client": ("198.51.100.7", 1), "headers": headers}, site) == "198.51.100.7"


async def test_pages_of_allowed_origins_may_call_the_api_and_others_may_not(settings: Settings) -> None:
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,if-match"}
    async with _client(replace(settings, allowed_origins=frozenset({"https://friend.example"}))) as client:
        friend = await client.options("/api/v1/openapi.json", headers={"Origin": "https://friend.example", **asked})
        stranger = await client.options("/api/v1/openapi.json", headers={"Origin": "https://evil.example", **asked})
    assert friend.headers["access-control-allow-origin"] == "https://friend.example"
    assert "access-control-allow-credentials" not in friend.headers
    assert "access-control-allow-origin" not in stranger.headers


async def test_who_hangs_up_in_the_middle_of_a_body_is_no_failure_of_ours(settings: Settings) -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"refresh', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    path = "/api/v1/auth/refresh"
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": path,
        "raw_path": path.encode(), "root_path": "", "query_string": b"", "client": ("127.0.0.1", 1), "server": None,
        "headers": [(b"host", b"bot.test"), (b"content-type", b"application/json")],
    }  # fmt: skip
    app = create_app(settings)
    async with running(app):
        with capture_logs() as logged:
            await app(scope, receive, send)
    assert sent == []
    assert [one for one in logged if one["log_level"] in ("warning", "error")] == []
    counted = metrics.exposition().decode()
    assert 'why="left"' in counted
