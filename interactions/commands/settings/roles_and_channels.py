"""Channels and roles as settings' values: suggested by name, and parsed from typed text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence

from interactions.responses import Choice
from interactions.suggestions import LONGEST
from locales import t
from services import directory
from services.directory import RolesAndChannels
from services.settings.kinds import Channel, Kind, Roles
from services.settings.typed import NOTHING

PATIENCE = 1.0  # seconds for Discord to list them while someone is typing
_IDS = re.compile(r"[\s,;<>#@&\d]*", re.ASCII)  # ids and mentions, which need no lookup


async def places(guild_id: int) -> RolesAndChannels:
    """The server's channels and roles by name; none if Discord does not answer in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await directory.places(guild_id)
    except TimeoutError:
        return RolesAndChannels()


async def suggested(guild_id: int, kind: Channel | Roles, typed: str) -> list[Choice]:
    """Suggest those whose name contains the text; after a comma, another role."""
    sign, known = _known(kind, await places(guild_id))
    before, word = _split(kind, typed)
    chosen = _ids(before, known)
    named = [(sign + name, str(one)) for one, name in known.items() if str(one) not in chosen]
    wanted = word.lstrip("#@").lower()
    found = [one for one in named if wanted in one[0].lower()]
    found.sort(key=lambda one: not one[0][1:].lower().startswith(wanted))
    shown = [sign + known[int(one)] if int(one) in known else one for one in chosen]
    offers = [Choice(", ".join([*shown, name]), " ".join([*chosen, value])) for name, value in found]
    if chosen and not word:
        offers.insert(0, Choice(", ".join(shown), " ".join(chosen)))
    none = [Choice(t("none"), "none")] if not chosen and "none".startswith(wanted) else []
    return [*none, *(offer for offer in offers if len(str(offer.value)) <= LONGEST)]


async def meant(guild_id: int, kind: Kind, typed: str) -> str:
    """Replace typed names by ids; text that matches no name stays as typed."""
    if not isinstance(kind, Channel | Roles) or typed.strip().lower() in NOTHING or _IDS.fullmatch(typed):
        return typed
    _, known = _known(kind, await places(guild_id))
    parts = re.split(r"[,;]", typed) if isinstance(kind, Roles) else [typed]
    return " ".join(_ids(parts, known))


def _known(kind: Channel | Roles, places: RolesAndChannels) -> tuple[str, Mapping[int, str]]:
    return ("#", places.channels) if isinstance(kind, Channel) else ("@", places.roles)


def _split(kind: Channel | Roles, typed: str) -> tuple[Sequence[str], str]:
    """Split the text into what was chosen before and what is being typed."""
    if isinstance(kind, Channel):
        return [], typed.strip()
    *before, word = re.split(r"[,;]", typed)
    # A suggestion fills in ids only; another role may follow.
    ids = word.split()
    return ([*before, *ids], "") if ids and all(one.isdecimal() for one in ids) else (before, word.strip())


def _ids(parts: Sequence[str], known: Mapping[int, str]) -> list[str]:
    """Each part as an id if it is a known name, else unchanged."""
    by_name = {name.lower(): str(one) for one, name in reversed(list(known.items()))}
    words = [part.strip() for part in parts if part.strip()]
    return [by_name.get(word.lstrip("#@").lower(), word) for word in words]
