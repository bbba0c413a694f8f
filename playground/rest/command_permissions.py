"""REST: the permissions that a guild has set for commands under Server Settings > Integrations."""

from __future__ import annotations

from playground.rest.applications import command_scope
from playground.rest.calls import Call
from playground.rest.errors import unknown
from playground.world.entities import Json


async def show_all(call: Call) -> list[Json]:
    """Every command with permissions of its own, and the whole bot under the application's ID."""
    guild_id = _guild_id(call)
    return [_permissions_json(call, set_for) for set_for in call.state.world.guild(guild_id).command_permissions]


async def show(call: Call) -> Json:
    guild = call.state.world.guild(_guild_id(call))
    command_id = call.ids["command_id"]
    if command_id not in guild.command_permissions:
        raise unknown("application command permissions")
    return _permissions_json(call, command_id)


def _guild_id(call: Call) -> int:
    guild_id = command_scope(call)
    assert guild_id is not None, "the path has a guild"
    return guild_id


def _permissions_json(call: Call, set_for: int) -> Json:
    guild_id = call.ids["guild_id"]
    overrides = call.state.world.guild(guild_id).command_permissions[set_for]
    return {
        "id": str(set_for),
        "application_id": str(call.state.identity.application_id),
        "guild_id": str(guild_id),
        "permissions": [
            {"id": str(override.target_id), "type": override.kind, "permission": override.allowed}
            for override in overrides
        ],
    }
