"""What can go wrong at Discord, as exceptions: one class for each thing that callers tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class DiscordError(Exception):
    """Discord refused a request, or could not be asked. `effect_unknown`: it may have happened all the same."""

    def __init__(self, message: str, *, status: int = 0, code: int = 0, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.fields = fields or {}
        self.effect_unknown = False

    def __str__(self) -> str:
        text = f"{self.message} (HTTP {self.status}, code {self.code})" if self.status else self.message
        # Without a full stop, for it stands in sentences of ours.
        return "; ".join([text, *(f"{path}: {fault}" for path, fault in self.fields.items())]).rstrip(".")


class InvalidForm(DiscordError):
    """A field was wrong; `fields` says which and why."""


class Unauthorized(DiscordError):
    """The bot token is not, or no longer, good."""


class Forbidden(DiscordError):
    """The bot may not do this."""


class MissingAccess(Forbidden):
    """The bot is not in the guild, is there for its commands only, or cannot see the channel."""


class MissingPermission(Forbidden):
    """The bot lacks the permission, or the target's role is not below its own."""


class TwoFactorRequired(Forbidden):
    """The guild wants two-factor authentication of moderators, and the application's owner has none."""


class BannedMember(Forbidden):
    """This person is banned from the guild."""


class CannotMessage(Forbidden):
    """The person takes no direct messages from the bot. Asking again does not help."""


class NotFound(DiscordError):
    """What was asked for is not there, or the bot cannot see it."""


class UnknownChannel(NotFound):
    """The channel was deleted, or the bot cannot see it."""


class UnknownGuild(NotFound):
    """The guild was deleted, or the bot is not in it."""


class UnknownUser(NotFound):
    """There is no account with this id."""


class UnknownMember(NotFound):
    """This person is not, or no longer, a member of the guild."""


class UnknownMessage(NotFound):
    """The message was deleted, or never existed."""


class UnknownRole(NotFound):
    """The role was deleted, or belongs to another guild."""


class UnknownInteraction(NotFound):
    """The three seconds for a first answer have passed."""


class UnknownWebhook(NotFound):
    """The interaction's token is not good: never acknowledged, or older than 15 minutes."""


class RateLimited(DiscordError):
    """Not done, because it would have had to wait too long; `retry_after` seconds from now it may work."""

    def __init__(self, message: str, *, retry_after: float, scope: str, status: int = 0, code: int = 0) -> None:
        super().__init__(message, status=status, code=code)
        self.retry_after = retry_after
        self.scope = scope


class Blocked(DiscordError):
    """Discord's network turned the request away (Cloudflare): this says nothing about what was asked for."""


class Unavailable(DiscordError):
    """Discord is down or could not be reached. `effect_unknown` is False if it certainly heard nothing."""


BY_CODE: dict[int, type[DiscordError]] = {
    10003: UnknownChannel,
    10004: UnknownGuild,
    10007: UnknownMember,
    10008: UnknownMessage,
    10011: UnknownRole,
    10013: UnknownUser,
    10015: UnknownWebhook,
    10062: UnknownInteraction,
    40001: Unauthorized,
    40004: Unavailable,  # sending messages is switched off for a while
    40006: Unavailable,  # this feature is switched off for a while
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
    """The exception for an answer that is neither a success nor a 429."""
    if not isinstance(body, dict) and status in {403, 404}:
        # Discord says no in JSON; this came from something before it.
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
    """`options.0.name` and what is wrong with it, for each leaf of Discord's nested errors."""
    if not isinstance(errors, dict):
        return
    for key, value in errors.items():
        if key == "_errors" and isinstance(value, list):
            yield path or "request", " ".join(str(leaf.get("message", "")) for leaf in value if isinstance(leaf, dict))
        else:
            yield from flatten(value, f"{path}.{key}" if path else str(key))
