"""Checks that Discord's client makes before it sends a command: options, ranges, choices and permissions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from discord_api.permissions import Permissions
from playground.client.payloads import BOT_DM, GUILD_CONTEXT, Resolved
from playground.rest.command_limits import INTEGER, NUMBER, STRING, SUB_COMMAND, SUB_COMMAND_GROUP
from playground.rest.errors import Refusal
from playground.world.entities import Channel, Json
from playground.world.state import State

BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 5, 6, 7, 8, 9, 11


def why_unusable(state: State, command: Json, channel: Channel, user_id: int) -> str | None:
    """The reason why a person sees the command there but can't use it, or None."""
    held = state.world.channel_permissions(channel, user_id)
    if not held.allows(Permissions.USE_APPLICATION_COMMANDS):
        return "You need the Use Application Commands permission in this channel."
    if command["type"] == 2 and not held.allows(Permissions.SEND_MESSAGES):
        return "You need the Send Messages permission in this channel."
    return None


def is_offered(state: State, command: Json, channel: Channel, user_id: int) -> bool:
    """Whether Discord lists the command for this person in this channel."""
    if channel.guild_id is None:
        return command.get("guild_id") is None and BOT_DM in (command.get("contexts") or [])
    if state.world.bot.id not in state.world.guilds[channel.guild_id].members:
        return False
    if "contexts" in command and GUILD_CONTEXT not in (command["contexts"] or []):
        return False
    needed = command["default_member_permissions"]
    if needed is None:
        return True
    held = state.world.channel_permissions(channel, user_id)
    # "0" means administrators only.
    wanted = Permissions(int(needed)) if int(needed) else Permissions.ADMINISTRATOR
    return held.allows(wanted)


def command_path(given: Iterable[Json]) -> list[str]:
    """The names of the group and subcommand in the given options."""
    for option in given:
        if option.get("type") in (SUB_COMMAND, SUB_COMMAND_GROUP):
            return [option["name"], *command_path(option.get("options") or [])]
    return []


@dataclass
class Filling:
    """Checks given options against the declared ones, and collects the objects they refer to."""

    resolved: Resolved
    partial: bool = False

    def fill(self, declared: list[Json], given: list[Json]) -> list[Json]:
        """The options to send; raises Refusal with a sentence for each invalid one."""
        groups = [option for option in declared if option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)]
        if groups:
            return [self._fill_group(groups, given)]
        by_name = {option["name"]: option for option in declared}
        wrong: dict[str, str] = {}
        made = []
        for option in given:
            name = str(option.get("name"))
            if name not in by_name:
                wrong[name] = "This command has no such option."
                continue
            value = option.get("value")
            if option.get("focused") or self.partial:
                made.append(_unchecked(by_name[name], value, bool(option.get("focused"))))
            elif sentence := self._why_wrong(by_name[name], value):
                wrong[name] = sentence
            else:
                made.append({"name": name, "type": by_name[name]["type"], "value": value})
        if not self.partial:
            present = {option.get("name") for option in given}
            missing = [name for name, option in by_name.items() if option.get("required") and name not in present]
            wrong |= dict.fromkeys(missing, "This option is required. Specify a value.")
        if wrong:
            raise Refusal("Some options are invalid.", wrong)
        return made

    def _fill_group(self, groups: list[Json], given: list[Json]) -> Json:
        names = ", ".join(option["name"] for option in groups)
        if len(given) != 1:
            raise Refusal(f"Choose one of {names}.")
        chosen = next((option for option in groups if option["name"] == given[0].get("name")), None)
        if chosen is None:
            raise Refusal(f"Choose one of {names}.")
        inner = self.fill(chosen.get("options") or [], given[0].get("options") or [])
        return {"name": chosen["name"], "type": chosen["type"], "options": inner}

    def _why_wrong(self, declared: Json, value: Any) -> str | None:
        kind = declared["type"]
        if kind in _LOOKED_UP:
            return self._why_unknown(declared, value)
        if kind == ATTACHMENT:
            return "The playground can't attach files to commands."
        if not _has_type(kind, value):
            return _WRONG_TYPE[kind]
        choices = declared.get("choices")
        if choices and value not in [choice["value"] for choice in choices]:
            return "Choose one of the listed values."
        return _out_of_range(declared, value)

    def _why_unknown(self, declared: Json, value: Any) -> str | None:
        if not str(value).isdecimal():
            return _LOOKED_UP[declared["type"]]
        snowflake, resolved = int(value), self.resolved
        exists = resolved.add(_KIND[declared["type"]], snowflake)
        if exists and declared["type"] == CHANNEL and declared.get("channel_types"):
            kinds = declared["channel_types"]
            exists = resolved.json()["resolved"]["channels"][str(snowflake)]["type"] in kinds
        return None if exists else _LOOKED_UP[declared["type"]]


_KIND = {USER: "user", CHANNEL: "channel", ROLE: "role", MENTIONABLE: "mentionable"}
_LOOKED_UP = {
    USER: "Choose a person.",
    CHANNEL: "Choose a channel of this server.",
    ROLE: "Choose a role of this server.",
    MENTIONABLE: "Choose a person or a role.",
}
_WRONG_TYPE = {
    STRING: "Write some text.",
    INTEGER: "Write a whole number.",
    NUMBER: "Write a number.",
    BOOLEAN: "Choose True or False.",
}


def _has_type(kind: int, value: Any) -> bool:
    if kind == STRING:
        return isinstance(value, str)
    if kind == BOOLEAN:
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    return isinstance(value, int if kind == INTEGER else int | float) and abs(value) <= 2**53


def _out_of_range(declared: Json, value: Any) -> str | None:
    if isinstance(value, str):
        low, high = declared.get("min_length", 1), declared.get("max_length", 6000)
        return None if low <= len(value) <= high else f"Write {low} to {high} characters."
    low, high = declared.get("min_value"), declared.get("max_value")
    if low is not None and value < low:
        return f"The lowest value is {low}."
    if high is not None and value > high:
        return f"The highest value is {high}."
    return None


def _unchecked(declared: Json, value: Any, focused: bool) -> Json:
    """During autocomplete, numbers are sent as the text typed so far."""
    made = {"name": declared["name"], "type": declared["type"], "value": value}
    return made | ({"focused": True} if focused else {})
