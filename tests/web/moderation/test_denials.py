"""Every way in is guarded: what is denied opens no case, leaves no job, and changes nothing in Discord."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import pytest
from starlette.routing import Route

from interactions.components import COMPONENTS, Component
from interactions.declare import COMMANDS, Command
from playground.client.acting import Play
from playground.client.results import Result
from playground.world.cast import ALICE, BOB, BRUNA, HARBOUR, KEEPER, MANAGER, PRIVATE
from services.core.actors import Actor
from services.core.transactions import rows
from services.identity.authority import Role
from services.moderation import authority, cases
from services.moderation.authority import Action, Denied
from tests.support.asking import ask_for
from tests.support.browser import Browser, words
from tests.support.callers import OPERATIONS, Caller, Desk, a_minute_passes, by_token, known
from tests.support.cases import opened
from tests.support.examples import Whose
from tests.support.waiting import until
from web.frame.endpoint import Resource
from web.routes import PAGES

pytestmark = [pytest.mark.within, pytest.mark.usefixtures("unhurried")]

REASON = "Painted the harbour wall"
WORDS = "The harbour master says no."
STAFF = Actor(MANAGER, "r")

Act = Callable[[], Awaitable[Any]]
Prepare = Callable[[Play], Awaitable[Act]]


class Way(NamedTuple):
    """One way in: what comes before the denial, and which check is to deny it; None for what only opens a form."""

    name: str
    prepare: Prepare
    check: tuple[Action, int, int | None] | None


async def _idle(play: Play) -> None:
    """Nothing is still to be done about a case."""

    async def no_jobs() -> bool:
        return not await rows("SELECT FROM jobs WHERE kind LIKE 'moderation.%' AND kind <> 'moderation.lift'")

    await play.settle()
    await until(no_jobs)


def _slash(name: str, action: Action, user_id: int, role_id: int | None = None, /, **options: Any) -> Way:
    async def prepare(play: Play) -> Act:
        guild = play.world.guild(HARBOUR)
        if action is Action.UNBAN:
            guild.bans[user_id] = REASON
        return partial(play.slash, name, as_=MANAGER, **options)

    return Way(name, prepare, (action, user_id, role_id))


def _of_case(name: str, *, voided: bool = False, **options: Any) -> Way:
    async def prepare(play: Play) -> Act:
        number = await _case(voided=voided)
        return partial(play.slash, name, as_=MANAGER, number=number, **options)

    return Way(name, prepare, (Action.CHANGE_OWN_CASE, BOB, None))


async def _case(*, voided: bool = False) -> int:
    number = (await opened(user_id=BOB, guild_id=HARBOUR, by=STAFF)).number
    if voided:
        await cases.void(HARBOUR, STAFF, number, "")
    return number


async def _asked_to_ban(play: Play) -> Result:
    play.world.guild(HARBOUR).bans[BRUNA] = REASON
    return await play.slash("ban", as_=MANAGER, user=BRUNA, reason=REASON)


async def _asked_to_kick(play: Play) -> Result:
    return await play.slash("kick", as_=MANAGER, member=ALICE, reason=REASON)


def _pressed(path: str, ask: Callable[[Play], Awaitable[Result]], label: str, check: Any = None) -> Way:
    async def prepare(play: Play) -> Act:
        return partial(play.press, await ask(play), label, as_=MANAGER)

    return Way(path, prepare, check)


async def _undelivered(play: Play) -> Result:
    warned = await play.slash("warn", as_=MANAGER, member=PRIVATE, reason=REASON)
    await until(lambda: "not delivered" in warned.content)
    return warned


def _changed(label: str) -> Way:
    async def prepare(play: Play) -> Act:
        shown = await play.slash("case view", as_=MANAGER, number=await _case())
        form = await play.press(shown, label, as_=MANAGER)
        return partial(play.submit, form, {"text": "Something else"}, as_=MANAGER)

    return Way("/case/{number:int}/{form}/save", prepare, (Action.CHANGE_OWN_CASE, BOB, None))


def _form(name: str, entry: str, action: Action) -> Way:
    async def prepare(play: Play) -> Act:
        form = await play.user_menu(entry, ALICE, as_=MANAGER)
        return partial(play.submit, form, {"reason": REASON}, as_=MANAGER)

    return Way(f"/{name}/form/{{member_id:int}}/{{message:int}}", prepare, (action, ALICE, None))


def _about_message(entry: str) -> Way:
    async def prepare(play: Play) -> Act:
        return partial(play.message_menu, entry, play.say("Something rude", as_=ALICE), as_=MANAGER)

    return Way(entry, prepare, None)


WAYS: Sequence[Way] = [
    _slash("warn", Action.WARN, ALICE, member=ALICE, reason=REASON),
    _slash("note", Action.NOTE, ALICE, member=ALICE, text=REASON),
    _slash("timeout", Action.TIMEOUT, ALICE, member=ALICE, reason=REASON),
    _slash("untimeout", Action.UNTIMEOUT, ALICE, member=ALICE),
    _slash("kick", Action.KICK, ALICE, member=ALICE, reason=REASON),
    _slash("kick", Action.SOFTBAN, ALICE, member=ALICE, reason=REASON, delete_messages="1h"),
    _slash("ban", Action.BAN, ALICE, user=ALICE, reason=REASON),
    _slash("unban", Action.UNBAN, BRUNA, user=str(BRUNA)),
    _slash("nick", Action.NICK, ALICE, member=ALICE, name="Al"),
    _slash("role give", Action.ROLE, ALICE, KEEPER, member=ALICE, role=KEEPER),
    _slash("role remove", Action.ROLE, ALICE, KEEPER, member=ALICE, role=KEEPER),
    _slash("role temp", Action.ROLE, ALICE, KEEPER, member=ALICE, role=KEEPER, duration="1d"),
    _of_case("case note", text=REASON),
    _of_case("case duration", duration="2d"),
    _of_case("case void"),
    _of_case("case reopen", voided=True),
    _about_message("Warn author…"),
    _about_message("Timeout author…"),
    _pressed("/ban/plan/{plan_id:int}", _asked_to_ban, "Replace", (Action.BAN, BRUNA, None)),
    _pressed("/ban/plan/{plan_id:int}/cancel", _asked_to_ban, "Cancel"),
    _pressed("/kick/plan/{plan_id:int}", _asked_to_kick, "Kick", (Action.KICK, ALICE, None)),
    _pressed("/kick/plan/{plan_id:int}/cancel", _asked_to_kick, "Cancel"),
    _pressed("/case/{number:int}/resend", _undelivered, "Send message again", (Action.CHANGE_OWN_CASE, PRIVATE, None)),
    _changed("Edit reason"),
    _changed("Add a note"),
    _form("warn", "Warn…", Action.WARN),
    _form("timeout", "Timeout…", Action.TIMEOUT),
    _form("note", "Note…", Action.NOTE),
]

# Which check each operation is to ask; by its example, and for what else its body can mean.
CASE = Action.CHANGE_OWN_CASE
CHECKS: Sequence[tuple[str, Action, dict[str, Any]]] = [
    ("moderation.warn", Action.WARN, {}),
    ("moderation.mute", Action.TIMEOUT, {}),
    ("moderation.unmute", Action.UNTIMEOUT, {}),
    ("moderation.kick", Action.KICK, {}),
    ("moderation.kick", Action.SOFTBAN, {"delete_messages": 60}),
    ("moderation.ban", Action.BAN, {}),
    ("moderation.unban", Action.UNBAN, {}),
    ("moderation.note", Action.NOTE, {}),
    ("moderation.rename", Action.NICK, {}),
    ("moderation.change_role", Action.ROLE, {}),
    ("moderation_logs.change", CASE, {}),
    ("moderation_logs.add_note", CASE, {}),
    ("moderation_logs.void", CASE, {}),
    ("moderation_logs.reopen", CASE, {}),
]

# The same for the forms of pages, each with where it lies below the case or the server, and what is typed into it.
KEY = {"key": "0" * 32}
BAN = {"action": "ban", "member": str(ALICE), "reason": REASON}
FORMS: Mapping[str, tuple[str, Action, dict[str, str]]] = {
    "cases.plan": ("new", Action.BAN, BAN),
    "cases.create": ("plans/{plan}", Action.BAN, KEY),
    "cases.edit": ("{case}/reason", CASE, {**KEY, "reason": "Something else"}),
    "cases.note": ("{case}/notes", CASE, {**KEY, "note": "Something else"}),
    "cases.duration": ("{case}/duration", CASE, {**KEY, "duration": "2d"}),
    "cases.void": ("{case}/voids", CASE, KEY),
    "cases.reopen": ("{voided}/reopenings", CASE, KEY),
}


class Watch:
    """Denies everything, and notes what was asked and which calls could have changed something in Discord."""

    def __init__(self) -> None:
        self.asked: list[tuple[Action, int | None, int | None]] = []
        self.calls: list[str] = []

    def decide(
        self, _facts: Any, _rules: Any, actor: int, action: Action, target: int | None = None, **more: Any
    ) -> None:
        assert actor == MANAGER
        self.asked.append((action, target, more["role_id"]))
        raise Denied(WORDS)

    async def denied(self, play: Play, act: Act) -> Any:
        """The answer to what is denied."""
        self.asked.clear()
        journal = play._state.journal.calls
        journal.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(authority, "decide", self.decide)
            answer = await act()
            await _idle(play)
        # Answering is no change.
        made = [call for call in journal if call.method != "GET" and "/webhooks/" not in call.path]
        self.calls = [f"{call.method} {call.path}" for call in made]
        return answer


async def _kept() -> tuple[Any, ...]:
    """All that a punishment leaves in the database."""
    (row,) = await rows(
        "SELECT (SELECT count(*) FROM moderation_logs), (SELECT count(*) FROM case_events),"
        " (SELECT count(*) FROM jobs WHERE kind LIKE 'moderation.%'), (SELECT count(*) FROM case_evidence)"
    )
    return tuple(row.values())


def _ours(handler: Callable[..., Any]) -> bool:
    return handler.__module__.startswith("interactions.commands.moderation")


def test_every_way_in_has_its_example() -> None:
    declared: list[Command | Component] = [*COMMANDS.values(), *COMPONENTS]
    assert {one.name for one in declared if one.writes and _ours(one.handler)} == {way.name for way in WAYS}
    operations = {
        endpoint.id
        for _, method, endpoint in OPERATIONS
        if method != "GET" and endpoint.function.__module__.startswith("web.api.moderation")
    }
    assert operations == {name for name, _, _ in CHECKS}
    forms = {
        one.id
        for route in PAGES
        if isinstance(route, Route) and isinstance(route.endpoint, Resource)
        for method, one in route.endpoint.operations.items()
        if method != "GET" and one.function.__module__.startswith("web.pages.moderation")
    }
    assert forms == set(FORMS)


async def test_whatever_is_denied_in_discord_leaves_no_trace(desk: Desk) -> None:
    watch, wrong = Watch(), []
    for way in WAYS:
        await a_minute_passes()
        act = await way.prepare(desk.play)
        await _idle(desk.play)
        before = await _kept()
        answer = await watch.denied(desk.play, act)
        if watch.asked != ([way.check] if way.check else []):
            wrong.append(f"{way.name} asked {watch.asked}")
        if way.check and WORDS not in answer.content:
            wrong.append(f"{way.name} said {answer.content}")
        if await _kept() != before or watch.calls:
            wrong.append(f"{way.name} did something: {watch.calls}")
    assert not wrong, "\n".join(wrong)


async def test_whatever_is_denied_over_the_api_leaves_no_trace(desk: Desk) -> None:
    await known(desk.whole, MANAGER, HARBOUR)
    admin: Caller = await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})
    watch, wrong = Watch(), []
    operations = {endpoint.id: (route, method, endpoint) for route, method, endpoint in OPERATIONS}
    for name, action, more in CHECKS:
        route, method, endpoint = operations[name]
        await a_minute_passes()
        ask = await ask_for(route.path, method, endpoint, Whose(desk.whole, HARBOUR, MANAGER))
        if more:
            ask = ask._replace(body={**ask.body, **more})
        before = await _kept()
        answer = await watch.denied(desk.play, partial(desk.send, admin, ask))
        target = BOB if action is CASE else int(ask.body["user_id"])
        role = int(ask.body["role_id"]) if action is Action.ROLE else None
        if watch.asked != [(action, target, role)]:
            wrong.append(f"{name} asked {watch.asked}")
        if answer.status_code != 403 or WORDS not in answer.text:
            wrong.append(f"{name} said {answer.text}")
        if await _kept() != before or watch.calls:
            wrong.append(f"{name} did something: {watch.calls}")
    assert not wrong, "\n".join(wrong)


async def test_whatever_is_denied_on_the_dashboard_leaves_no_trace(desk: Desk, manager: Browser) -> None:
    place = f"/servers/{HARBOUR}/cases"
    planned = await manager.post(f"{place}/new", data=BAN)
    plan = planned.headers["location"].rpartition("/")[2]
    watch, wrong = Watch(), []
    for name, (path, action, typed) in FORMS.items():
        await a_minute_passes()
        values = {"plan": plan, "case": await _case(), "voided": await _case(voided=True)}
        before = await _kept()
        send = partial(manager.post, f"{place}/{path.format(**values)}", data=typed)
        answer = await watch.denied(desk.play, send)
        target = BOB if action is CASE else ALICE
        if watch.asked[:1] != [(action, target, None)]:
            wrong.append(f"{name} asked {watch.asked}")
        if answer.status_code != 403 or WORDS not in words(answer):
            wrong.append(f"{name} said {answer.status_code} {words(answer)}")
        if await _kept() != before or watch.calls:
            wrong.append(f"{name} did something: {watch.calls}")
    assert not wrong, "\n".join(wrong)
