"""Who may open the pages of members, and what each is refused there."""

from __future__ import annotations

import pytest

from playground.world.cast import ALICE, BOB, HARBOUR, MODERATOR, STRANGER
from services.core.transactions import rows
from services.economy import earnings
from tests.support.browser import browser
from tests.support.coins import give
from tests.support.whole import Whole
from tests.web.directory.members import HIS, PLACE, known


@pytest.mark.parametrize(
    ("who", "statuses"),
    [(MODERATOR, (200, 200, 403, 403)), (ALICE, (403, 403, 403, 403)), (STRANGER, (404, 404, 404, 404))],
)
async def test_each_sees_what_is_theirs(whole: Whole, who: int, statuses: tuple[int, ...]) -> None:
    await known()
    await give(BOB, 5, HARBOUR)
    paths = (f"{PLACE}/members", HIS, f"{HIS}/ledger", f"{PLACE}/transfers")
    async with browser(whole) as one:
        await one.sign_in(who)
        pages = [await one.get(path) for path in paths]
        assert tuple(page.status_code for page in pages) == statuses
        assert all("/grants" not in page.text for page in pages), "what one may not do is not shown"
        for action in ("grants", "take-plans", "takes", "freeze-plans", "freezes", "thaws"):
            refused = await one.post(f"{HIS}/{action}", data={"coins": "5", "taken": "5"})
            assert refused.status_code in (403, 404)
    assert (await earnings.account(HARBOUR, BOB)).balance == 5


async def test_members_read_their_own_page_and_their_own_receipts(whole: Whole) -> None:
    await known()
    await give(BOB, 5, HARBOUR)
    number = (await rows("SELECT max(id) AS id FROM transfers"))[0]["id"]
    async with browser(whole) as one:
        await one.sign_in(BOB)
        assert (await one.get(HIS)).status_code == 200
        assert (await one.get(f"{HIS}/ledger")).status_code == 200
        assert (await one.get(f"{PLACE}/transfers/{number}")).status_code == 200
    async with browser(whole) as one:
        await one.sign_in(ALICE)
        assert (await one.get(f"{PLACE}/transfers/{number}")).status_code == 404
