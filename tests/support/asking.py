"""Requests to every operation of the API that are formed well enough to be carried out, made from its examples."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from playground.world.cast import ALICE, MANAGER
from services import settings
from services.core.actors import Actor
from services.core.transactions import rows
from services.directory.scopes import GUILDS_READ
from services.economy import reversals
from services.identity import api_keys, refresh_tokens, sessions
from services.privacy import erasure, exports
from services.settings import Source, documents
from tests.conftest import HOME, Whole
from tests.support.browser import browser, query_of
from tests.support.callers import Ask
from tests.support.coins import give
from tests.support.wares import sell
from web.api.settings.change_sets import Application
from web.frame.endpoint import Endpoint
from web.frame.idempotency import HEADER

VERIFIER = "v" * 43
_GAP = re.compile(r"{(\w+):\w+}")
_unused = itertools.count(1)


class Whose(NamedTuple):
    """For whom, and in which server, things are to be there."""

    whole: Whole
    guild_id: int
    user_id: int


Thing = Callable[[Whose], Awaitable[Any]]


async def ask_for(route: str, method: str, endpoint: Endpoint, whose: Whose) -> Ask:
    """A request that nothing speaks against, each with new things of its own."""
    if endpoint.id in BEFORE:
        await BEFORE[endpoint.id](whose)
    values = {name: str(await THINGS[name](whose)) for name in _GAP.findall(route)}
    operation = endpoint.operation
    body = await _body(endpoint, whose) if operation.body else None
    query = {
        name: str(field.examples[0]) if field.examples else "a"
        for name, field in (operation.query.model_fields.items() if operation.query else ())
        if field.is_required()
    }
    headers = {HEADER: f"unused {next(_unused)}"} if method != "GET" else {}
    if operation.versioned:
        headers["If-Match"] = f'"v{(await settings.now(whose.guild_id)).version}"'
    return Ask(route, method, values, body, query, headers)


async def _body(endpoint: Endpoint, whose: Whose) -> Any:
    model, operation = endpoint.operation.body, endpoint.operation
    assert model is not None
    if operation.example is not None:
        shown = dict(operation.example)
    else:
        shown = {name: one.examples[0] for name, one in model.model_fields.items() if one.examples}
    for name in shown:
        if name in IN_BODIES:
            shown[name] = await IN_BODIES[name](whose)
    return shown


async def _guild(whose: Whose) -> int:
    return whose.guild_id


async def _user(whose: Whose) -> int:
    return whose.user_id


async def _member(_whose: Whose) -> str:
    return str(ALICE)  # in both servers


async def _transfer(whose: Whose) -> int:
    return await give(whose.user_id, 5, whose.guild_id)


async def _item(whose: Whose) -> int:
    return (await sell(f"Rope {next(_unused)}", guild_id=whose.guild_id)).id


async def _key(whose: Whose) -> int:
    for one in await api_keys.of(whose.guild_id):
        if one.name == "to be revoked":
            return one.id
    made, _ = await api_keys.create(whose.guild_id, whose.user_id, "to be revoked", {GUILDS_READ})
    return made.id


async def _key_of_another(whose: Whose) -> None:
    await rows("UPDATE api_keys SET created_by = $2 WHERE id = $1", await _key(whose), ALICE)


async def _session(whose: Whose) -> int:
    await sessions.start(whose.user_id)
    (newest,) = await rows("SELECT max(id) AS id FROM sessions")
    return int(newest["id"])


async def _change(whose: Whose) -> int:
    changes = {"economy.daily": 300 + next(_unused)}
    made = await settings.save(whose.guild_id, whose.user_id, changes, source=Source.COMMAND)
    assert made is not None
    return made.number


async def _export(whose: Whose) -> int:
    made = await exports.request(whose.user_id)
    await exports.run(made.id)
    return made.id


async def _wish(whose: Whose) -> None:
    await erasure.request(whose.user_id)


async def _no_wish(whose: Whose) -> None:
    if await erasure.pending(whose.user_id):
        await erasure.cancel(whose.user_id)


async def _number(whose: Whose) -> str:
    return str(await _transfer(whose))


async def _plan(whose: Whose) -> str:
    number = await give(ALICE, 5, whose.guild_id)
    return str((await reversals.plan(whose.guild_id, Actor(whose.user_id, ""), number, "")).id)


async def _digest(whose: Whose) -> str:
    document = Application.model_fields["document"].examples
    assert document
    return (await documents.plan(whose.guild_id, documents.read(document[0]))).digest


async def _name(_whose: Whose) -> str:
    return f"Thing {next(_unused)}"


async def _refresh_token(whose: Whose) -> str:
    return (await refresh_tokens.begin(whose.user_id)).refresh_token


async def _code(whose: Whose) -> str:
    """A code from Discord for VERIFIER."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    async with browser(whose.whole) as window:
        start = await window.leave()
        asked = query_of(start) | {"code_challenge": challenge}
        return query_of(await window.allow(f"{start.partition('?')[0]}?{urlencode(asked)}", MANAGER))["code"]


async def _verifier(_whose: Whose) -> str:
    return VERIFIER


async def _redirect_uri(_whose: Whose) -> str:
    return f"{HOME}/login/callback"


# What fills the gaps of a path.
THINGS: Mapping[str, Thing] = {
    "guild_id": _guild,
    "user_id": _user,
    "transfer": _transfer,
    "item_id": _item,
    "key_id": _key,
    "session_id": _session,
    "number": _change,
    "export_id": _export,
}
# What stands in a body of this name, instead of what its example shows.
IN_BODIES: Mapping[str, Thing] = {
    "user_id": _member,
    "number": _number,
    "plan_id": _plan,
    "digest": _digest,
    "name": _name,
    "refresh_token": _refresh_token,
    "code": _code,
    "code_verifier": _verifier,
    "redirect_uri": _redirect_uri,
}
# What has to have happened.
BEFORE: Mapping[str, Thing] = {
    "privacy.pending": _wish,
    "privacy.cancel": _wish,
    "privacy.erase": _no_wish,
    "settings.replace": _change,
    "settings.change": _change,
    "change_sets.apply": _change,
    "keys.take_over": _key_of_another,
}
