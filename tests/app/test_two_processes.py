"""Two web processes behind nginx: whatever one did, the other knows, and replacing them one by one loses nothing."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from nacl.signing import SigningKey
from websockets.asyncio.client import connect

from playground.world.cast import ALICE, HARBOUR, MANAGER
from tests.app.front import Front
from tests.app.installation import Installation
from tests.support import bot
from tests.support.bot import Bot, signed

MISSING = [program for program in ("nginx", "redis-server") if shutil.which(program) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}")

CONFIG = f"/api/v1/guilds/{HARBOUR}/config"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    installation = Installation(tmp_path_factory.mktemp("behind"))
    made = Front(installation, 2)
    # The playground sends people back only to where it was told that we are.
    installation.environ["PUBLIC_URL"] = made.url
    try:
        installation.start()
        made.start()
        yield made
    finally:
        made.stop()
        installation.clean_up()


@pytest.fixture
def manager(front: Front) -> Iterator[httpx.Client]:
    """A browser in which the manager is signed in."""
    with httpx.Client(base_url=front.url, headers={"Origin": front.url, "Sec-Fetch-Site": "same-origin"}) as browser:
        consent = browser.get("/login/start").headers["location"]
        back = httpx.post(consent, data={"user_id": str(MANAGER), "decision": "authorize"}).headers["location"]
        assert browser.get(back).status_code == 303
        yield browser


def each(front: Front, browser: httpx.Client) -> list[httpx.Client]:
    """The same browser, going to each process by itself."""
    headers = {**browser.headers, "Origin": front.url}
    return [
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, cookies=dict(browser.cookies))
        for port in front.ports
    ]


def test_who_signed_in_through_one_is_known_to_the_other_and_signed_out_of_both(
    front: Front, manager: httpx.Client
) -> None:
    one, other = each(front, manager)
    assert [client.get("/api/v1/users/me/sessions").status_code for client in (one, other)] == [200, 200]
    assert one.post("/logout").status_code == 303
    assert [client.get("/api/v1/users/me/sessions").status_code for client in (one, other)] == [401, 401]


def test_a_setting_saved_by_one_is_read_from_the_other_and_only_one_of_two_savers_wins(
    front: Front, manager: httpx.Client
) -> None:
    one, other = each(front, manager)
    for daily in (301, 302, 303):
        before = other.get(CONFIG)
        body = {"settings": {"economy": {"daily": daily}}}
        if_match = {"If-Match": before.headers["etag"]}
        saved = one.patch(CONFIG, json=body, headers=if_match)
        assert saved.status_code == 200, saved.text
        assert other.get(CONFIG).json()["settings"]["economy"]["daily"] == daily
        late = other.patch(CONFIG, json={"settings": {"economy": {"daily": 1}}}, headers=if_match)
        assert (late.status_code, late.json()["current"]["economy.daily"]) == (412, daily)


def test_one_key_sent_to_both_at_once_has_one_effect_and_one_answer(front: Front, manager: httpx.Client) -> None:
    change = manager.get(f"{CONFIG}/changes?limit=1").json()["changes"][0]["number"]
    where = f"{CONFIG}/changes/{change}/reversals"
    clients = each(front, manager)
    answers: list[httpx.Response] = []

    def send(client: httpx.Client) -> None:
        answers.append(client.post(where, json={}, headers={"Idempotency-Key": "the same"}, timeout=20))

    threads = [threading.Thread(target=send, args=(clients[place % 2],)) for place in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert manager.get(f"{CONFIG}/changes?limit=1").json()["changes"][0]["number"] == change + 1


def test_the_same_click_delivered_to_both_is_one_click(front: Front) -> None:
    key = _key(front)
    body = json.dumps(_click(front, "daily", ALICE)).encode()
    answers = [
        httpx.post(f"http://127.0.0.1:{port}/interactions", content=body, headers=signed(key, body)).json()
        for port in front.ports * 2
    ]
    assert answers[1:] == answers[:1] * 3


async def test_what_one_did_reaches_a_socket_of_the_other(front: Front, manager: httpx.Client) -> None:
    one, other = each(front, manager)
    ticket = one.post("/api/v1/socket-tickets").json()["ticket"]
    async with connect(f"{front.url.replace('http', 'ws')}/ws", origin=front.url) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"type": "ticket", "ticket": ticket}))
        assert json.loads(await socket.recv())["type"] == "hello"
        await socket.send(json.dumps({"type": "subscribe", "guild_id": str(HARBOUR), "kinds": ["setting"]}))
        assert json.loads(await socket.recv())["type"] == "subscribed"
        for client, symbol in ((one, "shells"), (other, "pearls")):
            etag = client.get(CONFIG).headers["etag"]
            body = {"settings": {"economy": {"symbol": symbol}}}
            assert client.patch(CONFIG, json=body, headers={"If-Match": etag}).status_code == 200
            async with asyncio.timeout(20):
                assert json.loads(await socket.recv())["kind"] == "setting"


async def test_replacing_one_after_the_other_fails_no_request(front: Front, manager: httpx.Client, full: bool) -> None:
    cookies, wanted = dict(manager.cookies), 10_000 if full else 1_000
    seen: Counter[str] = Counter()
    over = asyncio.Event()

    async def load(*, keep: bool) -> None:
        limits = httpx.Limits(max_keepalive_connections=None if keep else 0)
        async with httpx.AsyncClient(base_url=front.url, cookies=cookies, limits=limits, timeout=20) as client:
            while not over.is_set() or sum(seen.values()) < wanted:
                seen[await _one(client, front, seen.total())] += 1

    loads = [asyncio.create_task(load(keep=place % 2 == 0)) for place in range(6)]
    for _ in range(5 if full else 2):
        for port in list(front.ports):
            await asyncio.to_thread(front.replace, port)
    over.set()
    await asyncio.gather(*loads)
    assert set(seen) == {"200"}, (seen, front.complaints())
    assert seen["200"] >= wanted


async def _one(client: httpx.AsyncClient, front: Front, number: int) -> str:
    """One click or one look at the API; the status, or what kept it from having one."""
    try:
        if number % 40 == 0:  # people may read 600 times a minute
            return str((await client.get("/api/v1/users/me/sessions")).status_code)
        body = json.dumps(_click(front, "ping", ALICE)).encode()
        answer = await client.post("/interactions", content=body, headers=signed(_key(front), body))
        return str(answer.status_code)
    except httpx.HTTPError as error:
        return type(error).__name__


def _key(front: Front) -> SigningKey:
    return SigningKey(bytes.fromhex(_identity(front)["signing_key"]))


def _click(front: Front, command: str, user_id: int) -> dict[str, object]:
    payload = Bot(None, bot.KEY).command(command, by=user_id, guild=HARBOUR)
    return payload | {"application_id": _identity(front)["application_id"]}


def _identity(front: Front) -> dict[str, str]:
    found: dict[str, str] = json.loads(Path(front.identity).read_text())
    return found
