"""The protocol on one authenticated socket."""

from __future__ import annotations

import asyncio

from services.identity.authority import AuthorityUnknown
from services.live import Cursor, Event, Hub, Subscription, TicketHolder, audience
from web.frame.errors import DATABASE_FAULTS, refusal
from web.sockets import messages
from web.sockets.messages import Said, Subscribe, Unsubscribe
from web.sockets.outbox import Outbox

MOST_GUILDS = 50  # subscriptions per socket
FIRST_CHECK = 5.0  # seconds, because the answer that admitted someone may be a minute old
CHECKS = 30.0  # seconds between checks

# Close codes (RFC 6455, 7.4; our own from 4000 on).
POLICY = 1008
SIGNED_OUT = 4001

_NOT_FOUND = "There is no such server, or you don't moderate it."
_FOR_ADMINS = "Only admins (Manage Server) can follow settings changes."
_TOO_MANY = f"One socket can follow at most {MOST_GUILDS} servers."


class Conversation:
    """One person's subscriptions; receives events from the hub and sends them through the outbox."""

    __slots__ = ("_hub", "due", "holder", "outbox", "watches")

    def __init__(self, holder: TicketHolder, hub: Hub, outbox: Outbox) -> None:
        self.holder, self.outbox, self._hub = holder, outbox, hub
        self.watches: dict[int, Subscription] = {}
        self.due: dict[int, float] = {}  # next permission check by guild

    async def hear(self, said: Said) -> None:
        """Handle one message."""
        match said:
            case Subscribe():
                await self._subscribe(said)
            case Unsubscribe(guild_id=guild_id):
                self._leave(guild_id)
                self.outbox.answer(messages.unsubscribed(guild_id))
            case messages.Ping():
                self.outbox.answer(messages.PONG)
            case messages.Ticket():
                self.outbox.close(POLICY, "already signed in")

    async def check(self, guild_id: int) -> None:
        """Check with Discord whether they may still watch this guild, and unsubscribe them if not."""
        try:
            visible = await audience.still_visible(guild_id, self.holder.user_id)
        except (AuthorityUnknown, *DATABASE_FAULTS) as error:
            self._leave(guild_id)
            self._unsure(guild_id, error)
            return
        watch = self.watches.get(guild_id)
        if watch and not watch.kinds <= visible:
            self.outbox.close(POLICY, "no longer allowed")
        elif watch:
            self.due[guild_id] = _now() + CHECKS

    def end(self) -> None:
        """End all subscriptions."""
        for guild_id in tuple(self.watches):
            self._leave(guild_id)
        self.outbox.end()

    async def _subscribe(self, said: Subscribe) -> None:
        self._leave(said.guild_id)
        if len(self.watches) >= MOST_GUILDS:
            self.outbox.answer(messages.refused(said.guild_id, "too_many", _TOO_MANY))
            return
        try:
            visible = await audience.visible(said.guild_id, self.holder.user_id)
        except (AuthorityUnknown, *DATABASE_FAULTS) as error:
            self._unsure(said.guild_id, error)
            return
        wanted = visible if said.kinds is None else frozenset(said.kinds)
        if not visible or not wanted <= visible:
            detail = _FOR_ADMINS if visible else _NOT_FOUND
            self.outbox.answer(messages.refused(said.guild_id, "not_found", detail))
            return
        after = None if said.after is None else Cursor.read(said.after)
        watch = self.watches[said.guild_id] = Subscription(said.guild_id, wanted, self, after)
        self.due[said.guild_id] = _now() + FIRST_CHECK
        self._hub.join(watch)

    def _unsure(self, guild_id: int, error: Exception) -> None:
        self.outbox.answer(messages.refused(guild_id, "unavailable", refusal(error).detail))

    def _leave(self, guild_id: int) -> None:
        self.due.pop(guild_id, None)
        if watch := self.watches.pop(guild_id, None):
            self._hub.leave(watch)

    def opened(self, watch: Subscription, *, reset: bool) -> None:
        """Tell the client that events follow from here."""
        self.outbox.answer(messages.subscribed(watch.guild_id, watch.kinds, watch.position, reset=reset))

    def offer(self, event: Event) -> bool:
        """Send one event, if there is room."""
        return self.outbox.offer(event.json)

    async def room(self) -> None:
        """Return once there is room again."""
        await self.outbox.room()

    def away(self) -> None:
        """Tell the client that events are paused."""
        self.outbox.answer(messages.UNAVAILABLE)

    def back(self) -> None:
        """Tell the client that missed events follow."""
        self.outbox.answer(messages.AVAILABLE)


def _now() -> float:
    return asyncio.get_running_loop().time()
