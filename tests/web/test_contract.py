"""The API against its own document: what the document says is true of every answer, whatever is sent."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from app.server import bind, serve
from playground.world.cast import ALICE, BOB, HARBOUR
from services import settings
from services.core import store
from services.identity import refresh_tokens
from tests.support.asking import IN_BODIES, IN_PATHS
from tests.support.behind import Gate
from tests.support.callers import desk_of, hire, known
from tests.support.coins import give
from tests.support.examples import Whose
from tests.support.lifespan import started
from tests.support.whole import Whole

PEOPLE = 12  # each has an allowance of their own, so that they are not told to wait all the time
_FIXED = b"bearer a-token-of-the-crowd"
_KEY = re.compile(rb"[!-~]{1,255}")

# Where more has to be right than a schema can say, and what is answered if it is not: values that have to fit each
# other or what is stored, documents of settings, and a code that Discord has to know.
BEYOND_SCHEMAS = {
    "analytics.activity": 422,
    "analytics.commands": 422,
    "analytics.economy": 422,
    "analytics.moderation": 422,
    "auth.login": 400,
    "change_sets.apply": 422,
    "change_sets.plan": 422,
    "economy_corrections.grant": 422,
    "economy_corrections.plan": 422,
    "economy_corrections.take": 422,
    "economy_transfers.index": 422,
    "keys.create": 422,  # takes no whole number that is written with a point
    "members.index": 422,
    "moderation.ban": 422,
    "moderation.change_role": 422,
    "moderation.kick": 422,
    "moderation.mute": 422,
    "moderation.warn": 422,
    "moderation_logs.change": 422,
    "moderation_logs.index": 422,
    "settings.change": 422,
    "settings.replace": 422,
    "shop.change": 422,
    "shop.create": 422,
}
ACCEPTED = ["2xx", "3xx", 401, 403, 404, 409, 412, 429, 503]


class Crowd:
    """Lets whoever comes with the one token be another admin each time, each from an address of their own."""

    def __init__(self, app: ASGIApp, tokens: list[str]) -> None:
        self._app, self._tokens = app, itertools.cycle(tokens)
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            number = next(self._numbers)
            if number % 200 == 0 and (redis := store.redis()):  # a minute passes
                await redis.flushdb()
            scope["client"] = (f"127.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 1)
            scope["headers"] = [(name, self._own(name, value)) for name, value in scope["headers"]]
        await self._app(scope, receive, send)

    def _own(self, name: bytes, value: bytes) -> bytes:
        if name == b"authorization" and value.lower() == _FIXED:
            return f"Bearer {next(self._tokens)}".encode()
        if name == b"idempotency-key" and _KEY.fullmatch(value):  # a client that knows what it does takes a new one
            return uuid.uuid4().hex.encode()
        return value


@pytest.mark.timeout(1200)
async def test_every_answer_is_as_the_document_says(
    whole: Whole, gate: Gate | None, tmp_path: Path, full: bool
) -> None:
    async with desk_of(whole):
        stewards = [hire(whole.play, HARBOUR) for _ in range(PEOPLE)]
        for user_id in stewards:
            await known(whole, user_id, HARBOUR)
        tokens = [(await refresh_tokens.begin(user_id)).access_token for user_id in stewards]
        (tmp_path / "schemathesis.toml").write_text(await _config(whole, stewards))
        listening = bind("127.0.0.1", 0)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        stop = asyncio.Event()
        serving = asyncio.create_task(serve([(started(Crowd(whole.app, tokens)), listening)], stop=stop))
        try:
            # nginx refuses TRACE itself, and names no other methods.
            without = ["--exclude-checks", "unsupported_method"] if gate else []
            code, said = await _run(address, tmp_path, 100 if full else 10, *without)
        finally:
            stop.set()
            await serving
    assert code == 0, said


async def _run(address: str, folder: Path, examples: int, *more: str) -> tuple[int, str]:
    running = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file", str(folder / "schemathesis.toml"),
        "run", f"{address}/api/v1/openapi.json", "--url", address,
        "--max-examples", str(examples), "--seed", "1", "--phases", "examples,coverage,fuzzing", "--checks", "all",
        "-H", "Authorization: Bearer a-token-of-the-crowd", "--continue-on-failure", "--no-shrink", *more,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await running.communicate()
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    assert running.returncode is not None
    return running.returncode, said.decode()


async def _config(whole: Whole, stewards: list[int]) -> str:
    """What is there to be asked for, so that not every id leads nowhere; and what may be refused nevertheless."""
    await give(ALICE, 100_000, HARBOUR)
    bound: dict[str, list[Any]] = {f"path.{name}": [] for name in IN_PATHS}
    bound |= {f"body.{name}": [] for name in ("number", "plan_id", "refresh_token")}
    for user_id in stewards[:4]:
        whose = Whose(whole, HARBOUR, user_id)
        for name, values in bound.items():
            where, _, plain = name.partition(".")
            made = await (IN_PATHS if where == "path" else IN_BODIES)[plain](whose)
            values.append(made if name == "path.number" else str(made))
    bound["path.user_id"] = bound["body.user_id"] = [*(str(steward) for steward in stewards), str(ALICE), str(BOB)]
    version = (await settings.now(HARBOUR)).version
    bound["header.If-Match"] = [f'"v{version}"', '"v0"']
    lines = ["[parameters]"]
    lines += [f'"{name}" = {{ dictionary = "{_plain(name)}", probability = 0.9 }}' for name in bound]
    for name, values in bound.items():
        lines += [f"[dictionaries.{_plain(name)}]", f"values = {json.dumps(values)}"]
    lines += ["[checks]", f"positive_data_acceptance.expected-statuses = {json.dumps(ACCEPTED)}"]
    for operation, status in BEYOND_SCHEMAS.items():
        lines += ["[[operations]]", f'include-operation-id = "{operation}"']
        lines += [f"checks.positive_data_acceptance.expected-statuses = {json.dumps([*ACCEPTED, status])}"]
    return "\n".join(lines) + "\n"


def _plain(parameter: str) -> str:
    return re.sub(r"[^a-z_]", "_", parameter.lower())
