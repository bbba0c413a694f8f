"""Option values of moderation commands, suggested while typing."""

from __future__ import annotations

from collections.abc import Iterator

from interactions.command_choices import MAX_CHOICES
from interactions.context import Context
from interactions.responses import Choice
from interactions.suggestions import LONGEST, unclear
from locales import Text, t
from services import settings
from services.core import durations
from services.core.durations import DAY, HOUR, MINUTE
from services.core.errors import UserError
from services.moderation import banned as banned_users
from services.moderation.banned import BannedUser
from services.moderation.settings import Moderation

PERMANENT = "perm"
_COMMON = (10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 28 * DAY, 90 * DAY)


async def duration(ctx: Context, typed: str) -> list[Choice]:
    """Suggest a duration for what must end."""
    return _durations(ctx, typed) if typed.strip() else [_duration(seconds) for seconds in _COMMON]


async def duration_or_permanent(ctx: Context, typed: str) -> list[Choice]:
    """Suggest a duration for what may be permanent."""
    permanent = Choice(t("permanent"), PERMANENT)
    return _durations(ctx, typed) if typed.strip() else [permanent, *map(_duration, _COMMON)]


async def reasons(ctx: Context, typed: str) -> list[Choice]:
    """Suggest the server's own reasons; Discord takes none that is longer."""
    known = (await settings.of(ctx.guild_id, Moderation)).suggested_reasons
    word = typed.strip().lower()
    return [Choice(reason, reason) for reason in known if word in reason.lower() and len(reason) <= LONGEST]


async def banned(ctx: Context, typed: str) -> list[Choice]:
    """Suggest people whose bans are in force."""
    found = await banned_users.search(ctx.guild_id, typed.strip(), MAX_CHOICES)
    return [Choice(_banned(user), str(user.user_id)) for user in found]


def _banned(user: BannedUser) -> Text:
    name = user.username or str(user.user_id)
    return t("{name} · case #{number}", name=name, number=str(user.number))


def _durations(ctx: Context, typed: str) -> list[Choice]:
    """The typed duration, or units for a number without one."""
    word = typed.strip()
    if word.isascii() and word.isdigit():
        return list(_with_units(word))
    try:
        seconds = durations.parse(word)
    except UserError as error:
        return [unclear(ctx, error, typed)]
    return [Choice(t("permanent"), PERMANENT) if seconds is None else _duration(seconds)]


def _with_units(number: str) -> Iterator[Choice]:
    for unit in "mhd":
        try:
            yield _duration(durations.limited(f"{number}{unit}"))
        except UserError:  # too long in this unit
            continue


def _duration(seconds: int) -> Choice:
    return Choice(durations.words(seconds), durations.typed(seconds))
