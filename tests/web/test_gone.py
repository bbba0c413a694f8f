"""Whoever was erased or left, and whatever was deleted: every page, form and operation has a sentence for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from httpx import Response

from playground.world.cast import HARBOUR, OWNER, PRACA
from tests.support.asking import ask_for
from tests.support.browser import Browser, browser, words
from tests.support.callers import OPERATIONS, Patient, by_token, desk_of
from tests.support.examples import Whose
from tests.support.gone import Forms, Gone, gone
from tests.support.whole import Whole
from tests.web.test_page_matrix import FORMS
from web.frame.idempotency import HEADER

# How it shows that nobody thought of an account whose owner was erased.
NOBODYS_NUMBER = re.compile(r"<@-|@-\d|members/-\d|<span>-\d+</span>|>-\d+</a>")
_GAP = re.compile(r"{(\w+)(?::\w+)?}")


async def test_every_operation_answers_about_who_and_what_is_gone(whole: Whole) -> None:
    whole.play._state.rates = Patient()
    left = await gone(whole)
    wrong: list[str] = []
    async with desk_of(whole) as desk:
        for route, method, endpoint in OPERATIONS:
            ask = await ask_for(route.path, method, endpoint, Whose(whole, HARBOUR, OWNER))
            body = dict(ask.body) if isinstance(ask.body, dict) else {}
            names = {*ask.values, *body} | ({"receipt"} if "number" in body else set())
            for turn, case in enumerate(left.cases(sorted(names))):
                values = {name: case.get(name, value) for name, value in ask.values.items()}
                changed = {
                    name: case.get("receipt" if name == "number" else name, value) for name, value in body.items()
                }
                asked = ask._replace(values=values, body=changed if ask.body is not None else None)
                if HEADER in ask.headers:
                    asked = asked._replace(headers={**ask.headers, HEADER: f"{endpoint.id} {turn}"})
                answer = await desk.send(await by_token("owner", OWNER, {}), asked)
                wrong += _faults(answer, f"{endpoint.id} {case}")
        for guild_id in (PRACA, 1):
            for route, method, endpoint in OPERATIONS:
                if method == "GET" and "{guild_id:" in route.path:
                    ask = await ask_for(route.path, method, endpoint, Whose(whole, HARBOUR, OWNER))
                    asked = ask._replace(values={**ask.values, "guild_id": str(guild_id)})
                    answer = await desk.send(await by_token("owner", OWNER, {}), asked)
                    wrong += _faults(answer, f"{endpoint.id} of a server that is gone")
    assert wrong == [], "\n".join(wrong)


async def test_every_page_and_form_answers_about_who_and_what_is_gone(whole: Whole) -> None:
    whole.play._state.rates = Patient()
    left = await gone(whole)
    wrong: list[str] = []
    sent: set[str] = set()
    async with browser(whole) as window:
        await window.sign_in(OWNER)
        for path in _addresses(left):
            page = await window.get(path)
            wrong += _faults(page, path)
            wrong += await _send_forms(window, page, path, sent, depth=2)
            if not await window.signed_in():
                await window.sign_in(OWNER)
    assert wrong == [], "\n".join(wrong)
    assert {one for one in ("reversal-plans", "reversals", "grants", "takes", "freezes") if any(one in x for x in sent)}


def _addresses(left: Gone) -> list[str]:
    """Each page, for each of those who and what is gone."""
    made: list[str] = []
    pools = Gone(
        left.pools | {"number": left.pools["receipt"], "guild_id": [str(HARBOUR)], "module": ["general", "economy"]}
    )
    for path, method, _page in FORMS:
        if method == "GET":
            made += [_filled(path, case) for case in pools.cases(_GAP.findall(path))]
    return [*made, f"/servers/{PRACA}", f"/servers/{PRACA}/members", "/servers/1"]


def _filled(path: str, values: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: values.get(gap[1], "1"), path)


async def _send_forms(window: Browser, page: Response, path: str, sent: set[str], depth: int) -> list[str]:
    """Send each form of a page, and those of the pages it leads to."""
    wrong: list[str] = []
    for form in Forms(page.text).found if page.status_code == 200 and depth else []:
        action = form.action or path
        named = f"{action} {[name for name, _ in form.fields]}"
        if named in sent or action == "/logout" or "/login" in action:
            continue
        sent.add(named)
        answer = await window.post(action, data=_together(form.fields))
        wrong += _faults(answer, f"the form {action} on {path}")
        if answer.status_code == 303:
            answer = await window.follow(answer)
            wrong += _faults(answer, f"where the form {action} on {path} leads")
        wrong += await _send_forms(window, answer, action, sent, depth - 1)
    return wrong


def _together(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for name, value in fields:
        made.setdefault(name, []).append(value)
    return made


def _faults(answer: Response, where: str) -> list[str]:
    shown = words(answer) if "html" in answer.headers.get("content-type", "") else ""
    if answer.status_code >= 500:
        return [f"{where}: {answer.status_code} {answer.text[-300:] if not shown else shown[-200:]}"]
    if found := NOBODYS_NUMBER.search(answer.text):
        return [f"{where}: {answer.text[max(0, found.start() - 120) : found.end() + 40]}"]
    return []
