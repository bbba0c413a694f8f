"""Every route of Discord's REST interface that the playground has, on one page."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from . import oauth_rest as oauth
from . import rest_applications as applications
from . import rest_channels as channels
from . import rest_guilds as guilds
from . import rest_webhooks as webhooks
from .errors import not_found
from .rates import Limit
from .rest import Operation
from .state import State

_COMMANDS = "/applications/{application_id}/commands"
_GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
_MESSAGES = "/channels/{channel_id}/messages"
_ROLE_OF_MEMBER = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"

# Discord publishes none of its limits: these are of the size that bots report.
FEW, SOME, MESSAGES, ROLES = Limit(5, 20), Limit(10, 10), Limit(5, 5), Limit(10, 10)
WEBHOOKS, CALLBACKS = Limit(5, 2), Limit(1000, 1)

OPERATIONS = (
    Operation("GET", "/applications/@me", applications.show),
    Operation("PATCH", "/applications/@me", applications.change, FEW),
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
    Operation("GET", "/guilds/{guild_id}/members", guilds.members, SOME),
    Operation("GET", "/guilds/{guild_id}/members/search", guilds.search, SOME),
    Operation("GET", "/guilds/{guild_id}/members/{user_id}", guilds.member, Limit(5, 1)),
    Operation("PUT", _ROLE_OF_MEMBER, guilds.add_role, ROLES),
    Operation("DELETE", _ROLE_OF_MEMBER, guilds.remove_role, ROLES),
    Operation("GET", "/guilds/{guild_id}/audit-logs", guilds.audit_log, SOME),
    Operation("GET", "/channels/{channel_id}", channels.show, SOME),
    Operation("GET", _MESSAGES, channels.messages, MESSAGES),
    Operation("POST", _MESSAGES, channels.send, MESSAGES),
    Operation("GET", _MESSAGES + "/{message_id}", channels.message, MESSAGES),
    Operation("PATCH", _MESSAGES + "/{message_id}", channels.edit, MESSAGES),
    Operation("DELETE", _MESSAGES + "/{message_id}", channels.delete, Limit(5, 1)),
    Operation("POST", _CALLBACK, webhooks.answer, CALLBACKS, with_token=True),
    Operation("POST", _WEBHOOK, webhooks.follow_up, WEBHOOKS, with_token=True),
    Operation("GET", _WEBHOOK + "/messages/@original", webhooks.show_original, WEBHOOKS, with_token=True),
    Operation("PATCH", _WEBHOOK + "/messages/@original", webhooks.edit_original, WEBHOOKS, with_token=True),
    Operation("DELETE", _WEBHOOK + "/messages/@original", webhooks.delete_original, WEBHOOKS, with_token=True),
    Operation("GET", _WEBHOOK + "/messages/{message_id}", webhooks.show, WEBHOOKS, with_token=True),
    Operation("PATCH", _WEBHOOK + "/messages/{message_id}", webhooks.edit, WEBHOOKS, with_token=True),
    Operation("DELETE", _WEBHOOK + "/messages/{message_id}", webhooks.delete, WEBHOOKS, with_token=True),
)


def rest_app(state: State) -> ASGIApp:
    """The whole interface; what it lacks answers as Discord answers to unknown paths."""
    routes = [*(operation.route(state) for operation in OPERATIONS), *oauth.oauth_routes(state)]
    return Router(routes, redirect_slashes=False, default=_unknown)


async def _unknown(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse(not_found().body(), 404)(scope, receive, send)
