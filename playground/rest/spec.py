"""Checks what the bot sends against Discord's own OpenAPI file, when that file is given."""

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

# Discord gives ids as strings and takes numbers as well; hikari and discord.py number their attachments.
_SNOWFLAKE = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$", "minimum": 0}

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
        """What is wrong with the JSON body of a call; nothing if the file describes no body for it."""
        if named := _COMPONENT_FOR.get((method.lower(), template)):
            return self._requests.faults(("components", "schemas", named), _with_integers(body))
        return self._requests.faults((*_operation(method, template), "requestBody", *_JSON), _with_integers(body))

    def answer_faults(self, answer: Any) -> list[Fault]:
        """What is wrong with the bot's answer to an interaction."""
        return self.request_faults("post", _CALLBACK, answer)

    def response_faults(self, method: str, template: str, status: int, body: Any) -> list[Fault]:
        """What is wrong with an answer of the playground itself; its tests ask."""
        known = self._spec["paths"][template][method.lower()]["responses"]
        assert str(status) in known, f"{method} {template} never answers {status}"
        return self._answers.faults((*_operation(method, template), "responses", str(status), *_JSON), body)


_JSON = ("content", "application/json", "schema")


def _operation(method: str, template: str) -> tuple[str, ...]:
    return ("paths", template, method.lower())


class _Schemas:
    """The schemas of one OpenAPI document, each found by the keys that lead to it."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._registry = Registry([(_NAME, document)], draft=Draft202012)
        self._validators: dict[tuple[str, ...], Draft202012Validator] = {}

    def faults(self, keys: tuple[str, ...], value: Any) -> list[Fault]:
        """What is wrong with a value; nothing if the document has no schema there."""
        if keys not in self._validators and self._has(keys):
            self._validators[keys] = self._validator(keys)
        validator = self._validators.get(keys)
        return [fault for error in validator.iter_errors(value) for fault in _explained(error)] if validator else []

    def _has(self, keys: tuple[str, ...]) -> bool:
        found: Any = self._document
        for key in keys:
            found = found.get(key, {})
        return bool(found)

    def _validator(self, keys: tuple[str, ...]) -> Draft202012Validator:
        pointer = "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
        whole = {"$ref": f"{_NAME}#{quote(pointer)}"}
        return Draft202012Validator(whole, registry=self._registry, validate_formats=True)


_NAME = "urn:discord"


@functools.cache
def load(file: File, *, strict: bool) -> Spec:
    """Read once in a process: it is a megabyte, and tests make a playground each."""
    return Spec(file, strict=strict)


def _close(components: Json) -> None:
    """Let no object take keys that it does not name."""
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
    """The complaints of that branch of a union which the body was meant for."""
    match error.kind:
        case Kind.AnyOf(context=branches) | Kind.OneOfNotValid(context=branches):
            meant = [branch for branch in branches if not any(_says_wrong_branch(one, error) for one in branch)]
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
