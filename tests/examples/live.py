"""Examples of live updates."""

from __future__ import annotations

from tests.support.examples import Examples

EXAMPLES = Examples(notes=frozenset({"live_events", "live_history", "socket_tickets"}))
