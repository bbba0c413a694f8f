"""A web process with a command that takes long, to be killed in its middle: python -m tests.app.slow_web SECONDS."""

from __future__ import annotations

import asyncio
import sys

from app import cli
from interactions import dispatch
from interactions.context import Context
from interactions.declare import command
from interactions.responses import Reply, reply
from tests.support.coins import give

NAME = "overtime"
COINS = 5


def declare(seconds: float) -> None:
    """The command; it pays, and is done so many seconds later."""

    @command(NAME, "Pays late", writes=True)
    async def overtime(ctx: Context) -> Reply:
        await give(ctx.member.id, COINS, ctx.guild_id)
        await asyncio.sleep(seconds)
        return reply("paid at last")


if __name__ == "__main__":
    dispatch.PATIENCE = 0.05
    declare(float(sys.argv.pop()))
    sys.exit(cli.main(["web"]))
