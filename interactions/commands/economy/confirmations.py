"""/confirm: when members confirm spending."""

from typing import Annotated

from interactions.context import Context
from interactions.declare import InteractionContext, Option, command
from interactions.responses import Reply, whisper
from locales import t
from services.economy import confirmations


@command(
    "confirm",
    "Choose when I ask you to confirm a payment or purchase",
    ephemeral=True,
    writes=True,
    places=(InteractionContext.SERVER, InteractionContext.OUR_DM),
)
async def confirm(
    ctx: Context,
    percent: Annotated[
        int, Option("Ask when I spend more than this share of my coins (%); 0 always asks, 100 never", min=0, max=100)
    ],
) -> Reply:
    await confirmations.choose(ctx.member.id, ctx.member.username, percent)
    if percent == 0:
        return whisper(t("From now on I'll ask you to confirm every payment and purchase."))
    if percent == confirmations.NEVER:
        return whisper(t("From now on I won't ask you to confirm payments and purchases."))
    return whisper(
        t("I'll ask you to confirm when you spend more than **{percent}%** of your coins at once.", percent=percent)
    )
