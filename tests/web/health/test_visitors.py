"""Whoever runs the bot is told when a proxy makes all visitors look like one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network

import pytest
from httpx import ASGITransport, AsyncClient

from app.main import create_app
from app.settings import Settings
from services.core.probes import Finding, State
from services.health import doctor, visitors
from tests.support.lifespan import running

HOME = "https://tatiana.example"
PROXY, HOUSE = "172.31.81.5", "81.2.69.142"


@asynccontextmanager
async def asked(settings: Settings, *visits: tuple[str, dict[str, str]]) -> AsyncIterator[Finding]:
    """What /doctor says after these visits, each from an address and with headers."""
    app = create_app(settings)
    async with running(app):
        for address, headers in visits:
            transport = ASGITransport(app, client=(address, 1))
            async with AsyncClient(transport=transport, base_url=HOME, headers=headers) as client:
                await client.get("/api/docs")
        (finding,) = await doctor.examine(1, "proxy")
        yield finding
    visitors.forget()


def people(address: str, number: int, headers: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    return [(address, {"User-Agent": f"browser {one}", **headers}) for one in range(number)]


@pytest.mark.parametrize(
    "visits",
    [
        pytest.param(people(PROXY, 1, {"X-Forwarded-For": "203.0.113.9"}), id="its word is not taken"),
        pytest.param(people(PROXY, 1, {"Fly-Client-IP": "203.0.113.9"}), id="in a header of its own"),
        pytest.param(people(f"::ffff:{PROXY}", 1, {"X-Forwarded-For": "203.0.113.9"}), id="on a socket for both"),
        pytest.param(people(PROXY, 3, {}), id="it says nothing"),
        pytest.param(people(HOUSE, 8, {}), id="an edge in front of the proxy"),
    ],
)
async def test_the_doctor_names_the_address_that_everybody_comes_from(
    settings: Settings, visits: list[tuple[str, dict[str, str]]]
) -> None:
    fly = replace(settings, public_url=HOME, client_address_header="Fly-Client-IP")
    async with asked(fly, *visits) as finding:
        assert finding.state is State.LIMITED
        assert visits[0][0].removeprefix("::ffff:") in str(finding.text)
        assert "TRUSTED_PROXIES" in str(finding.fix)


@pytest.mark.parametrize(
    "visits",
    [
        pytest.param(people(PROXY, 2, {}), id="few"),
        pytest.param(people(HOUSE, 7, {}), id="a home"),
        pytest.param([*people(PROXY, 3, {}), *people(HOUSE, 1, {})], id="several addresses"),
        pytest.param(people(HOUSE, 1, {"X-Forwarded-For": "203.0.113.9"}), id="a stranger's invention"),
    ],
)
async def test_the_doctor_says_nothing_of_visitors_who_may_be_what_they_seem(
    settings: Settings, visits: list[tuple[str, dict[str, str]]]
) -> None:
    async with asked(replace(settings, public_url=HOME), *visits) as finding:
        assert finding.state is State.WORKS


async def test_behind_a_trusted_proxy_visitors_are_told_apart(settings: Settings) -> None:
    trusting = replace(settings, public_url=HOME, trusted_proxies=(ip_network("172.31.81.0/24"),))
    visits = [(PROXY, {"X-Forwarded-For": f"203.0.113.{one}"}) for one in range(10)]
    async with asked(trusting, *visits) as finding:
        assert finding.state is State.WORKS


async def test_on_this_machine_alone_there_is_one_address_and_that_is_right(settings: Settings) -> None:
    async with asked(replace(settings, public_url="http://127.0.0.1:8080"), *people("127.0.0.1", 9, {})) as finding:
        assert finding.state is State.WORKS
