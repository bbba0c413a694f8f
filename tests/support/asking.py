"""Valid requests to every API operation, built from its examples."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

from services import settings
from tests.support.callers import Ask
from tests.support.examples import Make, Whose, joined
from web.frame.endpoint import Endpoint
from web.frame.idempotency import HEADER

_GAP = re.compile(r"{(\w+):\w+}")
_unused = itertools.count(1)

IN_PATHS: Mapping[str, Make] = joined(lambda area: area.in_paths)
IN_BODIES: Mapping[str, Make] = joined(lambda area: area.in_bodies)
OF_ONE: Mapping[str, Make] = joined(lambda area: area.of_one)
BEFORE: Mapping[str, Make] = joined(lambda area: area.before)


async def ask_for(route: str, method: str, endpoint: Endpoint, whose: Whose) -> Ask:
    """A valid request with fresh objects."""
    if endpoint.id in BEFORE:
        await BEFORE[endpoint.id](whose)
    makes = {name: OF_ONE.get(f"{endpoint.id}.{name}") or IN_PATHS[name] for name in _GAP.findall(route)}
    values = {name: str(await make(whose)) for name, make in makes.items()}
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
        if make := OF_ONE.get(f"{endpoint.id}.{name}") or IN_BODIES.get(name):
            shown[name] = await make(whose)
    return shown
