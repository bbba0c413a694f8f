"""A history that leaves a row in every table, made through the bot's own commands, pages and operations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from discord_api.permissions import Overwrite, Permissions
from playground.world.cast import (
    ALICE,
    BOB,
    BRUNA,
    CARMEN,
    GENERAL,
    GERAL,
    HARBOUR,
    KEEPER,
    LOJA,
    MANAGER,
    MODERATOR,
    WATCH_ROOM,
)
from services import analytics
from services.core import token_refusals, unknown_outcomes
from services.core.transactions import rows
from services.core.unknown_outcomes import Doubt
from services.economy import leaderboard
from services.live import history
from services.protection import log_posts
from services.settings import drafts
from tests.support.asking import ask_for
from tests.support.browser import Browser, browser
from tests.support.callers import OPERATIONS, Caller, Desk, by_token, desk_of
from tests.support.examples import EXAMPLES, Whose
from tests.support.waiting import until
from tests.support.whole import Whole

PLACE = f"/servers/{HARBOUR}"


@asynccontextmanager
async def lived(whole: Whole) -> AsyncIterator[None]:
    """Make everything happen once, so that every table has a row."""
    await _trade(whole)
    await _govern(whole)
    await _visit(whole)
    for area in EXAMPLES:
        await area.live(whole)
    await _lose_a_log_channel(whole)
    await unknown_outcomes.note(Doubt(HARBOUR, BOB, "the same", "interaction:1"))
    await token_refusals.note()
    await _count()
    with whole.play.faults(server_errors=1.0):  # posts wait only while Discord does not accept them
        await whole.play.slash("economy grant", as_=MANAGER, member=CARMEN, amount="40", reason="For the harvest")
        yield


async def go_on(whole: Whole) -> None:
    """The same people continue their activities."""
    play = whole.play
    await play.slash("balance", as_=ALICE)
    await play.slash("work", as_=CARMEN)
    await play.slash("pay", as_=BOB, member=ALICE, amount="15")
    await play.slash("economy grant", as_=MANAGER, member=CARMEN, amount="75", reason="On we go")
    await play.slash("shop buy", as_=BOB, item=await _offered(whole, "Rope"))
    await play.slash("leaderboard", as_=ALICE)
    await play.slash("config set", as_=MANAGER, module="economy", key="betting", value="no")
    await play.slash("permissions allow", as_=MANAGER, command="work", member=ALICE)
    async with browser(whole) as window:
        await window.sign_in(ALICE)
        for page in ("/servers", f"{PLACE}/leaderboard", "/sessions", "/privacy"):
            await window.get(page)
    await _operations(whole, await by_token("manager", MANAGER, {}))
    await analytics.count()


async def _trade(whole: Whole) -> None:
    play = whole.play
    for user_id in (ALICE, BOB, BRUNA):
        await play.slash("daily", as_=user_id)
    await play.slash("work", as_=BOB)
    await play.slash("bet coinflip", as_=BOB, amount="10", side="heads")
    await play.slash("economy grant", as_=MANAGER, member=ALICE, amount="900", reason="For the lighthouse")
    await play.slash("economy grant", as_=MANAGER, member=BOB, amount="500", reason="For the nets")
    await play.slash("economy take", as_=MANAGER, member=BOB, amount="20", reason="Spilled paint")
    await play.slash("pay", as_=ALICE, member=BOB, amount="25")
    await play.slash("request", as_=ALICE, member=BRUNA, amount="5", note="The ferry")
    await play.slash("pay", as_=ALICE, member=CARMEN, amount="30", note="A gift", ask_first=True)
    form = await play.slash("economy item create", as_=MANAGER)
    await play.submit(form, {"name": "Rope", "price": "10", "stock": "50"}, as_=MANAGER)
    form = await play.slash("economy item create", as_=MANAGER, role=KEEPER)
    await play.submit(form, {"name": "Keeper's lamp", "price": "50"}, as_=MANAGER)
    await play.slash("shop buy", as_=ALICE, item=await _offered(whole, "Rope"))
    await play.slash("shop buy", as_=ALICE, item=await _offered(whole, "lamp"))
    await play.slash("economy freeze", as_=MANAGER, member=BRUNA, reason="A question is open")


async def _govern(whole: Whole) -> None:
    play = whole.play
    await play.slash("language", as_=CARMEN, language="pt-BR")
    await play.slash("config set", as_=MANAGER, module="economy", key="daily", value="250")
    await play.slash("permissions deny", as_=MANAGER, command="bet", member=BOB)
    card = await play.slash("setup", as_=MANAGER)
    await play.choose(card, "Choose", ["en-US"], as_=MANAGER)
    (receipt,) = await rows("SELECT max(id) AS id FROM transfers WHERE kind = 'grant'")
    await play.slash("economy reverse", as_=MANAGER, receipt=str(receipt["id"]))
    await play.slash("privacy export", as_=ALICE)
    form = await play.press(await play.slash("privacy delete", as_=BOB), "Delete everything about me…", as_=BOB)
    await play.submit(form, {"word": "DELETE"}, as_=BOB)


async def _lose_a_log_channel(whole: Whole) -> None:
    play = whole.play
    for admin, channel, room in ((MANAGER, GENERAL, WATCH_ROOM), (MODERATOR, GERAL, LOJA)):
        chosen = {"module": "general", "key": "log_channel_id", "value": str(room)}
        await play.slash("config set", as_=admin, channel=channel, **chosen)
    nothing = Overwrite(play.world.bot.id, Permissions(0), Permissions.SEND_MESSAGES)
    play.world.channel(LOJA).overwrites.append(nothing)
    await play.slash("economy grant", as_=MODERATOR, channel=GERAL, member=BRUNA, amount="60", reason="Obrigado")
    await log_posts.spread()
    await until(_a_channel_is_lost)


async def _a_channel_is_lost() -> bool:
    return bool(await rows("SELECT FROM log_channel_faults"))


async def _visit(whole: Whole) -> None:
    async with browser(whole) as window:
        await window.sign_in(MANAGER)
        await window.leave()
        for page in (PLACE, f"{PLACE}/members", f"{PLACE}/transfers", f"{PLACE}/shop", f"{PLACE}/settings/economy"):
            assert (await window.get(page)).status_code == 200
        await _post(window, f"{PLACE}/analytics/proofs")
        await drafts.keep(HARBOUR, MANAGER, 1, {"economy.daily": 400})
    await _operations(whole, await by_token("manager", MANAGER, {}))


async def _operations(whole: Whole, caller: Caller) -> None:
    async with desk_of(whole) as desk:
        for wanted in (
            "keys.create",
            "socket_tickets.create",
            "auth.login",
            "auth.refresh",
            "shop.create",
            "settings.change",
        ):
            await _operation(desk, caller, wanted)


async def _operation(desk: Desk, caller: Caller, wanted: str) -> None:
    ((route, method, endpoint),) = [operation for operation in OPERATIONS if operation[2].id == wanted]
    ask = await ask_for(route.path, method, endpoint, Whose(desk.whole, HARBOUR, caller.user_id))
    answer = await desk.send(caller, ask)
    assert answer.is_success, f"{wanted}: {answer.text}"


async def _count() -> None:
    """Run the worker's recurring rounds."""
    await until(_uses_are_written)
    await analytics.count()
    await leaderboard.mark(HARBOUR)
    await rows("UPDATE live_events SET created_at = now() - interval '2 hours' WHERE id = 1")
    await history.clean()


async def _uses_are_written() -> bool:
    return bool(await rows("SELECT FROM command_usage WHERE command_name = 'privacy delete'"))


async def _offered(whole: Whole, typed: str) -> str:
    (offered, *_) = (await whole.play.autocomplete("shop buy", "item", typed, as_=ALICE)).choices
    return str(offered["value"])


async def _post(window: Browser, path: str) -> None:
    assert (await window.post(path)).status_code == 303
