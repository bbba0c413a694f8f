"""The same two commands on hikari's RESTBot, as its README starts it, or at its best (uvloop, warnings only)."""

from __future__ import annotations

import asyncio
import os
import sys

import hikari

QUIET = "--best" in sys.argv

if QUIET:
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())

bot = hikari.RESTBot(
    "a.b.c",
    hikari.TokenType.BOT,
    public_key=os.environ["DISCORD_PUBLIC_KEY"],
    banner=None,
    logs="WARNING" if QUIET else "INFO",
    suppress_optimization_warning=True,
)


async def answer(interaction: hikari.CommandInteraction) -> hikari.api.InteractionMessageBuilder:
    text = "I'm here." if interaction.command_name == "ping" else "You have **0** coins."
    return interaction.build_response().set_content(text).set_flags(hikari.MessageFlag.EPHEMERAL)


bot.set_listener(hikari.CommandInteraction, answer)


async def main() -> None:
    # The bot's own start would ask Discord for its application; the server behind it needs nothing of the kind.
    await bot._server.start(host="127.0.0.1", port=int(os.environ["PORT"]))
    await bot._server.join()


asyncio.run(main())
