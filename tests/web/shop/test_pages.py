"""The shop on pages: members look, admins put things in, change them and take them out, once for each form."""

from __future__ import annotations

import re

from httpx import Response

from discord_api.permissions import Permissions
from playground.world.cast import ALICE, CAPTAIN, HARBOUR, SAILOR, STRANGER
from services.core.transactions import rows
from services.shop import catalog
from tests.support.browser import Browser, browser, words
from tests.support.wares import sell
from tests.support.whole import Whole

PLACE = f"/servers/{HARBOUR}/shop"
HOSTILE = "<script>alert(1)</script>"


def key(page: Response) -> str:
    """The hidden key of the first form."""
    found: list[str] = re.findall(r'name="key" value="([0-9a-f]{32})"', page.text)
    return found[0]


async def names() -> list[str]:
    return [ware.name for ware in await catalog.listed(HARBOUR)]


async def test_an_item_is_added_once_however_often_its_form_is_sent(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/new")
    assert page.status_code == 200
    item = {"key": key(page), "name": "Rope", "price": "1.5k", "stock": "3", "effect": "none"}
    answers = [await manager.post(f"{PLACE}/new", data=item) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [f"{PLACE}?done=added"] * 2
    shown = words(await manager.follow(answers[0]))
    assert "Item added to the shop." in shown
    assert "Rope" in shown
    assert "1,500" in shown
    assert "3 left" in shown
    assert await names() == ["Rope"]


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/new")
    typed = {"key": key(page), "name": HOSTILE, "price": "lots", "stock": "", "effect": "none"}
    answer = await manager.post(f"{PLACE}/new", data=typed)
    assert answer.status_code == 422
    assert 'id="price-error"' in answer.text
    assert HOSTILE not in answer.text
    assert 'value="&lt;script&gt;' in answer.text
    answer = await manager.post(f"{PLACE}/new", data=typed | {"key": key(answer), "price": "5", "effect": "role"})
    assert answer.status_code == 422
    assert "Choose a role if the item gives one" in words(answer)
    answer = await manager.post(
        f"{PLACE}/new",
        data=typed | {"key": key(answer), "price": "5", "effect": "role", "role_id": str(CAPTAIN)},
    )
    assert answer.status_code == 422
    assert 'id="role_id-error"' in answer.text, "a role with power is not for sale"
    assert await names() == []
    answer = await manager.post(f"{PLACE}/new", data=typed | {"key": key(answer), "price": "5"})
    page = await manager.follow(answer)
    assert HOSTILE not in page.text
    assert HOSTILE in words(page)


async def test_an_item_is_changed_and_a_stock_that_was_left_alone_goes_on_counting(manager: Browser) -> None:
    ware = await sell("Rope", 10, 20, guild_id=HARBOUR)
    page = await manager.get(f"{PLACE}/{ware.id}")
    await rows("UPDATE shop_items SET stock = 19 WHERE id = $1", ware.id)  # somebody buys one meanwhile
    typed = {"key": key(page), "name": "Strong rope", "price": "12", "stock": "20", "stock_seen": "20"}
    answer = await manager.post(f"{PLACE}/{ware.id}", data=typed)
    assert answer.headers["location"] == f"{PLACE}?done=changed"
    now = await catalog.find(HARBOUR, ware.id)
    assert (now.name, now.price, now.stock) == ("Strong rope", 12, 19)


async def test_a_role_that_may_be_sold_stays_when_only_the_price_changes(manager: Browser, whole: Whole) -> None:
    page = await manager.get(f"{PLACE}/new")
    typed = {"key": key(page), "name": "Sailor", "price": "5", "effect": "role", "role_id": str(SAILOR)}
    await manager.post(f"{PLACE}/new", data=typed)
    (made,) = await catalog.listed(HARBOUR)
    assert made.role_id == SAILOR
    assert "Gives the role Sailor" in words(await manager.get(PLACE))
    whole.play.world.guilds[HARBOUR].roles[SAILOR].permissions |= Permissions.KICK_MEMBERS  # not for sale any more
    page = await manager.get(f"{PLACE}/{made.id}")
    changed = {"key": key(page), "name": "Sailor", "price": "6", "role_id": str(SAILOR)}
    assert (await manager.post(f"{PLACE}/{made.id}", data=changed)).status_code == 303
    (now,) = await catalog.listed(HARBOUR)
    assert (now.price, now.role_id) == (6, SAILOR)


async def test_what_is_taken_out_is_gone_for_members_and_kept_by_its_owners(manager: Browser, whole: Whole) -> None:
    ware = await sell("Rope", guild_id=HARBOUR)
    page = await manager.get(f"{PLACE}/{ware.id}")
    form = {"key": key(page)}
    answers = [await manager.post(f"{PLACE}/{ware.id}/archived", data=form) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [f"{PLACE}?done=archived"] * 2
    assert await names() == []
    assert "Archived" in words(await manager.get(f"{PLACE}?archived=1"))
    assert "no longer sold" in words(await manager.get(f"{PLACE}/{ware.id}"))
    async with browser(whole) as member:
        await member.sign_in(ALICE)
        assert "Rope" not in words(await member.get(f"{PLACE}?archived=1"))


async def test_members_look_and_change_nothing_and_strangers_see_nothing(whole: Whole) -> None:
    ware = await sell("Rope", guild_id=HARBOUR)
    item = {"key": "0" * 32, "name": "Mine", "price": "1"}
    async with browser(whole) as member:
        await member.sign_in(ALICE)
        page = await member.get(PLACE)
        assert page.status_code == 200
        assert "Rope" in words(page)
        assert f"{PLACE}/" not in page.text, "no controls that are not theirs"
        assert (await member.get(f"{PLACE}/{ware.id}")).status_code == 403
        for path in (f"{PLACE}/new", f"{PLACE}/{ware.id}", f"{PLACE}/{ware.id}/archived"):
            assert (await member.post(path, data=item)).status_code == 403
    async with browser(whole) as stranger:
        await stranger.sign_in(STRANGER)
        assert (await stranger.get(PLACE)).status_code == 404
        assert (await stranger.post(f"{PLACE}/new", data=item)).status_code == 404
    assert await names() == ["Rope"]
