"""The state of one playground."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from playground.page.events import Feed
from playground.rest.errors import DiscordError, unknown
from playground.rest.rates import Rates
from playground.world.commands import CommandBook
from playground.world.entities import TOKEN_LIFE, Json, Message, Origin
from playground.world.exchanges import Exchange, Journal
from playground.world.faults import Faults
from playground.world.identity import Identity
from playground.world.message_objects import message_json
from playground.world.oauth_grants import OAuth
from playground.world.world import World

if TYPE_CHECKING:
    from playground.rest.spec import Spec

log = logging.getLogger(__name__)


@dataclass
class Application:
    """The fields that `PATCH /applications/@me` can change."""

    description: str = ""
    tags: list[str] = field(default_factory=list)
    interactions_endpoint_url: str | None = None
    event_webhooks_url: str | None = None
    event_webhooks_status: int = 1
    event_webhooks_types: list[str] = field(default_factory=list)
    extra: Json = field(default_factory=dict)


@dataclass
class Interaction:
    """One interaction: sent to the bot, then answered or failed."""

    origin: Origin
    channel_id: int
    payload: Json
    label: str
    source: Message | None = None
    submitted: Modal | None = None
    exchange: Exchange = field(init=False)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    filled: asyncio.Event = field(default_factory=asyncio.Event)
    answer_type: int | None = None
    original_id: int | None = None
    failure: str | None = None
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.origin.interaction_id

    @property
    def user_id(self) -> int:
        return self.origin.user_id


@dataclass
class Modal:
    """A form that one person has open."""

    id: str
    form: Json
    opened_by: Interaction


class State:
    """A playground: the bot's identity, the world, the traffic and the faults."""

    def __init__(
        self, identity: Identity, world: World, client: httpx.AsyncClient, spec: Spec | None, strict: bool
    ) -> None:
        self.identity, self.world, self.client, self.spec, self.strict = identity, world, client, spec, strict
        self.application = Application()
        self.commands = CommandBook(identity.application_id, world.clock)
        self.oauth = OAuth()
        self.feed, self.journal, self.rates, self.faults = Feed(), Journal(), Rates(), Faults()
        self.interactions: dict[str, Interaction] = {}
        self.modals: dict[str, Modal] = {}
        self.authorizations_told: set[tuple[str, int]] = set()
        self.origin_url = ""
        self.headings: Sequence[Json] = ()  # of the `/` menu; see `create_playground`
        # Chooses the calls that a fault affects.
        self.chance = random.Random()  # noqa: S311  (not for secrets)
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run work in the background; failures are logged, and `aclose` cancels it."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("%s failed", task.get_name(), exc_info=error)

    async def settle(self) -> None:
        """Wait until all background work is done."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def aclose(self) -> None:
        self.feed.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.client.aclose()

    # Interactions that the bot may still answer

    def remember(self, interaction: Interaction) -> None:
        """Keep the interaction's token valid, and drop those that expired long ago."""
        for token, oldest in list(itertools.islice(self.interactions.items(), 2)):
            if self.world.age(oldest.id) > 2 * TOKEN_LIFE:
                del self.interactions[token]
        self.interactions[interaction.origin.token] = interaction

    def webhook_of(self, application_id: int, token: str) -> Interaction:
        """The answered interaction of a webhook route; raises Discord's error if there is none."""
        interaction = self.interactions.get(token)
        if application_id != self.identity.application_id or interaction is None:
            raise unknown("Webhook")
        if self.world.age(interaction.id) >= TOKEN_LIFE:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        # The webhook doesn't exist before the first response, or after a missed deadline.
        if interaction.failure or not interaction.answered.is_set():
            raise unknown("Webhook")
        return interaction

    # Events

    def message_json(self, message: Message) -> Json:
        return message_json(self.world, message, self.origin_url)

    def sees_message(self, user_id: int, message: Message) -> bool:
        if message.ephemeral_for is not None:
            return message.ephemeral_for == user_id
        return self.world.sees(user_id, self.world.channels[message.channel_id])
