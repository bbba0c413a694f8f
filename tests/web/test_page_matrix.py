"""Who may open which page and send which form: every page of the table, for everybody, and nothing else."""

from __future__ import annotations

import re
from typing import Any

from starlette.routing import Route

from playground.world.cast import ALICE, HARBOUR, MANAGER, MODERATOR, OWNER, STRANGER
from services.core.transactions import rows
from services.identity import sessions
from services.identity.authority import Role
from tests.support.browser import Browser, browser
from tests.support.callers import Patient, a_minute_passes
from tests.support.whole import HOME, Whole
from web.frame import rules
from web.frame.endpoint import Resource
from web.frame.page import Page
from web.frame.rules import CallerKind, Rule
from web.routes import PAGES

ROLES = {
    None: Role.NOBODY,
    STRANGER: Role.NOBODY,
    ALICE: Role.MEMBER,
    MODERATOR: Role.MODERATOR,
    MANAGER: Role.ADMIN,
    OWNER: Role.OWNER,
}
FORMS: list[tuple[str, str, Page]] = [
    (route.path, method, page)
    for route in PAGES
    if isinstance(route, Route) and isinstance(route.endpoint, Resource)
    for method, page in route.endpoint.operations.items()
    if isinstance(page, Page)
]
ABOUT_OTHERS = {"transfers.of_member": Role.ADMIN}  # open to everyone about themselves
ASKS_DISCORD = {"servers.index"}  # in the person's name, and these sessions were begun without Discord's leave
VALUES = {
    "guild_id": str(HARBOUR),
    "user_id": str(ALICE),
    "module": "economy",
    "number": "1",
    "key_id": "1",
    "area": "games",
}


def place(path: str) -> str:
    """An address of this route, in the server where everybody but the stranger is."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: VALUES.get(found[1], "1"), path)


def refusal(rule: Rule, who: int | None, *, in_server: bool) -> int | None:
    """How who may not is refused; None for who may."""
    if rule.open:
        return None
    if who is None:
        return 303
    if not in_server or rule.least is CallerKind.SIGNED_IN:
        return None
    assert isinstance(rule.least, Role)
    if ROLES[who] is Role.NOBODY:
        return 404
    return 403 if ROLES[who] < rule.least else None


def test_every_page_stands_in_the_table_and_nothing_else_does() -> None:
    assert {page.id for _, _, page in FORMS} == set(rules.PAGES)


async def test_each_page_and_form_opens_for_those_of_its_row_and_for_nobody_else(whole: Whole) -> None:
    wrong: list[Any] = []
    whole.play._state.rates = Patient()
    async with browser(whole) as one:
        for who in ROLES:
            for path, method, page in FORMS:
                # Signing out and forgetting are among the forms.
                await rows("DELETE FROM sessions WHERE user_id = $1", who or 0)
                if method != "GET":
                    await a_minute_passes()
                cookie = {"session": await sessions.start(who)} if who else {}
                answer, sent_away = await _ask(one, method, place(path), cookie)
                rule = rules.PAGES[page.id]
                if who != ALICE and page.id in ABOUT_OTHERS:
                    rule = Rule(ABOUT_OTHERS[page.id])
                refused = refusal(rule, who, in_server="guild_id" in path)
                let_in = answer in (200, 204, 303, 404, 409, 422) and (not sent_away or page.id in ASKS_DISCORD)
                fits = answer == refused if refused else let_in
                wrong += [] if fits else [(who, method, path, answer, refused)]
    assert wrong == [], wrong


async def _ask(one: Browser, method: str, path: str, cookies: dict[str, str]) -> tuple[int, bool]:
    """The status, and whether one is asked to sign in first."""
    one.http.cookies.clear()
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
    if method != "GET":
        headers |= {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}
    answer = await one.http.request(method, path, headers=headers)
    return answer.status_code, answer.headers.get("location", "").startswith("/login")
