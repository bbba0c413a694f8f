"""Makes sure that a stopping process ends in time, whatever hangs in it.

A name lookup without an answer can't be cancelled: its thread stays, and the event loop, the thread pool and the
interpreter each wait for it.
"""

from __future__ import annotations

import os
import sys
import threading

import structlog

log = structlog.get_logger(__name__)

STOP_WITHIN = 24.0  # seconds from the first request to stop; supervisors kill us after thirty
LEAVE_WITHIN = 2.0  # seconds from the end of the work


def leave_within(seconds: float, status: int, *, late: str = "") -> None:
    """Exit with this status if the process is still alive after `seconds`, logging `late` if given."""
    timer = threading.Timer(seconds, _leave, (status, late))
    timer.daemon = True  # so that a process that ends by itself doesn't wait for this thread
    timer.start()


def _leave(status: int, late: str) -> None:
    if late:
        log.error(late)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
