"""Discord with the server of the truth table, for what reads it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from discord_api import current
from discord_api.client import Discord
from discord_api.permissions import Permissions
from discord_api.transport import Transport
from services.core.transactions import rows
from tests.services.moderation import crew
from tests.support.bot import GUILD


def refusal(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": "No"})


GATEWAY = httpx.Response(502, html="<html>Bad gateway</html>")
BLOCKED = httpx.Response(403, html="<html>Access denied | Cloudflare</html>")
NONSENSE = httpx.Response(200, json={})
NOT_IN_IT = refusal(404, 10007)


@dataclass
class World:
    """Discord with the crew's server: its answers, some replaced by path, and the calls it gets."""

    bot: str = "top"
    staff: Permissions = crew.STAFF
    bot_may: Permissions | None = None
    instead: dict[str, httpx.Response] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v10")
        self.calls.append(f"{request.method} {path}")
        if said := self.instead.get(path.rpartition("/")[2]):
            return httpx.Response(said.status_code, headers=said.headers, content=said.content)
        if path == "/users/@me":
            return httpx.Response(200, json={"id": str(crew.TATIANA)})
        if path == f"/guilds/{GUILD}":
            return httpx.Response(200, json=crew.guild(self.bot, staff=self.staff, bot_may=self.bot_may))
        member = crew.member(int(path.removeprefix(f"/guilds/{GUILD}/members/")), self.bot)
        return httpx.Response(200, json=member) if member else NOT_IN_IT

    async def changed_nothing(self) -> bool:
        """Whether it was only asked, and nothing is queued either."""
        return all(call.startswith("GET ") for call in self.calls) and not await rows("SELECT 1 FROM jobs")


@asynccontextmanager
async def asked(world: World, *, patience: float = 30) -> AsyncIterator[None]:
    """A connection to this world, with Discord's limit of calls per second unused."""
    transport = Transport(httpx.AsyncClient(transport=httpx.MockTransport(world)))
    discord = Discord("t", project_url="http://bot.test", version="1", patience=patience, transport=transport)
    current.use(discord)
    yield
    await discord.close()
