"""Whatever anybody sends, nobody else waits for it: every input of every door, with what takes longest to read."""

from __future__ import annotations

import contextlib
import gc
import itertools
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from pydantic import BaseModel
from starlette.types import Message

from discord_api.markdown import plain
from interactions.declare import COMMANDS, Kind
from playground.cast import HARBOUR, MANAGER
from services import amounts, json_keys, sessions
from services.authority import Role
from services.directory import cursors
from services.errors import UserError
from services.settings import EconomySettings, typed, yaml_text
from tests.asking import Whose, ask_for
from tests.bot import MANAGER as ADMIN
from tests.bot import Bot
from tests.callers import OPERATIONS, Patient, a_minute_passes, by_token, known
from tests.conftest import HOME, Whole
from tests.steps import longest_step
from tests.web.test_page_matrix import FORMS, place
from web.frame.body import LIMIT, QUERY_LIMIT
from web.frame.forms import Form
from web.frame.types import Query
from web.languages import preferred
from web.said import said, unmarked
from web.sockets.messages import read

pytestmark = pytest.mark.within

HELD = 0.05  # seconds
MESSAGE = 6000  # characters of the longest text that Discord lets anybody send
LONG = 32 * 1024 - 200  # bytes of a header that the server lets in

# Each is as long as it may be: repeated, or begun and never ended.
TEXTS = {
    name: (piece * LIMIT)[:LIMIT]
    for name, piece in {
        "brackets": "[", "braces": "{", "maps in maps": '{"a":', "lists of maps": '[{"a":', "dashes": "- ",
        "keys": "? ",
        "colons": "a: ", "quotes": '"', "backslashes": "\\", "stars": "**a", "backticks": "`a", "underscores": "_*",
        "mentions": "<@1>", "times": "<t:1:R>", "tags": "<b>", "entities": "&amp;", "digits": "9", "dots": "1.",
        "commas": "1,", "spaces": " ", "lines": "\n", "anchors": "&a ", "aliases": "*a ", "percents": "%25",
        "pluses": "+", "ampersands": "a=1&", "semicolons": "a=1;", "emoji": "🪙", "accents": "e\u0301", "slashes": "/a",
        "links": "[a](b)", "numbers and signs": "1e9", "names": "a.b.c.",
        "sixties": "1:", "nulls": "null,",
    }.items()
}  # fmt: skip
BODIES = {
    "fields": "&".join(f"f{number}=1" for number in range(9000)),
    "one field again and again": "a=1&" * (LIMIT // 4),
    "nothing but signs between fields": "&" * LIMIT,
    "objects": "{" + ",".join(f'"k{number}":{{}}' for number in range(5000)) + "}",
    "lists": "[" + "[]," * (LIMIT // 4) + "[]]",
    "numbers": "[" + "1," * (LIMIT // 2 - 2) + "1]",
    "parts": "".join(f'--x\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n\r\n' for n in range(1000)) + "--x--",
    "headers of parts": "--x\r\n" + "A: b\r\n" * (LIMIT // 7) + "\r\n\r\n--x--",
}
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
HEADERS = {
    "accept-language": ("a;q=0.1,", "pt-BR,", ",", ";"),
    "accept": ("text/html,", ","),
    "accept-encoding": ("gzip,", ","),
    "cookie": ("a=b;", ";", '"\\', "session=a;"),
    "if-none-match": ('"a",', 'W/"', ","),
    "if-match": ('"', "v9"),
    "authorization": ("Bearer ", "a.", "tat_1_"),
    "idempotency-key": ("a", " "),
    "content-type": ("a;b=c;", '"\\', "multipart/form-data;boundary="),
    "origin": ("https://a.", "/"),
    "referer": ("https://a/", "%25"),
    "hx-current-url": ("https://a/?a&", "[", "/"),
    "x-forwarded-for": ("1.1.1.1,", "::1,", ","),
    "host": ("a.", ":"),
    "user-agent": ("(", "a/1 "),
    "range": ("bytes=0-1,",),
}

SAMPLE = 3  # of the cases, unless all are asked for
PARSERS: list[Callable[[str], Any]] = [
    yaml_text.load,
    amounts.parse,
    typed.mapped,
    lambda text: typed.read({"general.staff_role_ids": text}, "pt-BR"),
    lambda text: typed.read({"economy.zone": text}, "pt-BR"),
    lambda text: cursors.unpacked(text, "name", str),
    lambda text: said(text[:MESSAGE]),
    lambda text: unmarked(text[:MESSAGE]),
    lambda text: plain(text[:MESSAGE]),
    preferred,
    json_keys.repeated,
    read,
]

Send = Callable[..., Awaitable[int]]


@pytest.fixture
async def send(whole: Whole) -> Send:
    """One request to the app itself, so that nobody's client is measured with it."""

    async def one(method: str, path: str, headers: Mapping[str, str], body: bytes = b"", query: bytes = b"") -> int:
        arriving: list[Message] = [{"type": "http.request", "body": body}, {"type": "http.disconnect"}]
        status = 0

        async def receive() -> Message:
            return arriving.pop(0) if arriving else {"type": "http.disconnect"}

        async def answered(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)

        said = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path,
            "raw_path": path.encode(), "root_path": "", "query_string": query, "headers": said,
            "client": ("127.0.0.1", 1), "server": ("bot.test", 80),
        }  # fmt: skip
        await whole.app(scope, receive, answered)
        return status

    return one


class Held:
    """What held the loop for too long, and how long."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.most = 0.0

    async def look(self, name: str, act: Callable[[], Awaitable[Any]]) -> None:
        """Three times at most: what a step met by chance, such as the collector, it does not meet each time."""
        seconds = []
        for _ in range(3):
            with longest_step() as step:
                await act()
            seconds.append(step.seconds)
            if step.seconds < HELD:
                break
        self.most = max(self.most, min(seconds))
        if min(seconds) >= HELD:
            self.found.append(f"{name}: {min(seconds) * 1000:.0f} ms")


@pytest.fixture
def held() -> Iterator[Held]:
    looked = Held()
    gc.collect()
    gc.freeze()
    yield looked
    gc.unfreeze()
    assert not looked.found, "\n".join(looked.found)


async def test_no_form_holds_the_loop(whole: Whole, send: Send, held: Held, full: bool) -> None:
    headers = await _in_a_browser(whole)
    names = _names(Form) | set(EconomySettings.model_fields) | {"document", "digest", "mine", "map-1", "version"}
    texts = {
        name: urlencode(dict.fromkeys(names, text[: 40 if name == "emoji" else 500])) for name, text in TEXTS.items()
    }
    for path, method, page in FORMS:
        if method == "GET":
            continue
        for kind in (FORM, PARTS):
            await a_minute_passes()
            for name, body in _some(BODIES | texts, full).items():
                said = headers | {"Content-Type": kind}
                await held.look(f"{page.id} {name}", partial(send, method, place(path), said, body.encode()[:LIMIT]))


async def test_no_document_of_settings_holds_the_loop(whole: Whole, send: Send, held: Held) -> None:
    headers = await _in_a_browser(whole) | {"Content-Type": FORM}
    for name, text in TEXTS.items():
        for before in ("", "schema: 1\nsettings:\n  economy:\n    symbol: "):
            body = f"document={quote(before + text)}"[:LIMIT].encode()
            for path in ("document", "document/applications"):
                await a_minute_passes()
                await held.look(name, partial(send, "POST", f"/servers/{HARBOUR}/settings/{path}", headers, body))


async def test_no_body_of_the_api_holds_the_loop(whole: Whole, send: Send, held: Held, full: bool) -> None:
    whole.play._state.rates = Patient()
    await known(whole, MANAGER, HARBOUR)
    admin = await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})
    for route, method, operation in OPERATIONS:
        if operation.operation.body is None:
            continue
        ask = await ask_for(route.path, method, operation, Whose(whole, HARBOUR, MANAGER))
        headers = {"Host": "bot.test", "Content-Type": "application/json", **ask.headers, **admin.headers}
        await a_minute_passes()
        for name, body in _some(BODIES | _filled(ask.body), full).items():
            await held.look(f"{operation.id} {name}", partial(send, method, ask.path, headers, body.encode()[:LIMIT]))


async def test_no_query_holds_the_loop(whole: Whole, send: Send, held: Held, full: bool) -> None:
    headers = await _in_a_browser(whole)
    admin = await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})
    names = _names(Query) | {"search", "after", "before", "next", "done", "days", "compare", "sort", "version"}
    name_of = itertools.cycle(sorted(names))
    pages = [(page.id, place(path), headers) for path, method, page in FORMS if method == "GET"]
    for route, method, operation in OPERATIONS:
        if method == "GET":
            ask = await ask_for(route.path, method, operation, Whose(whole, HARBOUR, MANAGER))
            pages.append((operation.id, ask.path, {"Host": "bot.test", **admin.headers}))
    for page, path, given in pages:
        for name, text in _some(TEXTS, full).items():
            await a_minute_passes()
            for query in (text, urlencode(dict.fromkeys(names, text[:60])), f"{next(name_of)}={quote(text)}"):
                await held.look(f"{page}?{name}", partial(send, "GET", path, given, b"", query.encode()[:QUERY_LIMIT]))


@pytest.mark.parametrize("path", ["/", "/login", f"/servers/{HARBOUR}", f"/api/v1/guilds/{HARBOUR}", "/static/app.js"])
async def test_no_header_holds_the_loop(whole: Whole, send: Send, held: Held, path: str, full: bool) -> None:
    headers = await _in_a_browser(whole)
    for name, pieces in HEADERS.items():
        for piece in (*pieces, *_some(TEXTS, full).values()):
            text = (piece * (LONG // len(piece) + 1))[:LONG].replace("\n", " ")
            for method in ("GET", "POST"):
                await held.look(
                    f"{method} {path} {name}: {piece[:20]}", partial(send, method, path, headers | {name: text})
                )


async def test_no_option_of_a_command_holds_the_loop(bot: Bot, held: Held, full: bool) -> None:
    await bot.slash("ping")
    for (kind, name), command in COMMANDS.items():
        options = [one for one in command.parameters if one.type is str] if kind is Kind.CHAT else []
        for text in _some(TEXTS, full).values():
            given: dict[str, Any] = {one.name: text[:MESSAGE] for one in options}
            if given:
                await held.look(f"/{name} {text[:10]}", partial(bot.slash, name, by=ADMIN, **given))
            for one in options:
                if one.option.autocomplete:
                    await held.look(
                        f"/{name} {one.name} {text[:10]}",
                        partial(bot.complete, name, one.name, text[:MESSAGE], by=ADMIN),
                    )


@pytest.mark.parametrize("parse", PARSERS)
def test_no_parser_takes_long(parse: Callable[[str], Any]) -> None:
    for name, text in TEXTS.items():
        seconds = []
        for _ in range(3):
            began = time.thread_time()
            with contextlib.suppress(UserError, yaml_text.BadYaml):
                parse(text)
            seconds.append(time.thread_time() - began)
        assert min(seconds) < HELD, name


async def _in_a_browser(whole: Whole) -> dict[str, str]:
    whole.play._state.rates = Patient()
    await known(whole, MANAGER, HARBOUR)
    return {"Host": "bot.test", "Cookie": f"session={await sessions.start(MANAGER)}", "Origin": HOME}


def _filled(body: dict[str, Any]) -> dict[str, str]:
    """The body with each text, and with many of it, in place of each field."""
    made = {}
    for field in body:
        for name, text in TEXTS.items():
            made[f"{field}: {name}"] = json.dumps(body | {field: text[: LIMIT // 3]})
            made[f"{field}: names of {name}"] = json.dumps(body | {field: {f"{text[:9]}{n}": n for n in range(1900)}})
        made[f"{field}: many"] = json.dumps(body | {field: [str(n) for n in range(3900)]})
        made[f"{field}: maps"] = json.dumps(body | {field: {"general": {f"x{n}": {"y": n} for n in range(1000)}}})
    return made


def _names(model: type[BaseModel]) -> set[str]:
    """The fields of every model of this kind."""
    kinds = [model]
    for one in kinds:
        kinds += one.__subclasses__()
    return {name for one in kinds for name in one.model_fields}


def _some(cases: Mapping[str, str], full: bool) -> Mapping[str, str]:
    """All of them in full; else each time others, so that every one meets something."""
    if full:
        return cases
    chance = random.Random(next(_turn))
    return {name: cases[name] for name in chance.sample(sorted(cases), min(SAMPLE, len(cases)))}


_turn = itertools.count()
