"""A process that is to end does so in time, whatever hangs in it.

A name lookup that nobody answers can't be called off: its thread stays, and the loop, the pool of threads and the
interpreter each wait for it.
"""

from __future__ import annotations

import os
import sys
import threading

import structlog

log = structlog.get_logger(__name__)

STOP_WITHIN = 24.0  # seconds from the first request to stop; whoever stopped us kills us after thirty
LEAVE_WITHIN = 2.0  # seconds from the end of the work


def leave_within(seconds: float, status: int, *, late: str = "") -> None:
    """End the process with this status if it is still there then, and log why if that is to be said."""
    timer = threading.Timer(seconds, _leave, (status, late))
    timer.daemon = True  # so that a process that ends by itself does not wait for this
    timer.start()


def _leave(status: int, late: str) -> None:
    if late:
        log.error(late)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
