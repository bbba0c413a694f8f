"""Whatever people had stored, as long as it may be, nobody waits while it is shown, searched, exported or posted."""

from __future__ import annotations

import contextlib
from functools import partial
from urllib.parse import urlencode

import pytest

from interactions.declare import COMMANDS, Kind
from playground.world.cast import ALICE, HARBOUR, MANAGER, WATCH_ROOM
from services import settings
from services.core.actors import Actor
from services.core.errors import UserError
from services.core.transactions import rows
from services.directory.scopes import GUILDS_READ
from services.economy import corrections
from services.identity import api_keys
from services.identity.authority import Role
from services.privacy import exports
from services.protection import log_posts
from services.settings import Source
from tests.support.asking import ask_for
from tests.support.bot import GUILD, Bot, filled
from tests.support.bot import MANAGER as BOTS_MANAGER
from tests.support.callers import OPERATIONS, a_minute_passes, by_token, in_a_browser
from tests.support.coins import person
from tests.support.examples import TEXTS_FROM, Whose
from tests.support.hostile import TEXTS, some
from tests.support.rules import discord_names
from tests.support.steps import Held
from tests.support.waiting import until
from tests.support.whole import Whole
from tests.web.conftest import Send
from tests.web.test_hostile_texts import write
from tests.web.test_page_matrix import FORMS, place

pytestmark = pytest.mark.within

MANY = 30  # more than a page or a message shows


async def _store(guild_id: int, admin_id: int, text: str, turn: int) -> None:
    """This text, as long as each place takes it, wherever the members and admins of a server can leave one."""
    admin = Actor(admin_id, "r")
    for number in range(turn * MANY, (turn + 1) * MANY):
        await write(text, number, guild_id)
        await corrections.grant(guild_id, admin, person(ALICE), 1, text[:400], key=f"grant:{number}")
    await corrections.freeze(guild_id, admin, ALICE, text[:400])
    await corrections.unfreeze(guild_id, admin, ALICE, text[:400])
    with contextlib.suppress(UserError):  # not every text can be a symbol
        await settings.save(guild_id, admin_id, {"economy.symbol": text[:40]}, source=Source.COMMAND)
    with contextlib.suppress(UserError):  # a server has only so many keys
        await api_keys.create(guild_id, admin_id, text[:60], {GUILDS_READ})
    await rows(_OFFER, guild_id, TEXTS_FROM + turn * MANY, admin_id, text[:100])


_OFFER = """
INSERT INTO offers (guild_id, kind, payer_id, payee_id, amount, note, state, expires_at, created_at)
VALUES ($1, 'request', $2, $3, 5, $4, 'open', now() + interval '1 day', now())"""


async def test_no_stored_text_holds_the_loop_on_a_page_in_the_api_in_a_copy_or_in_the_log_channel(
    whole: Whole, send: Send, held: Held, full: bool
) -> None:
    headers = await in_a_browser(whole)
    admin = await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})
    for turn, (name, text) in enumerate(some(TEXTS, full).items()):
        whole.play.world.guilds[HARBOUR].name = text[:100]
        for channel_id in whole.play.world.guilds[HARBOUR].channel_ids:
            whole.play.world.channels[channel_id].name = text[:100]
        discord_names(HARBOUR, WATCH_ROOM)
        await settings.save(HARBOUR, MANAGER, {"general.log_channel_id": WATCH_ROOM}, source=Source.COMMAND)
        await _store(HARBOUR, MANAGER, text, turn)
        await held.look(f"{name} in the log channel", _posted)
        for path, method, page in FORMS:
            if method == "GET":
                await a_minute_passes()
                for query in (b"", urlencode({"search": text[:60]}).encode()):
                    await held.look(f"{name} on {page.id}", partial(send, "GET", place(path), headers, b"", query))
        for route, method, operation in OPERATIONS:
            if method == "GET":
                await a_minute_passes()
                ask = await ask_for(route.path, method, operation, Whose(whole, HARBOUR, MANAGER))
                by = {"Host": "bot.test", **admin.headers}
                await held.look(f"{name} in {operation.id}", partial(send, "GET", ask.path, by))
        copy = await exports.request(MANAGER)
        await held.look(f"{name} in a copy", partial(exports.run, copy.id))


async def _posted() -> None:
    await log_posts.spread()
    await until(_nothing_left, 60)


async def _nothing_left() -> bool:
    return not await rows("SELECT FROM log_posts")


async def test_no_stored_text_holds_the_loop_in_a_command_or_a_suggestion(
    bot: Bot, held: Held, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for turn, (name, text) in enumerate(some(TEXTS, full).items()):
        await _store(GUILD, BOTS_MANAGER, text, turn)
        for (kind, command), declared in COMMANDS.items():
            if kind is Kind.CHAT:
                await held.look(
                    f"{name} in /{command}", partial(bot.slash, command, by=BOTS_MANAGER, **filled(command))
                )
                for parameter in declared.parameters:
                    if parameter.option.autocomplete:
                        complete = partial(bot.complete, command, parameter.name, text[:1], by=BOTS_MANAGER)
                        await held.look(f"{name} suggested for /{command}", complete)
