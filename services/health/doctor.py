"""Runs every area's probes for a server, independently of each other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx

from discord_api import errors
from locales import t
from services.core import areas
from services.core.discord_refusals import told
from services.core.probes import Finding, Probe, State

PATIENCE = 2.5  # seconds per probe


async def examine(guild_id: int, module: str = "") -> list[Finding]:
    """Findings of every probe, or those of one module; probes run concurrently and independently."""
    wanted = {name: probe for name, probe in areas.probes().items() if not module or name == module}
    found = await asyncio.gather(*(_tried(name, probe, guild_id) for name, probe in wanted.items()))
    return [finding for several in found for finding in several]


async def _tried(name: str, probe: Probe, guild_id: int) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await probe(guild_id)
    except errors.DiscordError as error:
        return [Finding(name, State.LIMITED, t("{module} couldn't be checked.", module=name), told(error))]
    except (httpx.HTTPError, TimeoutError, OSError):
        said = t("{module} couldn't be checked: there was no response in time.", module=name)
        return [Finding(name, State.LIMITED, said, t("Try again in a minute."))]
