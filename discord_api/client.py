"""Discord's REST API v10 as one bot sees it; a module for each resource, such as `members`, has its calls.

Importing this module is cheap: httpx comes with the first request, or with an early `import discord_api.transport`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from discord_api.rest import Hooks, Rest

if TYPE_CHECKING:
    from discord_api.transport import Transport

API_URL = "https://discord.com/api/v10"


class Discord:
    """Discord's API for one bot. A call takes at most `patience` seconds, including waits and retries."""

    def __init__(
        self,
        token: str,
        *,
        project_url: str,
        version: str,
        base_url: str = API_URL,
        patience: float = 30.0,
        on_token: Callable[[bool], None] | None = None,
        on_answer: Callable[[str, str, int, float], None] | None = None,
        transport: Transport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rest = Rest(
            base_url,
            {"User-Agent": f"DiscordBot ({project_url}, {version})"},
            f"Bot {token}",
            patience=patience,
            hooks=Hooks(on_token, on_answer),
            transport=transport,
            clock=clock,
        )
        # Every call goes through this; the resource modules provide method, path and body.
        self.request = self._rest.request

    async def close(self) -> None:
        """Close all connections."""
        await self._rest.close()

    @property
    def refused(self) -> bool:
        """Whether Discord refuses the token; until it is accepted again, nothing is sent with it."""
        return self._rest.refused
