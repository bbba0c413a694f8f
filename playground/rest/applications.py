"""REST: the application, its commands and its user."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from playground.client.probes import probe_events, probe_interactions
from playground.client.webhook_events import authorize_everywhere
from playground.page.news import tell_world
from playground.rest.calls import Call, Done
from playground.rest.errors import DiscordError, Fault, invalid_form, missing_access, unknown
from playground.world.commands import listed
from playground.world.entities import Json
from playground.world.objects import channel_json, counts_json, user_json
from playground.world.state import State

# Discord doesn't publish this limit; bots report being stopped after a few dozen at once.
MOST_NEW_DMS = 60
_NEW_DM_WINDOW = timedelta(minutes=10)


async def show(call: Call) -> Json:
    return application_json(call.state)


async def change(call: Call) -> Json:
    """Save the given fields. A new endpoint is verified first, and not saved if that fails."""
    state, form = call.state, call.form
    application = state.application
    for key, probe in _PROBES.items():
        if form.get(key) and (sentence := await probe(state, form[key])):
            raise _unverified(key, sentence)
    for key in _PROBES.keys() & form.keys():
        setattr(application, key, form[key] or None)
    for key in ("description", "tags", "event_webhooks_status", "event_webhooks_types"):
        if form.get(key) is not None:
            setattr(application, key, form[key])
    application.extra |= {key: form[key] for key in _KEPT_AS_THEY_ARE & form.keys()}
    tell_world(state)
    if {"event_webhooks_url", "event_webhooks_status", "event_webhooks_types"} & form.keys():
        authorize_everywhere(state)
    return application_json(state)


_PROBES = {"interactions_endpoint_url": probe_interactions, "event_webhooks_url": probe_events}
_KEPT_AS_THEY_ARE = {
    "install_params",
    "integration_types_config",
    "custom_install_url",
    "role_connections_verification_url",
}


def _unverified(field: str, sentence: str) -> DiscordError:
    message = f"The specified endpoint could not be verified. {sentence}"
    return invalid_form(Fault((field,), "APPLICATION_ENDPOINT_URL_INVALID", message))


def application_json(state: State) -> Json:
    world, application = state.world, state.application
    owner = next(user for user in world.users.values() if not user.bot)
    extra = {key: value for key, value in application.extra.items() if value is not None}
    return {
        "id": str(world.bot.id),
        "name": world.bot.username,
        "icon": world.bot.avatar,
        "description": application.description,
        "type": None,
        "bot": user_json(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": state.identity.verify_key,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": state.oauth.redirect_uris,
        "tags": application.tags,
        "interactions_endpoint_url": application.interactions_endpoint_url,
        "event_webhooks_url": application.event_webhooks_url,
        "event_webhooks_status": application.event_webhooks_status,
        "event_webhooks_types": application.event_webhooks_types,
        "role_connections_verification_url": None,
        "owner": user_json(owner),
        "team": None,
        "explicit_content_filter": 0,
        "approximate_guild_count": sum(1 for _ in world.guilds_of(world.bot.id)),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands", "identify", "guilds"],
        **extra,
    }


# Commands: the same calls for global and for guild commands.


async def list_commands(call: Call) -> list[Json]:
    everything = call.flag("with_localizations")
    return [listed(command, with_localizations=everything) for command in call.state.commands.of(command_scope(call))]


async def replace_commands(call: Call) -> list[Json]:
    if not isinstance(call.body, list):
        raise invalid_form(Fault((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"))
    made = call.state.commands.replace(command_scope(call), call.body)
    tell_world(call.state)
    return made


async def add_command(call: Call) -> Any:
    made, new = call.state.commands.add(command_scope(call), call.form)
    tell_world(call.state)
    return Done(201, made) if new else made


async def show_command(call: Call) -> Json:
    return call.state.commands.get(command_scope(call), call.ids["command_id"])


async def change_command(call: Call) -> Json:
    made = call.state.commands.change(command_scope(call), call.ids["command_id"], call.form)
    tell_world(call.state)
    return made


async def remove_command(call: Call) -> None:
    call.state.commands.remove(command_scope(call), call.ids["command_id"])
    tell_world(call.state)


def command_scope(call: Call) -> int | None:
    """The guild in the path, or None for global commands; refused where the bot isn't a member."""
    if call.ids["application_id"] != call.state.identity.application_id:
        raise DiscordError(403, 20012, "You are not authorized to perform this action on this application")
    guild_id = call.ids.get("guild_id")
    if guild_id is not None and call.state.world.bot.id not in call.state.world.guild(guild_id).members:
        raise missing_access()
    return guild_id


# Users


async def me(call: Call) -> Json:
    """The caller; the email address would need its own scope."""
    user = call.state.world.user(call.user_id)
    more = {"verified": True, "email": None} if user.bot else {"premium_type": 0}
    return user_json(user) | {"mfa_enabled": user.bot, "locale": user.locale, **more}


async def user(call: Call) -> Json:
    return user_json(call.state.world.user(call.ids["user_id"]))


async def guilds(call: Call) -> list[Json]:
    """The caller's guilds, sorted by ID, in pages of up to 200."""
    world, user_id = call.state.world, call.user_id
    limit, counts = call.number("limit", 200, 1, 200), call.flag("with_counts")
    after, before = call.number("after", 0, 0, 1 << 63), call.number("before", 1 << 63, 0, 1 << 63)
    mine = sorted(world.guilds_of(user_id), key=lambda guild: guild.id)
    mine = [guild for guild in mine if after < guild.id < before]
    # A page before an ID ends right before it.
    page = mine[-limit:] if "before" in call.query else mine[:limit]
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": guild.icon,
            "banner": None,
            "owner": guild.owner_id == user_id,
            "permissions": str(int(world.guild_permissions(guild, user_id))),
            "features": [],
            **(counts_json(guild) if counts else {}),
        }
        for guild in page
    ]


async def leave(call: Call) -> None:
    world = call.state.world
    guild = world.guild(call.ids["guild_id"])
    if world.bot.id not in guild.members:
        raise unknown("Guild")
    world.leave(guild, world.bot.id)
    tell_world(call.state)


async def open_dm(call: Call) -> Json:
    """The DM channel with a person; only sending shows whether they accept DMs."""
    world = call.state.world
    recipient_id = call.form.get("recipient_id")
    if recipient_id is None:
        raise DiscordError(400, 50033, "Invalid Recipient(s)")
    recipient = world.user(int(recipient_id))
    if recipient.bot:
        raise DiscordError(400, 50007, "Cannot send messages to this user")
    if recipient.id not in world.dms_opened:
        since = world.now() - _NEW_DM_WINDOW
        if sum(opened_at > since for opened_at in world.dms_opened.values()) >= MOST_NEW_DMS:
            raise DiscordError(403, 40003, "You are opening direct messages too fast.")
        world.dms_opened[recipient.id] = world.now()
    return channel_json(world, world.dm_with(recipient.id))
