"""The OpenAPI 3.1 document, generated from the operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.routing import Route

from services.core import areas
from web.frame.endpoint import Endpoint, Operation, Resource
from web.frame.idempotency import LONGEST
from web.frame.origins import SAFE
from web.frame.problems import MEDIA_TYPE, Problem
from web.frame.request_input import JSON
from web.frame.rules import CallerKind, Rule
from web.frame.types import ID_SCHEMA, NUMBER_SCHEMA, Query

Json = dict[str, Any]

_PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")
_REFERENCE = "#/components/schemas/{model}"

_PROBLEMS = {
    400: "The request can't be read, or a required header is missing",
    401: "Not signed in, or the token or key is invalid",
    403: "Not allowed for this caller",
    404: "Not found, or not visible to the caller",
    409: "Conflicts with the current state, for example too few coins",
    412: "Changed in the meantime; `current` holds the stored values",
    413: "The body is too large",
    414: "The query is too long",
    415: "The body is not application/json",
    422: "Invalid values; `errors` names each",
    428: "The header If-Match is missing",
    429: "Too many requests; wait for Retry-After seconds",
    503: "A dependency is unavailable; repeat a change with the same Idempotency-Key",
}
# No NUL in any text; in a query, also no replacement characters for invalid bytes.
_TEXT, _QUERY_TEXT = r"^[^\u0000]*$", r"^[^\u0000\ufffd]*$"
_CLOSED = {"pattern", "enum", "const", "format"}
_VALUES = {"examples", "default", "enum", "const"}
_HEADERS: Json = {
    "X-Request-Id": {"description": "Include it when you report a problem", "schema": {"type": "string"}},
    "RateLimit": {"description": "What is left of the rate limit", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "The rate limit", "schema": {"type": "string"}},
}
_ETAG: Json = {"ETag": {"description": "The version of this answer", "schema": {"type": "string"}}}


def document(routes: Sequence[Route], *, prefix: str, server: str, version: str) -> Json:
    """The document of all operations behind these routes."""
    found = list(_operations(routes))
    schemas, references = _schemas([operation.operation for _, _, operation in found])
    paths: Json = {}
    for path, method, operation in found:
        plain = prefix + _PARAMETER.sub(r"{\1}", path)
        paths.setdefault(plain, {})[method.lower()] = _described(path, method, operation, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tatiana", "version": version, "description": _ABOUT, "license": {"name": "MIT"}},
        "servers": [{"url": server}],
        "tags": [{"name": name} for name in sorted({o.operation.tag for _, _, o in found})],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SCHEMES},
    }


def _operations(routes: Sequence[Route]) -> Iterator[tuple[str, str, Endpoint]]:
    for route in routes:
        if isinstance(route.endpoint, Resource):
            for method, operation in route.endpoint.operations.items():
                if isinstance(operation, Endpoint):
                    yield route.path, method, operation


def _schemas(operations: Sequence[Operation]) -> tuple[Json, dict[tuple[type[BaseModel], str], Json]]:
    read = {(o.body, "validation") for o in operations if o.body}
    written = {(o.reply, "serialization") for o in operations if o.reply} | {(Problem, "serialization")}
    models: Any = sorted(read | written, key=lambda pair: (pair[0].__name__, pair[1]))
    references, found = models_json_schema(models, ref_template=_REFERENCE)
    made: Json = found["$defs"]
    for model, mode in read:
        name = references[model, mode]["$ref"].rpartition("/")[2]  # type: ignore[index]  # pydantic types the pairs too narrowly
        made[name] = _of_text(made[name], _TEXT)
    return made, references  # type: ignore[return-value]  # the same


def _of_text(part: Any, pattern: str) -> Any:
    """The schema of client input, with this pattern for otherwise unrestricted texts."""
    if isinstance(part, list):
        return [_of_text(one, pattern) for one in part]
    if not isinstance(part, dict):
        return part
    inner = {name: value if name in _VALUES else _of_text(value, pattern) for name, value in part.items()}
    free = part.get("type") == "string" and not _CLOSED & part.keys()
    return inner | {"pattern": pattern} if free else inner


def _described(path: str, method: str, endpoint: Endpoint, references: Any) -> Json:
    operation, rule = endpoint.operation, endpoint.rule
    assert rule is not None, "only what has a rule gets a route"
    described: Json = {
        "operationId": endpoint.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        "responses": _responses(path, method, endpoint, references),
        "security": _security(rule),
    }
    if operation.description:
        described["description"] = operation.description
    if parameters := [*_in_path(path), *_in_query(operation.query), *_in_header(method, operation)]:
        described["parameters"] = parameters
    if operation.body:
        content: Json = {"schema": references[operation.body, "validation"]}
        if operation.example:
            content["example"] = operation.example
        described["requestBody"] = {"required": True, "content": {JSON: content}}
    return described


def _responses(path: str, method: str, endpoint: Endpoint, references: Any) -> Json:
    operation = endpoint.operation
    done: Json = {"description": "Done", "headers": _HEADERS}
    if operation.reply:
        done["content"] = {JSON: {"schema": references[operation.reply, "serialization"]}}
        done["headers"] = _HEADERS | _ETAG
    if operation.file:
        done["content"] = {operation.file: {"schema": {"type": "string", "format": "binary"}}}
    status = operation.status if operation.reply or operation.file else HTTPStatus.NO_CONTENT
    responses: Json = {str(int(status)): done}
    if operation.finishes:
        responses["202"] = done | {"description": "Not done yet; Location says where to look"}
    if method == "GET" and operation.reply:
        responses["304"] = {"description": "Not modified", "headers": _HEADERS | _ETAG}
    schema = {"schema": references[Problem, "serialization"]}
    for code in sorted(_refusals(path, method, endpoint)):
        headers = _HEADERS | _MORE_HEADERS.get(code, {})
        responses[str(code)] = {"description": _PROBLEMS[code], "headers": headers, "content": {MEDIA_TYPE: schema}}
    return responses


_MORE_HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}},
}


def _refusals(path: str, method: str, endpoint: Endpoint) -> set[int]:
    operation, rule, area = endpoint.operation, endpoint.rule, areas.area_of(endpoint.function.__module__)
    assert rule is not None, "only what has a rule gets a route"
    codes = {401, 414, 422, 429, 503, *operation.errors}
    if area and area.optional:
        codes |= {409}
    if rule.least is not CallerKind.ANYONE:
        codes |= {403}
    if "{" in path:
        codes |= {404}
    if method not in SAFE:
        codes |= {400, 403, 413, 415}
    if operation.versioned:
        codes |= {412, 428}
    return codes


def _security(rule: Rule) -> list[Json]:
    if rule.least is CallerKind.ANYONE:
        return []
    ways: list[Json] = [{"token": []}, {"session": []}]
    return [*ways, {"key": [str(rule.scope)]}] if rule.scope else ways


def _in_path(path: str) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": ID_SCHEMA if kind == "id" else NUMBER_SCHEMA}
        for name, kind in _PARAMETER.findall(path)
    ]


def _in_query(query: type[Query] | None) -> list[Json]:
    if query is None:
        return []
    schema = query.model_json_schema()
    needed = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in needed}
        | ({"description": part["description"]} if "description" in part else {})
        | {"schema": _of_text(_plain(part, schema.get("$defs", {})), _QUERY_TEXT)}
        for name, part in schema.get("properties", {}).items()
    ]


def _plain(part: Json, definitions: Json) -> Json:
    """The schema of one query value: never null, because a query can only omit it."""
    if "$ref" in part:
        part = definitions[part["$ref"].rpartition("/")[2]]
    if "anyOf" in part:
        (kind,) = (one for one in part["anyOf"] if one.get("type") != "null")
        part = {**_plain(kind, definitions), **{key: value for key, value in part.items() if key != "anyOf"}}
    return {key: value for key, value in part.items() if key not in ("title", "description") and value is not None}


def _in_header(method: str, operation: Operation) -> list[Json]:
    headers: list[Json] = []
    if operation.repeatable and method not in SAFE:
        text = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]([ -~]*[!-~])?$"}
        said = "A new random value for each request; the same value when you repeat one"
        headers.append(_header("Idempotency-Key", said, text, needed=method == "POST"))
    if operation.versioned:
        said = "The ETag of the version you are changing"
        headers.append(_header("If-Match", said, {"type": "string", "pattern": '^"[!#-~]*"$'}, needed=True))
    return headers


def _header(name: str, said: str, schema: Json, *, needed: bool) -> Json:
    return {"name": name, "in": "header", "required": needed, "description": said, "schema": schema}


_SCHEMES: Json = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token (15 minutes)"},
    "key": {"type": "http", "scheme": "bearer", "description": "An API key of one server, `tat_…`, with scopes"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-session",
        "description": "The session of a signed-in browser",
    },
}
_ABOUT = (
    "Everything Tatiana's commands do, by the same rules, for programs. Ids are strings. Lists are paginated: pass "
    "`next` of one page as `after` of the following one. Operations that take the header `Idempotency-Key` can be "
    "repeated safely with the same key if a response was lost. Errors are problem documents (RFC 9457) with an "
    "explanation and a request id."
)
