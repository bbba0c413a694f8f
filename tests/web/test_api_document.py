"""The OpenAPI document: valid, complete, and in step with the table of who may what."""

from __future__ import annotations

import json

from openapi_spec_validator import validate
from starlette.routing import Route

from tests.support.bot import Bot
from web.frame.endpoint import Endpoint, Resource
from web.frame.rules import POLICY
from web.routes import API

OPERATIONS: list[tuple[Route, str, Endpoint]] = [
    (route, method, operation)
    for route in API
    if isinstance(route.endpoint, Resource)
    for method, operation in route.endpoint.operations.items()
    if isinstance(operation, Endpoint)
]


async def test_the_document_is_valid_openapi(bot: Bot) -> None:
    answer = await bot.client.get("/api/v1/openapi.json")
    validate(answer.json())
    again = await bot.client.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_every_operation_stands_in_the_table_of_who_may_what_and_nothing_else_does() -> None:
    assert {operation.id for _, _, operation in OPERATIONS} == set(POLICY)


def test_every_operation_says_what_it_does_and_every_body_shows_an_example() -> None:
    silent = [o.id for _, _, o in OPERATIONS if not o.operation.summary or not o.function.__doc__]
    bare = [o.id for _, _, o in OPERATIONS if o.operation.body and not _has_example(o)]
    assert (silent, bare) == ([], [])


def test_what_reads_only_has_no_body_and_what_writes_is_no_get() -> None:
    assert [o.id for _, method, o in OPERATIONS if method == "GET" and o.operation.body] == []


def _has_example(operation: Endpoint) -> bool:
    body = operation.operation.body
    assert body is not None
    if operation.operation.example is not None:
        body.model_validate_json(json.dumps(operation.operation.example))
        return True
    fields = body.model_fields.values()
    return all(field.examples or not field.is_required() for field in fields)
