"""What happens in guilds, told to those who may watch: once each, in order, across processes and restarts."""

from services.live.events import Cursor, Event, Kind, now
from services.live.hub import Hub, Watch
from services.live.signals import nudge
from services.live.tickets import Holder, Proof

__all__ = ["Cursor", "Event", "Holder", "Hub", "Kind", "Proof", "Watch", "now", "nudge"]
