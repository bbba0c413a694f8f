"""Discord's errors as exceptions: one class per case that callers distinguish."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class DiscordError(Exception):
    """Discord refused a request or could not be reached. `effect_unknown`: it may have happened anyway."""

    def __init__(self, message: str, *, status: int = 0, code: int = 0, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.fields = fields or {}
        self.effect_unknown = False

    def __str__(self) -> str:
        text = f"{self.message} (HTTP {self.status}, code {self.code})" if self.status else self.message
        # Without a full stop, because it appears inside our sentences.
        return "; ".join([text, *(f"{path}: {fault}" for path, fault in self.fields.items())]).rstrip(".")


class InvalidForm(DiscordError):
    """A field was invalid; `fields` says which and why."""


class Unauthorized(DiscordError):
    """The bot token is invalid or was reset."""


class Forbidden(DiscordError):
    """The bot may not do this."""


class MissingAccess(Forbidden):
    """The bot is not in the guild, is there for its commands only, or cannot see the channel."""


class MissingPermission(Forbidden):
    """The bot lacks the permission, or the target's role is not below its own."""


class TwoFactorRequired(Forbidden):
    """The guild requires two-factor authentication for moderation, and the application's owner has none."""


class BannedMember(Forbidden):
    """The user is banned from the guild."""


class CannotMessage(Forbidden):
    """The user accepts no direct messages from the bot; a retry does not help."""


class TooManyMessages(DiscordError):
    """The bot opens direct messages too fast."""


class BanLimit(DiscordError):
    """Too many users who aren't members were banned in the guild lately, by whomever."""


class NotFound(DiscordError):
    """The resource does not exist, or the bot can't see it."""


class UnknownChannel(NotFound):
    """The channel was deleted, or the bot can't see it."""


class UnknownGuild(NotFound):
    """The guild was deleted, or the bot is not in it."""


class UnknownUser(NotFound):
    """There is no account with this id."""


class UnknownMember(NotFound):
    """The user is not, or no longer, a member of the guild."""


class UnknownMessage(NotFound):
    """The message was deleted, or never existed."""


class UnknownBan(NotFound):
    """The user is not, or no longer, banned from the guild."""


class UnknownRole(NotFound):
    """The role was deleted, or belongs to another guild."""


class UnknownInteraction(NotFound):
    """The three seconds for a first response have passed."""


class UnknownWebhook(NotFound):
    """The interaction's token is invalid: never acknowledged, or older than 15 minutes."""


class RateLimited(DiscordError):
    """Not sent, because it would have to wait too long; it may work in `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float, scope: str, status: int = 0, code: int = 0) -> None:
        super().__init__(message, status=status, code=code)
        self.retry_after = retry_after
        self.scope = scope


class Blocked(DiscordError):
    """Discord's edge (Cloudflare) blocked the request; this says nothing about the resource."""


class Unavailable(DiscordError):
    """Discord is down or unreachable. `effect_unknown` is False if it certainly received nothing."""


BY_CODE: dict[int, type[DiscordError]] = {
    10003: UnknownChannel,
    10004: UnknownGuild,
    10007: UnknownMember,
    10008: UnknownMessage,
    10011: UnknownRole,
    10013: UnknownUser,
    10015: UnknownWebhook,
    10026: UnknownBan,
    10062: UnknownInteraction,
    30035: BanLimit,
    40001: Unauthorized,
    40003: TooManyMessages,
    40004: Unavailable,  # sending messages is temporarily disabled
    40006: Unavailable,  # this feature is temporarily disabled
    40007: BannedMember,
    40333: Blocked,
    50001: MissingAccess,
    50007: CannotMessage,
    50013: MissingPermission,
    50014: Unauthorized,
    50027: UnknownWebhook,
    50035: InvalidForm,
    50278: CannotMessage,
    60003: TwoFactorRequired,
    130000: Unavailable,  # overloaded
}
BY_STATUS: dict[int, type[DiscordError]] = {401: Unauthorized, 403: Forbidden, 404: NotFound}


def from_answer(status: int, body: Any) -> DiscordError:
    """The exception for a response that is neither a success nor a 429."""
    if not isinstance(body, dict) and status in {403, 404}:
        # Discord refuses in JSON; this came from something in front of it.
        return Blocked("The answer did not come from Discord's API", status=status)
    body = body if isinstance(body, dict) else {}
    code = body.get("code")
    code = code if isinstance(code, int) else 0
    message = str(body.get("message") or "Discord gave no reason")
    if status >= 500:
        outage = Unavailable(message, status=status, code=code)
        outage.effect_unknown = True
        return outage
    kind = BY_CODE.get(code) or BY_STATUS.get(status, DiscordError)
    return kind(message, status=status, code=code, fields=dict(flatten(body.get("errors"))))


def flatten(errors: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Discord's nested errors, flattened to paths such as `options.0.name` with their messages."""
    if not isinstance(errors, dict):
        return
    for key, value in errors.items():
        if key == "_errors" and isinstance(value, list):
            yield path or "request", " ".join(str(leaf.get("message", "")) for leaf in value if isinstance(leaf, dict))
        else:
            yield from flatten(value, f"{path}.{key}" if path else str(key))
