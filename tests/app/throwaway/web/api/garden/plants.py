"""What grows in a server's garden."""

from __future__ import annotations

from pydantic import Field

from services.garden import plants
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Id, Number, Reply


class Plant(Reply):
    """Something that a member planted."""

    id: Number
    user_id: Id
    name: str = Field(examples=["Rose"])


@endpoint(Operation("Read a plant", tag="garden", reply=Plant))
async def show(call: Call, plant_id: int) -> Plant:
    """One plant."""
    found = await plants.find(call.guild_id, plant_id)
    return Plant(id=found.id, user_id=found.user_id, name=found.name)
