"""Which interaction tokens Discord knows: a dead one is asked three times at most, whoever asks."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from discord_api.errors import UnknownWebhook

# Right after an inline deferral Discord may not know the token yet; asking on and on earns a restriction.
PAUSES = (1.0, 8.0)
# The tokens live 15 minutes. Whoever holds a longer dead one is told so by its first answer.
MEMORY = 16 * 60.0


class InteractionToken:
    """What answers have told about one token. Until it proves good, one call at a time uses it."""

    def __init__(self, now: float) -> None:
        self.seen_at = now
        self.good = False
        self.misses = 0
        self.turn = asyncio.Lock()

    def miss(self) -> None:
        """Discord does not know it, or not yet."""
        self.good = False
        self.misses += 1

    def pause(self) -> float | None:
        """Seconds until a token that was missed may be tried again, None if never."""
        if self.dead:
            return None
        return PAUSES[self.misses - 1] * random.uniform(0.9, 1.1)  # noqa: S311 - no secret

    def bury(self) -> None:
        """Discord said that it never will know it again."""
        self.good = False
        self.misses = len(PAUSES) + 1

    def prove(self) -> None:
        """An answer showed that Discord knows it."""
        self.good = True
        self.misses = 0

    @property
    def dead(self) -> bool:
        """True if asking again is pointless."""
        return self.misses > len(PAUSES)

    def check(self) -> None:
        """Raise UnknownWebhook if it is known to be dead."""
        if self.dead:
            raise UnknownWebhook("The interaction's token is dead, so Discord was not asked again", status=404)


class InteractionTokens:
    """The tokens of the last quarter of an hour."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens: dict[str, InteractionToken] = {}

    def find(self, text: str) -> InteractionToken:
        """What is known about a token."""
        token = self._tokens.get(text)
        if token is None:
            now = self._clock()
            while self._tokens and (oldest := next(iter(self._tokens.items())))[1].seen_at < now - MEMORY:
                del self._tokens[oldest[0]]
            token = self._tokens[text] = InteractionToken(now)
        return token
