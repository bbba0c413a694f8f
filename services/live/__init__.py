"""Live events of guilds for those who may watch: once each, in order, across processes and restarts."""

from services.live.events import Cursor, Event, Kind, now
from services.live.hub import Hub, Subscription
from services.live.signals import nudge
from services.live.tickets import Credential, TicketHolder

__all__ = ["Credential", "Cursor", "Event", "Hub", "Kind", "Subscription", "TicketHolder", "now", "nudge"]
