"""Checks what the bot sends against Discord's own OpenAPI file, when that file is given."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterable
from pathlib import Path as File
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # it ships none
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]  # it ships none

from .errors import Fault, Path
from .things import Json

_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"

# Inline unions whose members overlap accept nearly anything; the component meant for a bot is named here instead.
_COMPONENT_FOR = {
    ("post", "/webhooks/{webhook_id}/{webhook_token}"): "IncomingWebhookRequestPartial",
    ("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"): "IncomingWebhookUpdateRequestPartial",
    ("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"): "IncomingWebhookUpdateRequestPartial",
    ("patch", "/applications/@me"): "ApplicationFormPartial",
    ("post", "/users/@me/channels"): "CreatePrivateChannelRequest",
}

# The file wants integers where the documentation shows (and Discord takes) decimal strings.
_BIT_SETS = {"default_member_permissions", "permissions", "allow", "deny"}

# Fields that the documentation has and the file lacks.
_DESCRIPTION = {"type": ["string", "null"], "maxLength": 400}
_DOCUMENTED = {"nsfw": {"type": "boolean"}, "file_types": {"type": "array"}}


class Spec:
    """Discord's OpenAPI file; `strict` also refuses misspelt keys, which Discord would silently drop."""

    def __init__(self, file: File, *, strict: bool = True) -> None:
        self._spec = json.loads(file.read_text("utf-8"))
        components = self._spec["components"]
        # The documentation, which goes before the file, has a plain text here.
        components["schemas"]["ApplicationFormPartial"]["properties"]["description"] = _DESCRIPTION
        self._request_components = _closed(components) if strict else components
        self._checker = FormatChecker()
        self._validators: dict[tuple[str, bool], Draft202012Validator] = {}

    def knows(self, method: str, template: str) -> bool:
        """Whether Discord has such a route."""
        return method.lower() in self._spec["paths"].get(template, {})

    def request_faults(self, method: str, template: str, body: Any) -> list[Fault]:
        """What is wrong with the JSON body of a call; nothing if the file describes no body for it."""
        schema = self._request_schema(method.lower(), template)
        return [] if schema is None else self._faults(schema, _with_integers(body), strict=True)

    def answer_faults(self, answer: Any) -> list[Fault]:
        """What is wrong with the bot's answer to an interaction."""
        return self.request_faults("post", _CALLBACK, answer)

    def response_faults(self, method: str, template: str, status: int, body: Any) -> list[Fault]:
        """What is wrong with an answer of the playground itself; its tests ask."""
        responses = self._spec["paths"][template][method.lower()]["responses"]
        content = responses[str(status)].get("content", {}).get("application/json", {})
        return self._faults(json.dumps(content["schema"]), body, strict=False) if content else []

    def _request_schema(self, method: str, template: str) -> str | None:
        if named := _COMPONENT_FOR.get((method, template)):
            return json.dumps({"$ref": f"#/components/schemas/{named}"})
        operation = self._spec["paths"].get(template, {}).get(method, {})
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        return None if schema is None else json.dumps(schema)

    def _faults(self, schema: str, body: Any, *, strict: bool) -> list[Fault]:
        return [fault for error in self._validator(schema, strict).iter_errors(body) for fault in _explained(error)]

    def _validator(self, schema: str, strict: bool) -> Draft202012Validator:
        # Building one costs more than using it.
        if (schema, strict) not in self._validators:
            components = self._request_components if strict else self._spec["components"]
            whole = {**json.loads(schema), "components": components}
            self._validators[schema, strict] = Draft202012Validator(whole, format_checker=self._checker)
        return self._validators[schema, strict]


@functools.cache
def load(file: File, *, strict: bool) -> Spec:
    """Read once in a process: it is a megabyte, and tests make a playground each."""
    return Spec(file, strict=strict)


def _closed(components: Json) -> Json:
    """A copy in which no object takes keys that it does not name."""
    closed: Json = copy.deepcopy(components)
    for name, schema in closed["schemas"].items():
        if schema.get("type") == "object" and "properties" in schema and "allOf" not in schema:
            schema["additionalProperties"] = False
            if name.startswith(("ApplicationCommand", "FileUpload")):
                schema["properties"].update(_DOCUMENTED)
    return closed


def _with_integers(value: Any, key: str | None = None) -> Any:
    if isinstance(value, dict):
        return {name: _with_integers(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_integers(inner) for inner in value]
    return int(value) if key in _BIT_SETS and isinstance(value, str) and value.isdigit() else value


def _explained(error: ValidationError) -> Iterable[Fault]:
    """The complaints of that branch of a union which the body was meant for."""
    if not error.context:
        return [_fault(error)]
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    meant = [branch for branch in branches.values() if not any(map(_says_wrong_branch, branch))]
    if not meant:
        return [_fault(error)]
    return [fault for inner in meant[0] for fault in _explained(inner)]


def _says_wrong_branch(error: ValidationError) -> bool:
    names_type = bool(error.path) and error.path[-1] in ("type", "trigger_type")
    return names_type or (error.validator == "type" and error.validator_value == "null")


def _fault(error: ValidationError) -> Fault:
    path: Path = tuple(error.absolute_path)
    limit = error.validator_value
    match error.validator:
        case "required":
            missing = next(key for key in limit if key not in error.instance)
            # One error comes for each missing key, so the message tells which.
            named = next((key for key in limit if error.message.startswith(f"{key!r} ")), missing)
            return Fault((*path, named), "BASE_TYPE_REQUIRED", "This field is required")
        case "maxLength" | "maxItems":
            return Fault(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")
        case "minLength" | "minItems":
            return Fault(path, "BASE_TYPE_MIN_LENGTH", f"Must be {limit} or more in length.")
        case "maximum":
            return Fault(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {limit}.")
        case "minimum":
            return Fault(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {limit}.")
        case "enum" | "const":
            allowed = limit if isinstance(limit, list) else [limit]
            return Fault(path, "BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")
        case "pattern":
            return Fault(path, "STRING_TYPE_REGEX", "String value did not match validation regex.")
        case "additionalProperties":
            unknown = next(key for key in error.instance if key not in error.schema["properties"])
            return Fault((*path, unknown), "PLAYGROUND_UNKNOWN_FIELD", "Discord's OpenAPI file has no such field here.")
        case other:
            return Fault(path, f"SPEC_{str(other).upper()}", error.message[:160])
