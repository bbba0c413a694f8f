"""/confirm: when members confirm spending."""

from typing import Annotated

from interactions.context import Context
from interactions.declare import InteractionContext, Option, command
from interactions.responses import Reply, whisper
from locales import t
from services.economy import confirmations


@command(
    "confirm",
    "Choose when I ask you before you pay or buy",
    ephemeral=True,
    writes=True,
    places=(InteractionContext.SERVER, InteractionContext.OUR_DM),
)
async def confirm(
    ctx: Context,
    percent: Annotated[int, Option("Ask above this share of my coins; 0 asks always, 100 never", min=0, max=100)],
) -> Reply:
    await confirmations.choose(ctx.member.id, ctx.member.username, percent)
    if percent == 0:
        return whisper(t("I ask you before every payment and purchase from now on."))
    if percent == confirmations.NEVER:
        return whisper(t("I don't ask you before you pay or buy any more."))
    return whisper(t("I ask you before you spend more than **{percent}%** of your coins at once.", percent=percent))
