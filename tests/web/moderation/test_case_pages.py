"""Cases on the dashboard: found, read, changed, and opened after a plan was shown."""

from __future__ import annotations

import itertools
import re

import pytest
from httpx import Response

from discord_api.permissions import Permissions
from models.moderation import CaseKind, CaseState
from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, OWNER, STRANGER, WATCH
from services.core.actors import Actor
from services.core.transactions import rows
from services.moderation import cases, notes
from services.moderation.case import Case, Order
from tests.support.browser import Browser, browser, words
from tests.support.whole import Whole
from tests.web.directory.members import known

PLACE = f"/servers/{HARBOUR}"
HOSTILE = "<script>alert(1)</script> *bold*"

_unused = itertools.count()


@pytest.fixture
async def moderator(window: Browser) -> Browser:
    """A browser in which MODERATOR is signed in."""
    await window.sign_in(MODERATOR)
    return window


async def warn(reason: str = "Spam", *, user: int = ALICE, by: int = MODERATOR) -> Case:
    order = Order(action=CaseKind.WARN, user_id=user, reason=reason)
    opened = await cases.open_case(HARBOUR, Actor(by, "r"), order, key=f"t{next(_unused)}", state=CaseState.ACTIVE)
    return opened.case


def key(page: Response) -> str:
    """The hidden key of the first form."""
    found: list[str] = re.findall(r'name="key" value="([0-9a-f]{32})"', page.text)
    return found[0]


def numbers(page: Response) -> list[int]:
    return [int(number) for number in re.findall(rf'href="{PLACE}/cases/(\d+)"', page.text)]


async def test_cases_are_found_by_member_moderator_type_state_and_words(moderator: Browser) -> None:
    await known()
    first = await warn("Spam in the market", user=ALICE)
    second = await warn("Insults", user=BOB, by=MANAGER)
    await cases.void(HARBOUR, Actor(MANAGER, "r"), second.number, "")
    searches = {
        "": [second, first],
        f"member={ALICE}": [first],
        "member=bobcast": [second],
        f"moderator={MODERATOR}": [first],
        "type=warn": [second, first],
        "type=ban": [],
        "state=voided": [second],
        "text=mark": [first],
        "type=nonsense&before=": [second, first],
    }
    for query, expected in searches.items():
        page = await moderator.get(f"{PLACE}/cases?{query}")
        assert (page.status_code, numbers(page)) == (200, [case.number for case in expected]), query
    page = await moderator.get(f"{PLACE}/cases?member=nobody")
    assert "I don't know a member whose name begins like this." in words(page)


async def test_long_lists_have_pages(moderator: Browser) -> None:
    made = [(await warn(f"Spam {n}")).number for n in range(52)]
    page = await moderator.get(f"{PLACE}/cases?text=spam")
    assert numbers(page) == made[:1:-1]
    older = re.findall(r'href="([^"]*before=\d+)"', page.text)[0]
    last = await moderator.get(older.replace("&amp;", "&"))
    assert numbers(last) == made[1::-1]
    assert "First page" in words(last)


async def test_a_case_shows_its_timeline_and_keeps_every_text_harmless(moderator: Browser) -> None:
    case = await warn(HOSTILE)
    await notes.add(HARBOUR, Actor(MANAGER, "r"), case.number, HOSTILE)
    await cases.edit_reason(HARBOUR, Actor(MANAGER, "r"), case.number, "Spam")
    page = await moderator.get(f"{PLACE}/cases/{case.number}")
    assert page.status_code == 200
    assert HOSTILE not in page.text
    assert words(page).count(HOSTILE) == 2, "the note, and the reason before it was changed"
    assert (await moderator.get(f"{PLACE}/cases/999")).status_code == 404


async def test_a_case_says_what_was_changed_and_offers_no_form_that_is_refused(moderator: Browser) -> None:
    for kind, details, shown, forms in (
        (CaseKind.NOTE, {}, "Note", ["notes", "voids"]),
        (CaseKind.NICK, {"nick": "Al"}, r"Nickname\s+Al\b", ["notes", "reason", "voids"]),
        (CaseKind.NICK, {"nick": ""}, r"Nickname\s+removed", ["notes", "reason", "voids"]),
    ):
        order = Order(action=kind, user_id=ALICE, details=details)
        opened = await cases.open_case(
            HARBOUR, Actor(MODERATOR, "r"), order, key=f"{kind} {details}", state=CaseState.ENDED
        )
        page = await moderator.get(f"{PLACE}/cases/{opened.case.number}")
        assert re.search(shown, words(page)), details
        assert re.findall(r'action="[^"]*/cases/\d+/(\w+)"', page.text) == forms


async def test_moderators_change_their_own_cases_once_per_form(moderator: Browser) -> None:
    case = await warn("Spam")
    here = f"{PLACE}/cases/{case.number}"
    form = {"key": key(await moderator.get(here)), "note": "Asked twice"}
    answers = [await moderator.post(f"{here}/notes", data=form) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [f"{here}?done=note"] * 2
    assert [note.text for note in await notes.of(HARBOUR, case.number)] == ["Asked twice"]
    assert "Note added." in words(await moderator.follow(answers[0]))
    for path, data, state in (
        ("reason", {"reason": "Spam in #market"}, CaseState.ACTIVE),
        ("voids", {"why": "Mistake"}, CaseState.VOIDED),
        ("reopenings", {}, CaseState.ACTIVE),
    ):
        answer = await moderator.post(f"{here}/{path}", data={"key": key(await moderator.get(here)), **data})
        assert answer.status_code == 303, words(answer)
        changed = await cases.get(HARBOUR, case.number)
        assert (changed.reason, changed.state) == ("Spam in #market", state)


async def test_cases_of_others_need_manage_server_and_no_typed_text_is_lost(moderator: Browser) -> None:
    case = await warn("Insults", by=OWNER)
    here = f"{PLACE}/cases/{case.number}"
    hidden = key(await moderator.get(here))
    refused = await moderator.post(f"{here}/reason", data={"key": hidden, "reason": "A careful reason"})
    assert refused.status_code == 403
    assert "Manage Server" in words(refused)
    assert "A careful reason" in words(refused)
    empty = await moderator.post(f"{here}/notes", data={"key": hidden, "note": ""})
    assert (empty.status_code, 'id="note-error"' in empty.text) == (422, True)
    assert await cases.get(HARBOUR, case.number) == case


async def test_a_case_is_opened_exactly_as_its_plan_showed(manager: Browser) -> None:
    await known()
    form = await manager.get(f"{PLACE}/cases/new?action=ban&member={BOB}")
    assert "bobcastell" in words(form)
    wish = {"action": "ban", "member": str(BOB), "duration": "7d", "reason": HOSTILE, "delete": "86400"}
    planned = await manager.post(f"{PLACE}/cases/new", data=wish)
    assert planned.status_code == 303, words(planned)
    plan = await manager.follow(planned)
    assert re.search(r"Ban.*bobcastell.*7 days.*of the last 24 hours.*Direct message\s+no", words(plan), re.DOTALL)
    assert HOSTILE not in plan.text
    assert not await rows("SELECT FROM moderation_logs"), "nothing happens before it is confirmed"
    confirmed = {"key": key(plan)}
    answers = [await manager.post(planned.headers["location"], data=confirmed) for _ in range(2)]
    assert {answer.headers["location"] for answer in answers} == {f"{PLACE}/cases/1?done=opened"}
    case = await cases.get(HARBOUR, 1)
    assert (case.action, case.user_id, case.duration, case.reason) == (CaseKind.BAN, BOB, 604_800, HOSTILE)
    assert case.details["delete_seconds"] == 86_400
    again = await manager.post(planned.headers["location"], data={"key": "0" * 32})
    assert again.status_code == 409
    assert (await manager.follow(answers[0])).status_code == 200


async def test_a_member_who_never_used_the_bot_has_a_name_before_and_after_it_is_confirmed(manager: Browser) -> None:
    planned = await manager.post(f"{PLACE}/cases/new", data={"action": "warn", "member": str(BOB), "reason": "Spam"})
    plan = await manager.follow(planned)
    assert "bobcastell" in words(plan)
    await manager.post(planned.headers["location"], data={"key": key(plan)})
    assert "bobcastell" in words(await manager.get(f"{PLACE}/cases"))
    assert await rows("SELECT FROM users WHERE discord_id = $1 AND avatar_url LIKE '%/avatars/%'", BOB)


async def test_someone_who_is_not_a_member_is_promised_no_message(manager: Browser) -> None:
    for member, promised in ((BOB, "yes"), (STRANGER, "no")):
        wish = {"action": "ban", "member": str(member), "notify": "true"}
        plan = await manager.follow(await manager.post(f"{PLACE}/cases/new", data=wish))
        assert re.search(rf"Direct message\s+{promised}", words(plan)), member


@pytest.mark.parametrize(
    ("wish", "field", "sentence"),
    [
        ({"action": "timeout", "duration": "soon"}, "duration", "I can't read"),
        ({"action": "timeout", "duration": "perm"}, "duration", "can't be permanent"),
        ({"action": "warn"}, "reason", "Please fill in this field."),
        ({"action": "kick", "member": "nobody"}, "member", "Enter their ID"),
        ({"action": "ban", "delete": "5"}, "delete", "isn't valid"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    manager: Browser, wish: dict[str, str], field: str, sentence: str
) -> None:
    answer = await manager.post(f"{PLACE}/cases/new", data={"member": str(BOB), **wish})
    assert answer.status_code >= 400
    assert f'id="{field}-error"' in answer.text
    assert sentence in words(answer)


async def test_nobody_plans_or_confirms_what_they_may_not_do(whole: Whole, moderator: Browser) -> None:
    wish = {"action": "ban", "member": str(BOB), "reason": "x"}
    refused = await moderator.post(f"{PLACE}/cases/new", data=wish)
    assert (refused.status_code, "Ban Members" in words(refused)) == (403, True)
    planned = await moderator.post(f"{PLACE}/cases/new", data=wish | {"action": "kick"})
    plan = await moderator.follow(planned)
    roles = whole.play.world.guild(HARBOUR)
    roles.members[BOB].role_ids.append(max(roles.roles.values(), key=lambda role: role.position).id)
    refused = await moderator.post(planned.headers["location"], data={"key": key(plan)})
    assert refused.status_code == 403
    assert not await rows("SELECT FROM moderation_logs")


async def test_a_members_page_shows_their_record_to_moderators_alone(whole: Whole, moderator: Browser) -> None:
    await known()
    case = await warn("Spam", user=BOB)
    page = await moderator.get(f"{PLACE}/members/{BOB}")
    assert "1 warning counts now." in words(page)
    assert numbers(page) == [case.number]
    assert f"{PLACE}/cases/new?action=ban&amp;member={BOB}" in page.text
    async with browser(whole) as other:
        await other.sign_in(BOB)
        assert numbers(await other.get(f"{PLACE}/members/{BOB}")) == []


async def test_whoever_may_only_delete_messages_reads_no_private_notes(whole: Whole, moderator: Browser) -> None:
    case = await warn()
    await notes.add(HARBOUR, Actor(MODERATOR, "r"), case.number, "Is new")
    page = f"{PLACE}/cases/{case.number}"
    shown = await moderator.get(page)
    assert "Is new" in words(shown)
    whole.play.world.guild(HARBOUR).roles[WATCH].permissions = Permissions.MANAGE_MESSAGES
    for answer in (await moderator.get(page), await moderator.post(f"{page}/voids", data={"key": key(shown)})):
        assert (answer.status_code, "Is new" in words(answer)) == (403, False)
    assert (await cases.get(HARBOUR, case.number)).state is CaseState.ACTIVE


async def test_whoever_may_no_longer_ban_cannot_unban_by_moving_the_end_of_their_ban(
    whole: Whole, moderator: Browser
) -> None:
    order, by = Order(action=CaseKind.BAN, user_id=BOB), Actor(MODERATOR, "r")
    await cases.open_case(HARBOUR, by, order, key="ban", state=CaseState.ACTIVE)
    form = {"key": key(await moderator.get(f"{PLACE}/cases/1")), "duration": "1m"}
    refused = await moderator.post(f"{PLACE}/cases/1/duration", data=form)
    assert (refused.status_code, "Ban Members" in words(refused)) == (403, True)
    assert (await cases.get(HARBOUR, 1)).expires_at is None


@pytest.mark.parametrize("typed", [f"<@{BOB}>", "9" * 19, "<@" + "9" * 19 + ">"])
async def test_a_form_opens_whoever_is_in_its_address(moderator: Browser, typed: str) -> None:
    for page in (f"{PLACE}/cases/new", f"{PLACE}/cases"):
        assert (await moderator.get(page, params={"member": typed})).status_code == 200
