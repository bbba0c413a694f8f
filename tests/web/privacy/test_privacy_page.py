"""/privacy and one's own copy on the web: the map for everybody, the file for one."""

from __future__ import annotations

from playground.world.cast import ALICE, BOB
from services.core import areas
from services.privacy import exports
from tests.support.browser import browser, words
from tests.support.whole import Whole


async def test_everybody_may_read_what_is_stored_why_and_for_how_long(whole: Whole) -> None:
    async with browser(whole) as window:
        page = await window.get("/privacy")
    assert page.status_code == 200
    tables = areas.tables().values()
    for table in tables:
        assert str(table.about) in words(page)
        assert f"Kept: {table.kept}." in words(page)
    reasons = {str(table.basis) for table in tables if any(column.personal for column in table.columns.values())}
    assert {words(page).count(reason) for reason in reasons} == {1}


async def test_a_copy_is_fetched_by_whose_it_is_and_by_nobody_else(whole: Whole) -> None:
    async with browser(whole) as alice, browser(whole) as bob, browser(whole) as nobody:
        await alice.sign_in(ALICE)
        await bob.sign_in(BOB)
        copy = await exports.request(ALICE)
        await exports.run(copy.id)
        there = f"/exports/{copy.id}"
        assert "Download" in words(await alice.get(there))
        file = await alice.get(f"{there}/file")
        assert (file.headers["content-type"], file.content[:2]) == ("application/zip", b"PK")
        assert "attachment" in file.headers["content-disposition"]
        for path in (there, f"{there}/file"):
            assert (await bob.get(path)).status_code == 404
            assert (await nobody.get(path)).headers["location"].startswith("/login?next=/exports/")
