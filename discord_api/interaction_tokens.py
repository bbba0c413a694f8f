"""The state of interaction tokens: a dead one is tried at most three times."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from discord_api.errors import DiscordError, UnknownInteraction, UnknownWebhook

# Right after a deferral, Discord may not know the token yet; retrying endlessly would get us restricted.
PAUSES = (1.0, 8.0)
# Tokens live 15 minutes. For one that died longer ago, the first response says so.
MEMORY = 16 * 60.0


class InteractionToken:
    """What responses have shown about one token. Until it proves valid, only one call at a time uses it."""

    def __init__(self, now: float) -> None:
        self.seen_at = now
        self.good = False
        self.misses = 0
        self.turn = asyncio.Lock()

    def miss(self) -> None:
        """Note that Discord does not know it, at least not yet."""
        self.good = False
        self.misses += 1

    def pause(self) -> float | None:
        """Seconds until an unknown token may be tried again; None for never."""
        if self.dead:
            return None
        return PAUSES[self.misses - 1] * random.uniform(0.9, 1.1)  # noqa: S311 - no secret

    def bury(self) -> None:
        """Note that Discord will never know it again."""
        self.good = False
        self.misses = len(PAUSES) + 1

    def judge(self, error: DiscordError) -> DiscordError:
        """The error that a refusal means, and what it says about this token."""
        if isinstance(error, UnknownInteraction):
            self.bury()
            return error
        # Also for 401 and 50027, which Discord has sent once for tokens that were good before and after.
        unknown = error.status == 401 or isinstance(error, UnknownWebhook) or (error.status == 404 and not error.code)
        if not unknown:
            return error
        self.miss()
        return UnknownWebhook(error.message, status=error.status, code=error.code)

    def prove(self) -> None:
        """Note that Discord knows it."""
        self.good = True
        self.misses = 0

    @property
    def dead(self) -> bool:
        """Whether retrying is pointless."""
        return self.misses > len(PAUSES)

    def check(self) -> None:
        """Raise UnknownWebhook if it is known to be dead."""
        if self.dead:
            raise UnknownWebhook("The interaction's token is dead, so Discord was not asked again", status=404)


class InteractionTokens:
    """The tokens of the last 15 minutes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens: dict[str, InteractionToken] = {}

    def find(self, text: str) -> InteractionToken:
        """The state of a token."""
        token = self._tokens.get(text)
        if token is None:
            now = self._clock()
            while self._tokens and (oldest := next(iter(self._tokens.items())))[1].seen_at < now - MEMORY:
                del self._tokens[oldest[0]]
            token = self._tokens[text] = InteractionToken(now)
        return token
