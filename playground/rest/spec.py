"""Checks everything the bot sends against Discord's OpenAPI file, if it is given."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterable
from pathlib import Path as File
from typing import Any
from urllib.parse import quote

from jsonschema_rs import Draft202012, Draft202012Validator, Registry, ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from playground.rest.errors import Fault, Path
from playground.world.entities import Json

_BULK_DELETE = "/channels/{channel_id}/messages/bulk-delete"
_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"

# Inline unions whose members overlap accept nearly anything, so these name the schema for bots.
_COMPONENT_FOR = {
    ("post", "/webhooks/{webhook_id}/{webhook_token}"): "IncomingWebhookRequestPartial",
    ("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"): "IncomingWebhookUpdateRequestPartial",
    ("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"): "IncomingWebhookUpdateRequestPartial",
    ("patch", "/applications/@me"): "ApplicationFormPartial",
    ("post", "/users/@me/channels"): "CreatePrivateChannelRequest",
}

# The file says integer where the documentation shows, and Discord accepts, decimal strings.
_BIT_SETS = {"default_member_permissions", "permissions", "allow", "deny"}

# Discord also accepts IDs as numbers; hikari and discord.py number their attachments.
_SNOWFLAKE = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$", "minimum": 0}

# Documented fields that the file lacks.
_DESCRIPTION = {"type": ["string", "null"], "maxLength": 400}
_DOCUMENTED = {"nsfw": {"type": "boolean"}, "file_types": {"type": "array"}}


class Spec:
    """Discord's OpenAPI file; `strict` also refuses misspelt keys, which Discord ignores."""

    def __init__(self, file: File, *, strict: bool = True) -> None:
        self._spec = json.loads(file.read_text("utf-8"))
        components = self._spec["components"]
        # The documentation says this is plain text, and takes precedence.
        components["schemas"]["ApplicationFormPartial"]["properties"]["description"] = _DESCRIPTION
        # Discord has an error of its own for too few or too many.
        bulk = self._spec["paths"][_BULK_DELETE]["post"]["requestBody"]["content"]["application/json"]["schema"]
        for key in ("minItems", "maxItems"):
            del bulk["properties"]["messages"][key]
        self._answers = _Schemas(self._spec)
        sent = copy.deepcopy(components)
        sent["schemas"]["SnowflakeType"] = _SNOWFLAKE
        if strict:
            _close(sent)
        self._requests = _Schemas({**self._spec, "components": sent})

    def knows(self, method: str, template: str) -> bool:
        """Whether Discord has such a route."""
        return method.lower() in self._spec["paths"].get(template, {})

    def request_faults(self, method: str, template: str, body: Any) -> list[Fault]:
        """All faults of a call's JSON body; none if the file describes no body."""
        if named := _COMPONENT_FOR.get((method.lower(), template)):
            return self._requests.faults(("components", "schemas", named), _with_integers(body))
        return self._requests.faults((*_operation(method, template), "requestBody", *_JSON), _with_integers(body))

    def answer_faults(self, answer: Any) -> list[Fault]:
        """All faults of the bot's response to an interaction."""
        return self.request_faults("post", _CALLBACK, answer)

    def response_faults(self, method: str, template: str, status: int, body: Any) -> list[Fault]:
        """All faults of a response by the playground itself, for its tests."""
        known = self._spec["paths"][template][method.lower()]["responses"]
        assert str(status) in known, f"{method} {template} never responds with {status}"
        return self._answers.faults((*_operation(method, template), "responses", str(status), *_JSON), body)


_JSON = ("content", "application/json", "schema")


def _operation(method: str, template: str) -> tuple[str, ...]:
    return ("paths", template, method.lower())


class _Schemas:
    """The schemas of an OpenAPI document, each addressed by the keys that lead to it."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._registry = Registry([(_NAME, document)], draft=Draft202012)
        self._validators: dict[tuple[str, ...], Draft202012Validator] = {}

    def faults(self, keys: tuple[str, ...], value: Any) -> list[Fault]:
        """All faults of a value; none if the document has no schema there."""
        if keys not in self._validators and self._has(keys):
            self._validators[keys] = self._validator(keys)
        validator = self._validators.get(keys)
        return [fault for error in validator.iter_errors(value) for fault in _explained(error)] if validator else []

    def _has(self, keys: tuple[str, ...]) -> bool:
        node: Any = self._document
        for key in keys:
            node = node.get(key, {})
        return bool(node)

    def _validator(self, keys: tuple[str, ...]) -> Draft202012Validator:
        pointer = "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
        whole = {"$ref": f"{_NAME}#{quote(pointer)}"}
        return Draft202012Validator(whole, registry=self._registry, validate_formats=True)


_NAME = "urn:discord"


@functools.cache
def load(file: File, *, strict: bool) -> Spec:
    """Read the file once per process: it is large, and each test makes a playground."""
    return Spec(file, strict=strict)


def _close(components: Json) -> None:
    """Forbid keys that a schema doesn't list."""
    for name, schema in components["schemas"].items():
        if schema.get("type") == "object" and "properties" in schema and "allOf" not in schema:
            schema["additionalProperties"] = False
            if name.startswith(("ApplicationCommand", "FileUpload")):
                schema["properties"].update(_DOCUMENTED)


def _with_integers(value: Any, key: str | None = None) -> Any:
    if isinstance(value, dict):
        return {name: _with_integers(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_integers(inner) for inner in value]
    return int(value) if key in _BIT_SETS and isinstance(value, str) and value.isdigit() else value


def _explained(error: ValidationError) -> Iterable[Fault]:
    """The faults, taking from a union only those of the branch that the body was meant for."""
    match error.kind:
        case Kind.AnyOf(context=branches) | Kind.OneOfNotValid(context=branches):
            meant = [branch for branch in branches if not any(_says_wrong_branch(inner, error) for inner in branch)]
            if meant:
                return [fault for inner in meant[0] for fault in _explained(inner)]
    return [_fault(error)]


def _says_wrong_branch(inner: ValidationError, union: ValidationError) -> bool:
    below = inner.instance_path[len(union.instance_path) :]
    match inner.kind:
        case Kind.Type(types=["null"]):
            return True
    return bool(below) and below[-1] in ("type", "trigger_type")


def _fault(error: ValidationError) -> Fault:
    path: Path = tuple(error.instance_path)
    match error.kind:
        case Kind.Required(property=missing):
            return Fault((*path, missing), "BASE_TYPE_REQUIRED", "This field is required")
        case Kind.MaxLength(limit=limit) | Kind.MaxItems(limit=limit):
            return Fault(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")
        case Kind.MinLength(limit=limit) | Kind.MinItems(limit=limit):
            return Fault(path, "BASE_TYPE_MIN_LENGTH", f"Must be {limit} or more in length.")
        case Kind.Maximum(limit=most):
            return Fault(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
        case Kind.Minimum(limit=least):
            return Fault(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        case Kind.Enum(options=allowed):
            return Fault(path, "BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")
        case Kind.Constant(expected_value=only):
            return Fault(path, "BASE_TYPE_CHOICES", f"Value must be one of {[only]}.")
        case Kind.Pattern():
            return Fault(path, "STRING_TYPE_REGEX", "String value did not match validation regex.")
        case Kind.AdditionalProperties(unexpected=[unknown, *_]):
            return Fault((*path, unknown), "PLAYGROUND_UNKNOWN_FIELD", "Discord's OpenAPI file has no such field here.")
        case other:
            return Fault(path, f"SPEC_{other.name.upper()}", error.message[:160])
