"""How long one step holds the event loop, in the processor's time: whatever else the machine does does not count."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Longest:
    """The longest step so far, in seconds."""

    seconds = 0.0


@contextmanager
def longest_step() -> Iterator[Longest]:
    """Measure every step that the loop takes meanwhile."""
    found = Longest()
    run = asyncio.Handle._run

    def measured(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        found.seconds = max(found.seconds, time.thread_time() - began)

    asyncio.Handle._run = measured  # type: ignore[assignment, method-assign]
    try:
        yield found
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]
