"""Everything that a person can do on the page, as functions for tests and other programs.

    play: Play = playground.state.play
    paid = await play.slash("pay", as_=BOB, channel=MARKET, member=ALICE, amount="50")
    assert paid.content == "…"                       # all text of the response; .message is the Message itself
    assert paid.ephemeral and not paid.failed        # .failed is the reason if Discord shows an error instead
    confirmed = await play.press(paid, "Confirm", as_=BOB)        # a label or the start of a custom_id
    chosen = await play.choose(confirmed, "category", ["tools"], as_=BOB)
    form = await play.press(chosen, "Edit", as_=BOB)
    saved = await play.submit(form, {"name": "Rope"}, as_=BOB)    # fills in paid.modal
    names = await play.autocomplete("shop buy", "item", "sw", as_=BOB)
    await play.user_menu("Profile", ALICE, as_=BOB)
    await play.message_menu("Report", message, as_=BOB)

Every call sends a signed request to the bot's endpoint and returns once its first response has been carried out;
after "thinking…" it waits until the bot has filled it in. People and channels are listed in `cast.py`. What Discord's
client doesn't let a person do raises `Refusal`; `post` bypasses the client and sends any body, signed or not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from playground.client import components as tree
from playground.client import interactions
from playground.client.components import Kind
from playground.client.delivery import deliver, encoded, signed_headers
from playground.client.options import BOOLEAN, is_offered
from playground.client.results import Result, message_of, usable
from playground.rest.command_limits import INTEGER, NUMBER, STRING, SUB_COMMAND, SUB_COMMAND_GROUP
from playground.rest.errors import Refusal
from playground.world import by_hand, cast
from playground.world.actors import Actor
from playground.world.chat import say
from playground.world.entities import Channel, CommandOverride, Json, Message, User
from playground.world.exchanges import Exchange
from playground.world.installing import install
from playground.world.state import Interaction, State
from playground.world.world import World

_PATIENCE_SECONDS = 10.0


class Play:
    """Acts in the playground; every method acts as one of its people."""

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def world(self) -> World:
        return self._state.world

    @property
    def newcomer(self) -> int:
        """The ID of the person whose account is one day old."""
        return cast.newcomer_id(self._state.identity.application_id)

    def dm(self, user_id: int) -> int:
        """The ID of this person's DM channel with the bot."""
        return self.world.dm_with(user_id).id

    async def slash(self, name: str, /, *, as_: int, channel: int = cast.GENERAL, **options: Any) -> Result:
        """Use a slash command, with its subcommand as in "shop buy"; users, roles and channels are IDs."""
        where = interactions.visible_channel(self._state, as_, channel)
        command, declared, wrap = self._find(name, where, as_)
        given = [{"name": key, "value": _converted(declared.get(key), value)} for key, value in options.items()]
        started = interactions.command(self._state, as_, where, int(command["id"]), wrap(given))
        return await self._finish(started)

    async def autocomplete(
        self, name: str, option: str, typed: str, *, as_: int, channel: int = cast.GENERAL, **options: Any
    ) -> Result:
        """Type into an option; the result's `choices` are the suggestions."""
        where = interactions.visible_channel(self._state, as_, channel)
        command, declared, wrap = self._find(name, where, as_)
        given: list[Json] = [
            {"name": key, "value": _converted(declared.get(key), value)} for key, value in options.items()
        ]
        given.append({"name": option, "value": typed, "focused": True})
        started = interactions.autocomplete(self._state, as_, where, int(command["id"]), wrap(given))
        return await self._finish(started)

    async def user_menu(self, name: str, target: int, *, as_: int, channel: int = cast.GENERAL) -> Result:
        """Use a command from a user's context menu."""
        where = interactions.visible_channel(self._state, as_, channel)
        command = self._command(name, interactions.USER_MENU, where, as_)
        return await self._finish(interactions.menu(self._state, as_, where, int(command["id"]), target))

    async def message_menu(self, name: str, target: Message | Result, *, as_: int) -> Result:
        """Use a command from a message's context menu."""
        message = message_of(target)
        where = interactions.visible_channel(self._state, as_, message.channel_id)
        command = self._command(name, interactions.MESSAGE_MENU, where, as_)
        return await self._finish(interactions.menu(self._state, as_, where, int(command["id"]), message.id))

    async def press(self, target: Message | Result, button: str, *, as_: int) -> Result:
        """Press the button with this label, or whose custom_id starts with it."""
        message = message_of(target)
        return await self._use(message, _matching(message, button, {Kind.BUTTON}), None, as_)

    async def choose(self, target: Message | Result, select: str, values: Sequence[str | int], *, as_: int) -> Result:
        """Choose in the select with this placeholder, or whose custom_id starts with it; users and roles are IDs."""
        message = message_of(target)
        return await self._use(message, _matching(message, select, tree.SELECTS), [str(value) for value in values], as_)

    async def submit(self, form: Result, fields: Mapping[str, Any], *, as_: int) -> Result:
        """Submit the modal that `form` opened; fields go by custom_id, and others keep their values."""
        if form.interaction.modal is None:
            raise Refusal("This didn't open a form.")
        where = interactions.visible_channel(self._state, as_, form.interaction.channel_id)
        started = interactions.submit(self._state, as_, where, form.interaction.modal.id, dict(fields))
        return await self._finish(started)

    def say(self, text: str, *, as_: int, channel: int = cast.GENERAL) -> Message:
        """Post an ordinary message."""
        return say(self._state, as_, interactions.visible_channel(self._state, as_, channel), text)

    def moderate(
        self, kind: str, user_id: int, *, as_: int, guild_id: int = cast.HARBOUR, reason: str | None = None, **form: Any
    ) -> None:
        """Use Discord's own menu, without the bot: ban, unban, kick, timeout (`seconds`), untimeout or `roles`."""
        by_hand.moderate(Actor(self._state, self.world.guild(guild_id), as_, reason), kind, user_id, form)

    def join(self, user_id: int, guild_id: int = cast.HARBOUR) -> None:
        """Have a person enter a server; nobody who is banned can."""
        by_hand.join(self._state, self.world.guild(guild_id), user_id)

    def install(self, guild_id: int, *, by: int) -> None:
        """Add the bot to a guild that it isn't in; a webhook event tells it."""
        install(self._state, self.world.guild(guild_id), by)

    def set_permissions(self, name: str, *overrides: CommandOverride, guild_id: int = cast.HARBOUR) -> None:
        """Set a command's permissions under Server Settings > Integrations; the bot reads them, the page doesn't."""
        command = next(command for command in self._state.commands.available(guild_id) if command["name"] == name)
        self.world.guild(guild_id).command_permissions[int(command["id"])] = list(overrides)

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Send a body to the bot's endpoint, correctly signed unless other headers are given."""
        url = self._state.application.interactions_endpoint_url
        if url is None:
            raise Refusal("The bot hasn't set its interactions endpoint yet.")
        return await self._state.client.post(url, content=body, headers=headers or signed_headers(self._state, body))

    async def redeliver(self, result: Result) -> httpx.Response:
        """Send the same interaction again; its response is not shown anywhere."""
        return await self.post(encoded(result.interaction.payload))

    def recruit(self, count: int, guild_id: int = cast.HARBOUR) -> list[int]:
        """Add this many members without roles, for tests that need a crowd, and return their IDs."""
        guild = self.world.guild(guild_id)
        made = []
        for number in range(count):
            user = User(self.world.new_id(), f"crowd{number}", f"Crowd {number}", about="a member of the crowd")
            self.world.users[user.id] = user
            self.world.join(guild, user.id)
            made.append(user.id)
        return made

    @contextmanager
    def faults(self, **wanted: Any) -> Iterator[None]:
        """Turn on faults for the block; `Faults` lists them."""
        before = self._state.faults
        self._state.faults = before.changed(wanted)
        try:
            yield
        finally:
            self._state.faults = before

    @property
    def exchanges(self) -> list[Exchange]:
        """Everything sent to the bot, oldest first."""
        return list(self._state.journal)

    async def settle(self) -> None:
        """Wait for pending work: second deliveries, late responses, webhook events."""
        await self._state.settle()

    async def aclose(self) -> None:
        await self._state.aclose()

    def _find(self, name: str, where: Channel, as_: int) -> tuple[Json, dict[str, Json], Any]:
        """The command, its subcommand's options by name, and a function that nests given values inside it."""
        first, *rest = name.removeprefix("/").split(" ")
        command = self._command(first, interactions.CHAT_INPUT, where, as_)
        inner, path = command.get("options") or [], []
        for part in rest:
            chosen = next((option for option in inner if option["name"] == part and option["type"] in _NESTING), None)
            if chosen is None:
                raise Refusal(f"/{first} has no subcommand “{' '.join(rest)}”.")
            path.append(chosen)
            inner = chosen.get("options") or []

        def wrap(given: list[Json]) -> list[Json]:
            for step in reversed(path):
                given = [{"name": step["name"], "type": step["type"], "options": given}]
            return given

        return command, {option["name"]: option for option in inner}, wrap

    def _command(self, name: str, kind: int, where: Channel, as_: int) -> Json:
        for command in self._state.commands.available(where.guild_id):
            if (command["name"], command["type"]) == (name, kind) and is_offered(self._state, command, where, as_):
                return command
        raise Refusal(f"This person has no command “{name}” here.", status=404)

    async def _use(self, message: Message, component: Json, values: list[str] | None, as_: int) -> Result:
        where = interactions.visible_channel(self._state, as_, message.channel_id)
        custom_id = str(component.get("custom_id"))
        return await self._finish(interactions.component(self._state, as_, where, message.id, custom_id, values))

    async def _finish(self, started: Interaction) -> Result:
        await deliver(self._state, started)
        result = Result(self._state, started)
        if result.message is not None and result.message.state(self.world.now()) == "thinking":
            await self._wait_until_filled(started)
        return result

    async def _wait_until_filled(self, started: Interaction) -> None:
        try:
            await asyncio.wait_for(started.filled.wait(), _PATIENCE_SECONDS)
        except TimeoutError:
            raise TimeoutError(
                f"“thinking…” was not filled in within {_PATIENCE_SECONDS:g} seconds of {started.label}."
            ) from None


_NESTING = (SUB_COMMAND, SUB_COMMAND_GROUP)


def _matching(message: Message, wanted: str, kinds: Any) -> Json:
    candidates = [component for component in usable(message) if component["type"] in kinds]
    for component in candidates:
        if wanted in (component.get("label"), component.get("placeholder"), component.get("custom_id")):
            return component
    for component in candidates:
        if str(component.get("custom_id", "")).startswith(wanted):
            return component
    there = ", ".join(str(component.get("label") or component.get("custom_id")) for component in candidates) or "none"
    raise Refusal(f"The message has no “{wanted}”. It has: {there}.")


def _converted(declared: Json | None, value: Any) -> Any:
    """IDs become strings, as Discord sends them; text and numbers stay as they are."""
    if declared is None or declared["type"] in (INTEGER, NUMBER, BOOLEAN):
        return value
    return value if declared["type"] == STRING and not isinstance(value, int) else str(value)
