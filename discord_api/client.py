"""Discord's REST API v10, as much of it as the bot needs.

Importing this module is cheap: httpx comes with the first request, or with an early `import discord_api.transport`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from discord_api.messages import File, Json, quiet, repeatable, with_attachments
from discord_api.rest import WHO_AM_I, Hooks, Rest

if TYPE_CHECKING:
    from discord_api.transport import Transport

API_URL = "https://discord.com/api/v10"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
MEMBER_ROLE = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"


class Discord:
    """Discord as one bot sees it. A call takes at most `patience` seconds with all its waiting and attempts."""

    def __init__(
        self,
        token: str,
        *,
        project_url: str,
        version: str,
        base_url: str = API_URL,
        patience: float = 30.0,
        on_token: Callable[[bool], None] | None = None,
        on_answer: Callable[[str, str, int, float], None] | None = None,
        transport: Transport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rest = Rest(
            base_url,
            {"User-Agent": f"DiscordBot ({project_url}, {version})"},
            f"Bot {token}",
            patience=patience,
            hooks=Hooks(on_token, on_answer),
            transport=transport,
            clock=clock,
        )
        # For the routes that have no method here yet.
        self.request = self._rest.request

    async def close(self) -> None:
        """Close all connections."""
        await self._rest.close()

    @property
    def refused(self) -> bool:
        """Whether Discord refused the token; then nothing is asked with it until it takes it again."""
        return self._rest.refused

    # The application and its commands

    async def application(self) -> Json:
        """The bot's own application, with its id and public key."""
        return _object(await self.request("GET", WHO_AM_I))

    async def edit_application(self, fields: Mapping[str, Any]) -> Json:
        """Change settings of the application, such as `interactions_endpoint_url`."""
        return _object(await self.request("PATCH", "/applications/@me", json=fields))

    async def commands(self, application_id: int) -> list[Json]:
        """The registered global commands with all their translations."""
        params = {"application_id": application_id}
        query = {"with_localizations": True}
        return _list(await self.request("GET", "/applications/{application_id}/commands", params, query=query))

    async def put_commands(self, application_id: int, commands: Sequence[Json]) -> list[Json]:
        """Replace all global commands; what is not in the list is deleted."""
        params = {"application_id": application_id}
        return _list(await self.request("PUT", "/applications/{application_id}/commands", params, json=list(commands)))

    async def guild_commands(self, application_id: int, guild_id: int) -> list[Json]:
        """The commands that are registered for one guild alone."""
        return _list(await self.request("GET", GUILD_COMMANDS, _commands_of(application_id, guild_id)))

    async def put_guild_commands(self, application_id: int, guild_id: int, commands: Sequence[Json]) -> list[Json]:
        """Replace all commands of one guild."""
        params = _commands_of(application_id, guild_id)
        return _list(await self.request("PUT", GUILD_COMMANDS, params, json=list(commands)))

    # Guilds, members, roles, people

    async def guild(self, guild_id: int, *, with_counts: bool = False) -> Json:
        """A guild that the bot is in, and about how many members it has if asked."""
        query = {"with_counts": True} if with_counts else None
        return _object(await self.request("GET", "/guilds/{guild_id}", {"guild_id": guild_id}, query=query))

    async def guilds(self, *, after: int = 0, limit: int = 200) -> list[Json]:
        """The guilds that the bot is in, by id, at most 200 at once, with about how many members they have."""
        query = {"after": after, "limit": limit, "with_counts": True}
        return _list(await self.request("GET", "/users/@me/guilds", query=query))

    async def roles(self, guild_id: int) -> list[Json]:
        """All roles of a guild."""
        return _list(await self.request("GET", "/guilds/{guild_id}/roles", {"guild_id": guild_id}))

    async def channels(self, guild_id: int) -> list[Json]:
        """The channels of a guild that the bot may see, without threads."""
        return _list(await self.request("GET", "/guilds/{guild_id}/channels", {"guild_id": guild_id}))

    async def member(self, guild_id: int, user_id: int) -> Json:
        """A member of a guild; UnknownMember for anyone else."""
        params = {"guild_id": guild_id, "user_id": user_id}
        return _object(await self.request("GET", "/guilds/{guild_id}/members/{user_id}", params))

    async def search_members(self, guild_id: int, begins: str, limit: int = 25) -> list[Json]:
        """Members whose username or nickname begins so."""
        query = {"query": begins, "limit": limit}
        params = {"guild_id": guild_id}
        return _list(await self.request("GET", "/guilds/{guild_id}/members/search", params, query=query))

    async def add_role(self, guild_id: int, user_id: int, role_id: int, *, reason: str = "") -> None:
        """Give a member a role; nothing changes for who has it."""
        params = {"guild_id": guild_id, "user_id": user_id, "role_id": role_id}
        await self.request("PUT", MEMBER_ROLE, params, reason=reason)

    async def remove_role(self, guild_id: int, user_id: int, role_id: int, *, reason: str = "") -> None:
        """Take a role from a member; nothing changes for who lacks it."""
        params = {"guild_id": guild_id, "user_id": user_id, "role_id": role_id}
        await self.request("DELETE", MEMBER_ROLE, params, reason=reason)

    async def user(self, user_id: int) -> Json:
        """Anyone on Discord."""
        return _object(await self.request("GET", "/users/{user_id}", {"user_id": user_id}))

    async def open_dm(self, user_id: int) -> Json:
        """The channel of direct messages with a person, the same one each time."""
        body = {"recipient_id": str(user_id)}
        return _object(await self.request("POST", "/users/@me/channels", json=body, retry=True))

    # Messages with the bot's token. They mention nobody unless `allowed_mentions` says whom.

    async def send_message(self, channel_id: int, message: Mapping[str, Any], *, files: Sequence[File] = ()) -> Json:
        """Post a message. With `nonce` and `enforce_nonce` it is posted once even if answers are lost."""
        body = with_attachments(quiet(message), files)
        params = {"channel_id": channel_id}
        path = "/channels/{channel_id}/messages"
        return _object(await self.request("POST", path, params, json=body, files=files, retry=repeatable(message)))

    async def edit_message(
        self, channel_id: int, message_id: int, message: Mapping[str, Any], *, files: Sequence[File] = ()
    ) -> Json:
        """Change the given fields of a message."""
        params = {"channel_id": channel_id, "message_id": message_id}
        body = with_attachments(quiet(message), files)
        return _object(await self.request("PATCH", MESSAGE, params, json=body, files=files))

    async def delete_message(self, channel_id: int, message_id: int, *, reason: str = "") -> None:
        """Delete a message."""
        params = {"channel_id": channel_id, "message_id": message_id}
        await self.request("DELETE", MESSAGE, params, reason=reason)

    # Answers to an interaction with its own token, for 15 minutes after it

    async def original(self, application_id: int, token: str) -> Json:
        """The first answer to an interaction, with its id."""
        return _object(await self.request("GET", ORIGINAL, _webhook(application_id, token)))

    async def edit_original(
        self, application_id: int, token: str, message: Mapping[str, Any], *, files: Sequence[File] = ()
    ) -> Json:
        """Change the first answer; after a deferral, give it."""
        body = with_attachments(quiet(message), files)
        return _object(await self.request("PATCH", ORIGINAL, _webhook(application_id, token), json=body, files=files))

    async def delete_original(self, application_id: int, token: str) -> None:
        """Delete the first answer."""
        await self.request("DELETE", ORIGINAL, _webhook(application_id, token))

    async def follow_up(
        self, application_id: int, token: str, message: Mapping[str, Any], *, files: Sequence[File] = ()
    ) -> Json:
        """Post a further answer."""
        body = with_attachments(quiet(message), files)
        path = "/webhooks/{webhook_id}/{webhook_token}"
        return _object(await self.request("POST", path, _webhook(application_id, token), json=body, files=files))


def _commands_of(application_id: int, guild_id: int) -> dict[str, int | str]:
    return {"application_id": application_id, "guild_id": guild_id}


def _webhook(application_id: int, token: str) -> dict[str, int | str]:
    return {"webhook_id": application_id, "webhook_token": token}


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Json]:
    return value if isinstance(value, list) else []
