"""/plant: plant something."""

from typing import Annotated

from discord_api.markdown import plain
from interactions.context import Context
from interactions.declare import Option, command
from interactions.responses import Reply, reply
from locales import t
from services.garden import plants


@command("plant", "Plant something in the garden", writes=True)
async def plant(ctx: Context, what: Annotated[str, Option("Its name", min=1, max=plants.LONGEST)]) -> Reply:
    made = await plants.plant(ctx.guild_id, ctx.member.id, what)
    return reply(t("Planted: {plant}", plant=plain(made.name)))
