"""Commands as option values: suggested while typing, single commands or groups."""

from __future__ import annotations

from discord_api.permissions import Permissions
from interactions.context import Context
from interactions.declare import COMMANDS, Command, Kind
from interactions.responses import Choice
from locales import command_name, t
from services import permissions
from services.core.errors import NotFound

MAX_CHOICES = 25  # choices Discord shows


async def ruled(_ctx: Context, typed: str) -> list[Choice]:
    """Suggest commands and groups that rules can apply to."""
    names = {words for name in _typed() if not permissions.is_protected(name) for words in _beginnings(name)}
    return [_choice(name) for name in sorted(names) if _clean(typed) in name][:MAX_CHOICES]


async def single(_ctx: Context, typed: str) -> list[Choice]:
    """Suggest single commands."""
    return [_choice(name) for name in sorted(_typed()) if _clean(typed) in name][:MAX_CHOICES]


def read_ruled(value: str) -> str:
    """The chosen or typed command or group."""
    name = _clean(value)
    if not any(permissions.covers(name, known) for known in _typed()):
        raise _unknown(name)
    return name


def read_single(value: str) -> Command:
    """The chosen or typed command."""
    name = _clean(value)
    if (Kind.CHAT, name) not in COMMANDS:
        raise _unknown(name)
    return COMMANDS[Kind.CHAT, name]


def shown_to(name: str) -> Permissions:
    """The permission without which Discord hides the command; it hides whole top-level commands."""
    top = name.partition(" ")[0]
    wanted = ~Permissions(0)
    for known in _typed():
        if permissions.covers(top, known):
            wanted &= COMMANDS[Kind.CHAT, known].requires
    return wanted


def _typed() -> list[str]:
    return [name for kind, name in COMMANDS if kind is Kind.CHAT]


def _beginnings(name: str) -> list[str]:
    words = name.split(" ")
    return [" ".join(words[:count]) for count in range(1, len(words) + 1)]


def _choice(name: str) -> Choice:
    if (Kind.CHAT, name) in COMMANDS:
        return Choice(t("/{command}", command=command_name(name)), name)
    return Choice(t("/{command} and all its subcommands", command=command_name(name)), name)


def _clean(typed: str) -> str:
    return " ".join(typed.strip().lstrip("/").lower().split())


def _unknown(name: str) -> NotFound:
    return NotFound(
        t("I don't have a command called `/{command}`. Choose one from the suggestions.", command=_plain(name))
    )


def _plain(name: str) -> str:
    return name.replace("`", "'")[:60]
