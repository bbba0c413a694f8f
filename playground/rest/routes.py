"""Every route of Discord's REST API that the playground supports."""

from __future__ import annotations

from collections import defaultdict

from starlette.responses import JSONResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from playground.rest import (
    applications,
    bans,
    channel_permissions,
    channels,
    command_permissions,
    gateway,
    guilds,
    members,
    messages,
    oauth,
    pins,
    reactions,
    webhooks,
)
from playground.rest.calls import Operation
from playground.rest.errors import not_found
from playground.rest.rates import Limit
from playground.rest.resource import Endpoint, Resource
from playground.world.state import State

_COMMANDS = "/applications/{application_id}/commands"
_GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
_MESSAGES = "/channels/{channel_id}/messages"
_OVERWRITE = "/channels/{channel_id}/permissions/{overwrite_id}"
_REACTIONS = _MESSAGES + "/{message_id}/reactions"
_MEMBER = "/guilds/{guild_id}/members/{user_id}"
_BAN = "/guilds/{guild_id}/bans/{user_id}"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"

# Discord doesn't publish its limits; these are about what bots report.
FEW, SOME, MESSAGES, ROLES, BANS = Limit(5, 20), Limit(10, 10), Limit(5, 5), Limit(10, 10), Limit(30, 10)
REACTIONS, WEBHOOKS, CALLBACKS = Limit(1, 0.25), Limit(5, 2), Limit(1000, 1)

OPERATIONS = (
    Operation("GET", "/gateway", gateway.show, public=True),
    Operation("GET", "/gateway/bot", gateway.show_for_bot, FEW),
    Operation("GET", "/applications/@me", applications.show),
    Operation("PATCH", "/applications/@me", applications.change, FEW),
    Operation("GET", "/oauth2/applications/@me", applications.show),
    # Before the commands, or "permissions" would be read as a command ID.
    Operation("GET", _GUILD_COMMANDS + "/permissions", command_permissions.show_all),
    Operation("GET", _GUILD_COMMANDS + "/{command_id}/permissions", command_permissions.show),
    *(
        operation
        for path in (_COMMANDS, _GUILD_COMMANDS)
        for operation in (
            Operation("GET", path, applications.list_commands),
            Operation("PUT", path, applications.replace_commands, FEW),
            Operation("POST", path, applications.add_command, FEW),
            Operation("GET", path + "/{command_id}", applications.show_command),
            Operation("PATCH", path + "/{command_id}", applications.change_command, FEW),
            Operation("DELETE", path + "/{command_id}", applications.remove_command, FEW),
        )
    ),
    Operation("GET", "/oauth2/@me", oauth.authorization, scope=""),
    Operation("GET", "/users/@me", applications.me, scope="identify"),
    Operation("GET", "/users/@me/guilds", applications.guilds, Limit(10, 10), scope="guilds"),
    Operation("DELETE", "/users/@me/guilds/{guild_id}", applications.leave, FEW),
    Operation("POST", "/users/@me/channels", applications.open_dm, SOME),
    Operation("GET", "/users/{user_id}", applications.user, Limit(30, 30)),
    Operation("GET", "/guilds/{guild_id}", guilds.show, Limit(30, 10)),
    Operation("GET", "/guilds/{guild_id}/channels", guilds.channels, SOME),
    Operation("GET", "/guilds/{guild_id}/roles", guilds.roles, SOME),
    Operation("GET", "/guilds/{guild_id}/roles/member-counts", guilds.role_counts, SOME),
    Operation("GET", "/guilds/{guild_id}/roles/{role_id}", guilds.role, SOME),
    Operation("GET", "/guilds/{guild_id}/members", members.show_all, SOME),
    Operation("GET", "/guilds/{guild_id}/members/search", members.search, SOME),
    Operation("PATCH", "/guilds/{guild_id}/members/@me", members.change_own, SOME),
    Operation("GET", _MEMBER, members.show, Limit(5, 1)),
    Operation("PATCH", _MEMBER, members.change, SOME),
    Operation("DELETE", _MEMBER, members.kick, SOME),
    Operation("PUT", _MEMBER + "/roles/{role_id}", members.add_role, ROLES),
    Operation("DELETE", _MEMBER + "/roles/{role_id}", members.remove_role, ROLES),
    Operation("GET", "/guilds/{guild_id}/bans", bans.show_all, FEW),
    Operation("GET", _BAN, bans.show, SOME),
    Operation("PUT", _BAN, bans.add, BANS),
    Operation("DELETE", _BAN, bans.remove, BANS),
    Operation("POST", "/guilds/{guild_id}/bulk-ban", bans.add_many, FEW),
    Operation("GET", "/guilds/{guild_id}/audit-logs", guilds.audit_log, SOME),
    Operation("GET", "/channels/{channel_id}", channels.show, SOME),
    Operation("PATCH", "/channels/{channel_id}", channels.change, SOME),
    Operation("PUT", _OVERWRITE, channel_permissions.put, SOME),
    Operation("DELETE", _OVERWRITE, channel_permissions.delete, SOME),
    Operation("GET", _MESSAGES, messages.show_all, MESSAGES),
    Operation("POST", _MESSAGES, messages.send, MESSAGES),
    # Before single messages, or the last part would be read as a message ID.
    Operation("POST", _MESSAGES + "/bulk-delete", messages.bulk_delete, MESSAGES),
    Operation("GET", _MESSAGES + "/pins", pins.show_all, SOME),
    Operation("PUT", _MESSAGES + "/pins/{message_id}", pins.pin, SOME),
    Operation("DELETE", _MESSAGES + "/pins/{message_id}", pins.unpin, SOME),
    Operation("GET", _MESSAGES + "/{message_id}", messages.show, MESSAGES),
    Operation("PATCH", _MESSAGES + "/{message_id}", messages.edit, MESSAGES),
    Operation("DELETE", _MESSAGES + "/{message_id}", messages.delete, Limit(5, 1)),
    Operation("POST", "/channels/{channel_id}/typing", messages.type_there, SOME),
    Operation("PUT", _REACTIONS + "/{emoji_name}/@me", reactions.add, REACTIONS),
    Operation("DELETE", _REACTIONS + "/{emoji_name}/@me", reactions.remove_own, REACTIONS),
    Operation("DELETE", _REACTIONS + "/{emoji_name}/{user_id}", reactions.remove, REACTIONS),
    Operation("GET", _REACTIONS + "/{emoji_name}", reactions.who, SOME),
    Operation("DELETE", _REACTIONS + "/{emoji_name}", reactions.remove_emoji, REACTIONS),
    Operation("DELETE", _REACTIONS, reactions.remove_all, REACTIONS),
    Operation("POST", _CALLBACK, webhooks.answer, CALLBACKS, with_token=True),
    Operation("POST", _WEBHOOK, webhooks.follow_up, WEBHOOKS, with_token=True),
    Operation("GET", _WEBHOOK + "/messages/@original", webhooks.show_original, WEBHOOKS, with_token=True),
    Operation("PATCH", _WEBHOOK + "/messages/@original", webhooks.edit_original, WEBHOOKS, with_token=True),
    Operation("DELETE", _WEBHOOK + "/messages/@original", webhooks.delete_original, WEBHOOKS, with_token=True),
    Operation("GET", _WEBHOOK + "/messages/{message_id}", webhooks.show, WEBHOOKS, with_token=True),
    Operation("PATCH", _WEBHOOK + "/messages/{message_id}", webhooks.edit, WEBHOOKS, with_token=True),
    Operation("DELETE", _WEBHOOK + "/messages/{message_id}", webhooks.delete, WEBHOOKS, with_token=True),
)


UNKNOWN_PATH = JSONResponse(not_found().body(), 404)


def rest_app(state: State) -> ASGIApp:
    """The whole API; unsupported paths get Discord's response to unknown paths."""
    resources: defaultdict[str, dict[str, Endpoint]] = defaultdict(dict)
    for operation in OPERATIONS:
        resources[operation.path][operation.method] = operation.endpoint(state)
    routes = [
        *(Route(path, Resource(endpoints)) for path, endpoints in resources.items()),
        *oauth.oauth_routes(state),
    ]
    return Router(routes, redirect_slashes=False, default=UNKNOWN_PATH)
