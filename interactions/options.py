"""From options in a payload to a handler's arguments, validated again on our side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discord_api.permissions import Permissions
from interactions.context import Attachment, Channel, Member, Message, Role, member_of, snowflake
from interactions.declare import OPTION_TYPES, Command, Kind, Option, Parameter
from locales import command_name, t
from services.core.errors import UserError

_SUB_COMMAND, _SUB_COMMAND_GROUP = 1, 2
_WRITTEN = (0, 19, 20, 23)  # a message, a reply, and the responses to commands (Discord: Message Types)

Json = Mapping[str, Any]


class BadOption(UserError):
    """An option is missing, unknown or out of range."""


class Unreadable(Exception):
    """The payload does not match Discord's documentation."""


def path(data: Json) -> tuple[Kind, str, list[Json]]:
    """The full name of the command ("economy item create") and its options."""
    kind = Kind(data.get("type", Kind.CHAT))
    words, options = [data["name"]], data.get("options") or []
    while options and options[0]["type"] in (_SUB_COMMAND, _SUB_COMMAND_GROUP) and len(words) < 3:
        words.append(options[0]["name"])
        options = options[0].get("options") or []
    return kind, " ".join(words), options


def focused(options: list[Json]) -> tuple[str, str]:
    """The name and text of the option being typed."""
    for option in options:
        if option.get("focused"):
            return option["name"], str(option.get("value", ""))
    raise Unreadable("no option has the focus")


def arguments(command: Command, options: list[Json], data: Json) -> dict[str, Any]:
    """The handler's keyword arguments; refuses anything Discord's client would not send."""
    given = {option["name"]: option for option in options}
    known = {parameter.name for parameter in command.parameters}
    if unknown := given.keys() - known:
        raise BadOption(t("I don't know the option `{option}`. Try the command again.", option=_plain(min(unknown))))
    made = {}
    for parameter in command.parameters:
        if parameter.name in given:
            made[parameter.name] = _value(parameter, given[parameter.name], data.get("resolved") or {})
        elif parameter.required:
            raise BadOption(
                t("The option `{option}` is missing. Try the command again.", option=command_name(parameter.name))
            )
    return made


def target(command: Command, data: Json) -> Member | Message:
    """The target of a menu command."""
    target_id, resolved = data["target_id"], data["resolved"]
    if command.kind is Kind.USER:
        return _person(target_id, resolved)
    message = resolved["messages"][target_id]
    return Message(
        snowflake(target_id),
        snowflake(message["channel_id"]),
        message["content"],
        snowflake(message["author"]["id"]),
        message.get("type", 0) not in _WRITTEN or message.get("webhook_id") == message["author"]["id"],
    )


def _value(parameter: Parameter, option: Json, resolved: Json) -> Any:
    if option.get("type") != OPTION_TYPES[parameter.type]:
        raise BadOption(
            t("The option `{option}` has changed. Try the command again.", option=command_name(parameter.name))
        )
    value = option["value"]
    match parameter.type:
        case kind if kind is Member:
            return _person(value, resolved)
        case kind if kind is Role:
            role = resolved["roles"][value]
            return Role(snowflake(value), role["name"], int(role["position"]), bool(role.get("managed")))
        case kind if kind is Channel:
            channel = resolved["channels"][value]
            permissions = Permissions(int(channel["permissions"]))
            return Channel(snowflake(value), channel["name"], int(channel["type"]), permissions)
        case kind if kind is Attachment:
            file = resolved["attachments"][value]
            content_type = file.get("content_type") or ""
            return Attachment(snowflake(value), file["filename"], file["size"], file["url"], content_type)
        case _:
            return _scalar(parameter, value)


def _scalar(parameter: Parameter, value: Any) -> Any:
    right: type | tuple[type, ...] = (int, float) if parameter.type is float else parameter.type
    if not isinstance(value, right) or (isinstance(value, bool) and parameter.type is not bool):
        raise BadOption(t("The option `{option}` has the wrong kind of value.", option=command_name(parameter.name)))
    if parameter.type is bool:
        return value
    if parameter.choices and value not in [choice.value for choice in parameter.choices]:
        raise BadOption(
            t(
                "`{value}` isn't one of the choices for `{option}`.",
                value=_plain(value),
                option=command_name(parameter.name),
            )
        )
    _within(parameter.name, parameter.option, value)
    return float(value) if isinstance(value, int) and parameter.type is float else value


def _within(name: str, option: Option, value: Any) -> None:
    size = len(value) if isinstance(value, str) else value
    if (option.min is not None and size < option.min) or (option.max is not None and size > option.max):
        limits = {
            "option": command_name(name),
            "min": option.min or 0,
            "max": option.max if option.max is not None else "∞",
        }
        if isinstance(value, str):
            raise BadOption(t("`{option}` must have between {min} and {max} characters.", **limits))
        raise BadOption(t("`{option}` must be between {min} and {max}.", **limits))


def _person(user_id: str, resolved: Json) -> Member:
    return member_of(resolved["users"][user_id], (resolved.get("members") or {}).get(user_id))


def _plain(value: object) -> str:
    """Typed text, safe inside backticks."""
    return str(value).replace("`", "'")[:60]


def chosen(data: Json) -> tuple[str, ...]:
    """The values chosen in a menu (Discord: Message Component Data); none for a button."""
    values = data.get("values") or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Unreadable("values are not a list of texts")
    return tuple(values)


def fields(components: list[Json]) -> dict[str, Any]:
    """A modal's values by field name (Discord: Modal Submit, in the new and old format)."""
    found: dict[str, Any] = {}
    for row in components:
        children = [row["component"]] if "component" in row else row.get("components") or []
        for child in children:
            if name := child.get("custom_id"):
                found[name] = child["values"] if "values" in child else child.get("value")
    return found
