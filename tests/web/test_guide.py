"""The guide to the API does what it says: each block of it is typed into a shell, and what it shows is compared."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from html import unescape

import httpx
import pytest

from app import VERSION
from playground.world.cast import MANAGER
from tests.app.installation import ROOT, Installation
from tests.support.waiting import until
from web.frame import openapi
from web.routes import API, PREFIX

GUIDE = (ROOT / "docs/api.md").read_text()
PATIENCE = 20  # seconds for what one block prints
ENOUGH = 60 * 1024  # bytes of one line
_BLOCKS = re.compile(r"^```sh\n(?P<typed>.*?)^```\n(?:\n```\n(?P<shown>.*?)^```\n)?", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """What `scripts/run` starts."""
    made = Installation(tmp_path_factory.mktemp("guide"))
    made.start()
    yield made
    made.clean_up()


def allowed(address: str) -> str:
    """Choose the manager on the consent page and agree; where the browser is sent."""
    page = httpx.get(address).raise_for_status()
    assert "Samir Haddad" in unescape(page.text)
    answer = httpx.post(address, data={"user_id": str(MANAGER), "decision": "authorize"})
    return answer.headers["location"]


async def go_back(address: str) -> None:
    """Agree, and follow the browser to where somebody waits for it, or will in a moment."""
    back = await asyncio.to_thread(allowed, address)

    async def arrived() -> bool:
        try:
            return (await asyncio.to_thread(httpx.get, back)).is_success
        except httpx.ConnectError:
            return False

    await until(arrived)


class Terminal:
    """A shell in which one block after the other is typed."""

    def __init__(self, shell: asyncio.subprocess.Process, here: Installation) -> None:
        assert shell.stdin
        assert shell.stdout
        self._in, self._said, self._here = shell.stdin, _lines(shell.stdout), here

    def type(self, text: str) -> None:
        """As it stands in the guide, but for where this installation is."""
        at_home = text.replace("http://127.0.0.1:8080", self._here.url).replace(".venv/bin/python", sys.executable)
        self._in.write(at_home.encode())

    async def see(self, shown: str) -> list[str]:
        """The lines that the guide shows; `…` stands for anything. What runs beside the shell may speak up first."""
        seen = []
        waited_for = shown.replace("http://127.0.0.1:8081", self._here.page).splitlines()
        while waited_for:
            async with asyncio.timeout(PATIENCE):
                said = await anext(self._said)
            line = next((line for line in waited_for if _is(line, said)), None)
            assert line is not None, f"the guide shows\n  {waited_for}\nbut one sees\n  {said}"
            waited_for.remove(line)
            seen.append(said)
        return seen


async def _lines(out: asyncio.StreamReader) -> AsyncIterator[str]:
    """Each line; an event that came between an answer and the end of its line is one of its own."""
    while line := await out.readline():
        for said in line.decode().replace("}{", "}\n{").splitlines():
            if said:
                yield said


def _is(line: str, said: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in line.split("…")), said) is not None


@asynccontextmanager
async def terminal(here: Installation) -> AsyncIterator[Terminal]:
    pipe = asyncio.subprocess.PIPE
    shell = await asyncio.create_subprocess_exec("bash", cwd=ROOT, stdin=pipe, stdout=pipe, limit=ENOUGH)
    yield Terminal(shell, here)
    assert shell.stdin
    shell.stdin.close()
    async with asyncio.timeout(PATIENCE):
        await shell.wait()


async def test_the_client_in_python_does_all_of_it(started: Installation) -> None:
    pipe = asyncio.subprocess.PIPE
    client = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "docs/client.py"), started.url, stdout=pipe, stderr=pipe
    )
    assert client.stdout
    async with asyncio.timeout(PATIENCE):
        address = (await client.stdout.readline()).decode().removeprefix("Open ").strip()
    await go_back(address)
    async with asyncio.timeout(PATIENCE):
        said, complaints = await client.communicate()
    assert complaints == b""
    assert said.decode().splitlines() == [
        "signed in as samir.h in ['The Harbour']",
        "changed ['Daily pay: 200 → 260']",
        "paid once, answered alike: True",
        "event 25",
        "signed out, and refused: 401",
    ]


# The server is in use by now: the client has changed its settings and paid somebody, and then so has the guide.
@pytest.mark.parametrize("pasted", [False, True], ids=["block by block", "pasted at once"])
async def test_what_the_guide_says_is_what_happens(started: Installation, pasted: bool) -> None:
    seen: list[str] = []
    blocks = list(_BLOCKS.finditer(GUIDE))
    async with terminal(started) as shell:
        if pasted:
            shell.type("".join(block["typed"] for block in blocks))
        for block in blocks:
            if not pasted:
                shell.type(block["typed"])
            if "HTTPServer" in block["typed"]:
                await go_back(seen[-1])
            seen += await shell.see(block["shown"] or "")
    assert len(seen) > 20


def test_the_client_is_short_enough_to_read() -> None:
    assert len((ROOT / "docs/client.py").read_text().splitlines()) < 100


def test_the_guide_names_each_post_that_takes_no_idempotency_key() -> None:
    paths = openapi.document(API, prefix=PREFIX, server="https://bot.test", version=VERSION)["paths"]
    posts = {path: one["post"].get("parameters", []) for path, one in paths.items() if "post" in one}
    without = {path for path, given in posts.items() if all(one["name"] != "Idempotency-Key" for one in given)}
    said = re.search(r"Every `POST` except (.*?) requires an\s+`Idempotency-Key`", GUIDE, re.DOTALL)
    assert said
    named = re.findall(r"`(/[^`…]+)", said[1])
    assert {path for path in posts if any(name in path for name in named)} == without


def test_every_status_that_the_document_names_is_explained_in_the_guide() -> None:
    document = openapi.document(API, prefix=PREFIX, server="https://bot.test", version=VERSION)
    named = {code for path in document["paths"].values() for one in path.values() for code in one["responses"]}
    explained = {code for row in re.findall(r"^\| ([\d, ]+) \|", GUIDE, re.MULTILINE) for code in row.split(", ")}
    assert {code for code in named if code >= "400"} <= explained
