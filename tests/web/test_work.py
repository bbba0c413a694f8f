"""Whatever anybody sends, nobody else waits for it: every input of every door, with what takes longest to read."""

from __future__ import annotations

import contextlib
import itertools
import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from pydantic import BaseModel

from discord_api.markdown import plain
from interactions.declare import COMMANDS, Kind
from playground.world.cast import HARBOUR, MANAGER
from services.core import amounts, cursors, json_keys
from services.core.errors import UserError
from services.economy.settings import EconomySettings
from services.identity.authority import Role
from services.settings import time_zones, typed, yaml_text
from tests.support.asking import ask_for
from tests.support.bot import MANAGER as ADMIN
from tests.support.bot import Bot
from tests.support.callers import OPERATIONS, Patient, a_minute_passes, by_token, in_a_browser, known
from tests.support.examples import Whose
from tests.support.hostile import BODIES, MESSAGE, TEXTS, some
from tests.support.steps import HELD, Held
from tests.support.whole import Whole
from tests.web.conftest import Send
from tests.web.test_page_matrix import FORMS, place
from web.discord_markup import said, unmarked
from web.frame.body import LIMIT, QUERY_LIMIT
from web.frame.forms import Form
from web.frame.types import Query
from web.languages import preferred
from web.sockets.messages import read

pytestmark = pytest.mark.within

LONG = 32 * 1024 - 200  # bytes of a header that the server lets in

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
    time_zones._folded,
    preferred,
    json_keys.repeated,
    read,
]


async def test_no_form_holds_the_loop(whole: Whole, send: Send, held: Held, full: bool) -> None:
    headers = await in_a_browser(whole)
    names = _names(Form) | set(EconomySettings.model_fields) | {"document", "digest", "mine", "map-1", "version"}
    texts = {
        name: urlencode(dict.fromkeys(names, text[: 40 if name == "emoji" else 500])) for name, text in TEXTS.items()
    }
    for path, method, page in FORMS:
        if method == "GET":
            continue
        for kind in (FORM, PARTS):
            await a_minute_passes()
            for name, body in some(BODIES | texts, full).items():
                said = headers | {"Content-Type": kind}
                await held.look(f"{page.id} {name}", partial(send, method, place(path), said, body.encode()[:LIMIT]))


async def test_no_document_of_settings_holds_the_loop(whole: Whole, send: Send, held: Held) -> None:
    headers = await in_a_browser(whole) | {"Content-Type": FORM}
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
        for name, body in some(BODIES | _filled(ask.body), full).items():
            await held.look(f"{operation.id} {name}", partial(send, method, ask.path, headers, body.encode()[:LIMIT]))


async def test_no_query_holds_the_loop(whole: Whole, send: Send, held: Held, full: bool) -> None:
    headers = await in_a_browser(whole)
    admin = await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})
    names = _names(Query) | {"search", "after", "before", "next", "done", "days", "compare", "sort", "version"}
    name_of = itertools.cycle(sorted(names))
    pages = [(page.id, place(path), headers) for path, method, page in FORMS if method == "GET"]
    for route, method, operation in OPERATIONS:
        if method == "GET":
            ask = await ask_for(route.path, method, operation, Whose(whole, HARBOUR, MANAGER))
            pages.append((operation.id, ask.path, {"Host": "bot.test", **admin.headers}))
    for page, path, given in pages:
        for name, text in some(TEXTS, full).items():
            await a_minute_passes()
            for query in (text, urlencode(dict.fromkeys(names, text[:60])), f"{next(name_of)}={quote(text)}"):
                await held.look(f"{page}?{name}", partial(send, "GET", path, given, b"", query.encode()[:QUERY_LIMIT]))


@pytest.mark.parametrize("path", ["/", "/login", f"/servers/{HARBOUR}", f"/api/v1/guilds/{HARBOUR}", "/static/app.js"])
async def test_no_header_holds_the_loop(whole: Whole, send: Send, held: Held, path: str, full: bool) -> None:
    headers = await in_a_browser(whole)
    for name, pieces in HEADERS.items():
        for piece in (*pieces, *some(TEXTS, full).values()):
            text = (piece * (LONG // len(piece) + 1))[:LONG].replace("\n", " ")
            for method in ("GET", "POST"):
                await held.look(
                    f"{method} {path} {name}: {piece[:20]}", partial(send, method, path, headers | {name: text})
                )


async def test_no_option_of_a_command_holds_the_loop(bot: Bot, held: Held, full: bool) -> None:
    await bot.slash("ping")
    for (kind, name), command in COMMANDS.items():
        options = [parameter for parameter in command.parameters if parameter.type is str] if kind is Kind.CHAT else []
        for text in some(TEXTS, full).values():
            given: dict[str, Any] = {option.name: text[:MESSAGE] for option in options}
            if given:
                await held.look(f"/{name} {text[:10]}", partial(bot.slash, name, by=ADMIN, **given))
            for option in options:
                if option.option.autocomplete:
                    await held.look(
                        f"/{name} {option.name} {text[:10]}",
                        partial(bot.complete, name, option.name, text[:MESSAGE], by=ADMIN),
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
    for kind in kinds:
        kinds += kind.__subclasses__()
    return {name for kind in kinds for name in kind.model_fields}
