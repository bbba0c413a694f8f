"""Interactions of every kind, parsed by hikari and discord.py."""

from __future__ import annotations

from typing import Any

import hikari
import pytest

from playground.client.acting import Play
from playground.world.cast import ALICE, BOB, MARKET, SAILOR, STRANGER
from tests.playground.fake_bot import FakeBot, Json, text

# discord.py imports what Python 3.11 and 3.12 deprecate.
pytestmark = pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning")

GIVEN: dict[str, Any] = {
    "o3": "a",
    "o4": 3,
    "o5": True,
    "o6": BOB,
    "o7": MARKET,
    "o8": SAILOR,
    "o9": SAILOR,
    "o10": 1.5,
}
OPTIONS = [{"type": int(name[1:]), "name": name, "description": "An option"} for name in GIVEN]
SUB_COMMAND = {"type": 1, "name": "sub", "description": "Sub", "options": OPTIONS}
COMMANDS: list[Json] = [
    {
        "name": "all",
        "description": "All",
        "options": [{"type": 2, "name": "group", "description": "Group", "options": [SUB_COMMAND]}],
    },
    {
        "name": "find",
        "description": "Find",
        "options": [{"type": 3, "name": "item", "description": "Item", "autocomplete": True}],
    },
    {"name": "private", "description": "Private", "contexts": [0, 1]},
    {"name": "Profile", "type": 2},
    {"name": "Report", "type": 3},
]
SELECTS = {5: [BOB, ALICE], 6: [SAILOR], 7: [BOB, SAILOR], 8: [MARKET]}
CARD = text(
    "Choose",
    embeds=[{"title": "Title", "fields": [{"name": "a", "value": "b"}]}],
    components=[
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "Edit", "custom_id": "edit"}]},
        *({"type": 1, "components": [{"type": kind, "custom_id": f"s{kind}", "max_values": 2}]} for kind in SELECTS),
    ],
)
FIELDS: list[Json] = [
    {"type": 4, "style": 1, "custom_id": "text"},
    {"type": 5, "custom_id": "user"},
    {"type": 23, "custom_id": "check"},
]
FORM: Json = {
    "type": 9,
    "data": {
        "custom_id": "form",
        "title": "Form",
        "components": [{"type": 18, "label": "Label", "component": field} for field in FIELDS],
    },
}


async def every_interaction(bot: FakeBot, play: Play) -> list[Json]:
    """The payloads of one interaction of each kind."""
    await bot.register(*COMMANDS)
    bot.answers |= {"all": CARD, "edit": FORM, "autocomplete": {"type": 8, "data": {"choices": []}}}
    bot.answers |= dict.fromkeys(("form", "private", "Profile", "Report"), text("Done.", flags=64))
    bot.answers |= {f"s{kind}": {"type": 6} for kind in SELECTS}
    shown = await play.slash("all group sub", as_=ALICE, **GIVEN)
    for kind, values in SELECTS.items():
        await play.choose(shown, f"s{kind}", values, as_=BOB)
    form = await play.press(shown, "Edit", as_=BOB)
    await play.submit(form, {"text": "a", "user": [str(ALICE)], "check": True}, as_=BOB)
    await play.slash("private", as_=ALICE, channel=play.dm(ALICE))
    await play.user_menu("Profile", STRANGER, as_=ALICE)
    await play.message_menu("Report", shown, as_=ALICE)
    await play.autocomplete("find", "item", "ro", as_=ALICE)
    assert all(exchange.outcome == "answered" or exchange.outcome == "deferred" for exchange in play.exchanges)
    return bot.seen


async def test_hikari_understands_every_interaction(bot: FakeBot, play: Play) -> None:
    payloads = await every_interaction(bot, play)
    app = hikari.RESTApp()
    await app.start()
    async with app.acquire("token", "Bot") as client:
        parsed: list[Any] = [client.entity_factory.deserialize_interaction(payload) for payload in payloads]
    await app.close()
    command, submitted = parsed[0], next(each for each in parsed if isinstance(each, hikari.ModalInteraction))
    assert command.resolved.users.keys() == {BOB}
    assert command.resolved.roles.keys() == {SAILOR}
    assert (submitted.user.id, submitted.custom_id) == (BOB, "form")
    assert len(parsed) == 11


async def test_discord_py_understands_every_interaction(bot: FakeBot, play: Play) -> None:
    import discord
    from discord.app_commands.namespace import Namespace
    from discord.user import ClientUser

    payloads: list[Any] = await every_interaction(bot, play)
    async with discord.Client(intents=discord.Intents.none()) as client:
        connection = client._connection
        connection.user = ClientUser(state=connection, data=(await bot.rest.get("/users/@me")).json())
        parsed = [discord.Interaction(data=payload, state=connection) for payload in payloads]
        options = payloads[0]["data"]["options"][0]["options"][0]["options"]
        given = Namespace(parsed[0], payloads[0]["data"]["resolved"], options)
    assert (given["o6"].id, given["o7"].id, given["o8"].id, given["o10"]) == (BOB, MARKET, SAILOR, 1.5)
    assert parsed[1].message is not None
    assert [each.user.id for each in parsed] == [int(_user(payload)["id"]) for payload in payloads]


def _user(payload: Json) -> Json:
    user: Json = (payload.get("member") or payload)["user"]
    return user
