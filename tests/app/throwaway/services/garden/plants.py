"""Planting, and watering what was planted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from locales import t
from services.core import jobs
from services.core.errors import NotFound
from services.core.probes import Finding, State
from services.core.transactions import fetch, rows, transaction

WATER = "garden.water"
LONGEST = 50  # characters of a name

_PLANT = "INSERT INTO garden_plants (guild_id, user_id, name) VALUES ($1, $2, $3) RETURNING id, user_id, name"
_ALL = "SELECT id, user_id, name FROM garden_plants WHERE guild_id = $1 ORDER BY id LIMIT 50"
_OF_MEMBER = "SELECT id, user_id, name FROM garden_plants WHERE guild_id = $1 AND user_id = $2 ORDER BY id LIMIT 10"
_ONE = "SELECT id, user_id, name FROM garden_plants WHERE guild_id = $1 AND id = $2"
_WATER = "UPDATE garden_plants SET watered_at = now() WHERE guild_id = $1"


@dataclass(frozen=True, slots=True)
class Plant:
    """Something that a member planted."""

    id: int
    user_id: int
    name: str


async def plant(guild_id: int, user_id: int, name: str) -> Plant:
    """Plant something, and have it watered."""
    async with transaction():
        (made,) = await fetch(Plant, _PLANT, guild_id, user_id, name)
        await jobs.enqueue(WATER, {}, guild_id=guild_id, key=f"{WATER}:{made.id}")
    return made


async def planted(guild_id: int) -> Sequence[Plant]:
    """What grows in a server."""
    return await fetch(Plant, _ALL, guild_id)


async def of_member(guild_id: int, user_id: int) -> Sequence[Plant]:
    """What a member planted first."""
    return await fetch(Plant, _OF_MEMBER, guild_id, user_id)


async def find(guild_id: int, plant_id: int) -> Plant:
    """One plant of a server."""
    found = await fetch(Plant, _ONE, guild_id, plant_id)
    if not found:
        raise NotFound(t("There is no such plant in this server."))
    return found[0]


async def water(guild_id: int) -> None:
    """Water every plant of a server."""
    await rows(_WATER, guild_id)


async def probe(_guild_id: int) -> Sequence[Finding]:
    """Nothing can go wrong in a garden."""
    return [Finding("garden", State.WORKS, t("The garden grows."))]
