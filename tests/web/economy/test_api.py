"""Coins and the shop over the API: the same rules as the commands, once for each key, nothing of other servers."""

from __future__ import annotations

import asyncio

import pytest

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, PRACA, STRANGER
from services.core.transactions import rows
from services.economy import ledger_audit
from services.identity import sessions
from services.shop.item_roles import POWERS
from tests.support.coins import balance, give, supply
from tests.support.whole import HOME, Whole
from tests.web.economy.desk import SERVER, Desk, coins, item

pytestmark = pytest.mark.usefixtures("unhurried")


async def test_a_grant_that_comes_again_pays_once_and_is_answered_alike(desk: Desk) -> None:
    asked = [desk.post("economy/grants", coins(ALICE, reason="a prize"), key="same") for _ in range(5)]
    first, *others = await asyncio.gather(*asked)
    assert first.status_code == 201, first.text
    assert (first.json()["user_id"], first.json()["coins"], first.json()["balance"]) == (str(ALICE), 250, 250)
    assert {other.text for other in others} == {first.text}
    assert await balance(ALICE, HARBOUR) == 250
    (entry,) = await rows("SELECT * FROM audit_log WHERE action = 'economy.grant'")
    assert (entry["guild_id"], entry["actor_id"], entry["target"]) == (HARBOUR, MANAGER, str(ALICE))


async def test_a_key_that_was_used_is_good_for_nothing_else(desk: Desk) -> None:
    await desk.post("economy/grants", coins(ALICE), key="same")
    for path, body in (("economy/grants", coins(ALICE, 251)), ("economy/takes", coins(ALICE))):
        assert (await desk.post(path, body, key="same")).status_code == 422
    assert await balance(ALICE, HARBOUR) == 250


async def test_a_grant_without_a_key_is_not_made(desk: Desk) -> None:
    cookie = await sessions.start(MANAGER)
    answer = await desk.http.post(
        f"{SERVER}/economy/grants", json=coins(ALICE), headers={"Cookie": f"session={cookie}", "Origin": HOME}
    )
    assert answer.status_code == 400
    assert await supply(HARBOUR) == 0


HOSTILE = (
    "0",
    "-1",
    str(10**12 + 1),
    str(2**63),
    "1.5",
    "250.0",
    '"250"',
    "true",
    "null",
    "[]",
    "{}",
    "1e3",
    "1e999",
    "NaN",
)


@pytest.mark.parametrize("path", ["economy/grants", "economy/takes"])
async def test_a_hostile_amount_moves_nothing(desk: Desk, path: str) -> None:
    await give(ALICE, 100, HARBOUR)
    for amount in HOSTILE:
        answer = await desk.post(path, f'{{"user_id": "{ALICE}", "coins": {amount}}}'.encode())
        assert answer.status_code in (409, 422), (amount, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await balance(ALICE, HARBOUR), await supply(HARBOUR)) == (100, 100)


async def test_what_is_not_exactly_a_grant_is_refused(desk: Desk) -> None:
    for wrong in (
        {"user_id": ALICE},
        {"user_id": "0"},
        {"user_id": "01"},
        {"user_id": str(2**63)},
        {"user_id": "-5"},
        {"user_id": "1' OR 1=1"},
        {"reason": "x" * 401},
        {"reason": "a\x00b"},
        {"guild_id": str(PRACA)},
        {"key": "mine"},
    ):
        answer = await desk.post("economy/grants", coins(ALICE) | wrong)
        assert answer.status_code == 422, (wrong, answer.text)
    assert await supply(HARBOUR) == 0


async def test_only_members_get_coins_and_bots_none(desk: Desk, whole: Whole) -> None:
    for stranger in (STRANGER, 42, whole.play.world.bot.id):
        refused = await desk.post("economy/grants", coins(stranger))
        assert refused.status_code == 422
        assert "members of this server" in refused.json()["detail"]
    assert await supply(HARBOUR) == 0


async def test_a_refusal_stays_a_refusal_when_it_comes_again(desk: Desk) -> None:
    refused = [await desk.post("economy/grants", coins(STRANGER), key="same") for _ in range(2)]
    assert [one.status_code for one in refused] == [422, 422]
    assert refused[0].text == refused[1].text, "with the first one's request id"


async def test_the_books_are_not_retraced_without_end(desk: Desk) -> None:
    statuses = [(await desk.get("economy/audit")).status_code for _ in range(8)]
    assert statuses == [200] * 6 + [429] * 2


async def test_coins_are_taken_by_number_or_share_and_never_more_than_there_are(desk: Desk) -> None:
    await give(ALICE, 100, HARBOUR)
    assert (await desk.post("economy/takes", coins(ALICE, 20))).json()["balance"] == 80
    assert (await desk.post("economy/takes", coins(ALICE, "half"))).json()["coins"] == 40
    assert (await desk.post("economy/takes", coins(ALICE, 41))).status_code == 409
    assert (await desk.post("economy/takes", coins(ALICE, "all"))).json()["balance"] == 0
    assert (await desk.post("economy/takes", coins(ALICE, "all"))).status_code == 422
    assert (await ledger_audit.audit(HARBOUR)).sound


async def test_a_transfer_is_undone_as_planned_once(desk: Desk) -> None:
    made = (await desk.post("economy/grants", coins(ALICE))).json()
    plan = (await desk.post("economy/reversal-plans", {"number": made["number"], "reason": "wrong"})).json()
    assert (plan["coins"], plan["spent"], await balance(ALICE, HARBOUR)) == (250, 0, 250)
    assert {(one["kind"], one["user_id"], one["amount"]) for one in plan["changes"]} == {
        ("wallet", str(ALICE), -250),
        ("mint", None, 250),
    }
    asked = [desk.post("economy/reversals", {"plan_id": plan["id"]}, key="same") for _ in range(3)]
    first, *others = await asyncio.gather(*asked)
    assert (first.status_code, first.json()["reverses"]) == (201, made["number"])
    assert {other.text for other in others} == {first.text}
    assert await balance(ALICE, HARBOUR) == 0
    assert (await desk.post("economy/reversals", {"plan_id": plan["id"]})).status_code == 409
    assert (await desk.post("economy/reversal-plans", {"number": made["number"]})).status_code == 409
    shown = (await desk.get(f"economy/transfers/{made['number']}")).json()
    assert shown["reversed_by"] == first.json()["number"]


async def test_a_plan_is_worth_nothing_once_the_coins_are_spent(desk: Desk) -> None:
    made = (await desk.post("economy/grants", coins(ALICE))).json()
    plan = (await desk.post("economy/reversal-plans", {"number": made["number"]})).json()
    await desk.post("economy/takes", coins(ALICE, "all"))
    assert (await desk.post("economy/reversals", {"plan_id": plan["id"]})).status_code == 409
    assert (await ledger_audit.audit(HARBOUR)).sound


async def test_transfers_come_in_pages_and_by_kind(desk: Desk) -> None:
    for amount in (1, 2, 3):
        await desk.post("economy/grants", coins(ALICE, amount))
    first = (await desk.get("economy/transfers", limit=2)).json()
    second = (await desk.get("economy/transfers", limit=2, after=first["next"])).json()
    assert [one["coins"] for one in first["transfers"] + second["transfers"]] == [3, 2, 1]
    assert second["next"] is None
    assert (await desk.get("economy/transfers", kind="games")).json()["transfers"] == []
    assert (await desk.get("economy/transfers", until="2020-01-01T00:00:00Z")).json()["transfers"] == []
    lines = (await desk.get(f"economy/accounts/{ALICE}/transfers", ALICE, limit=2)).json()
    assert [(line["amount"], line["balance"]) for line in lines["entries"]] == [(3, 6), (2, 3)]
    rest = (await desk.get(f"economy/accounts/{ALICE}/transfers", ALICE, after=lines["next"])).json()
    assert ([one["amount"] for one in rest["entries"]], rest["next"]) == ([1], None)
    for wrong in ({"kind": "all'"}, {"after": "-1"}, {"since": "0001-01-01T00:00:00"}, {"limit": 0}, {"page": 2}):
        assert (await desk.get("economy/transfers", **wrong)).status_code == 422


async def test_items_are_sold_changed_and_archived(desk: Desk) -> None:
    made = await desk.post("shop/items", item(stock=3, description="Heavy"))
    assert made.status_code == 201, made.text
    path = f"shop/items/{made.json()['id']}"
    assert made.headers["location"] == f"{SERVER}/{path}"
    assert (await desk.post("shop/items", item("anchor"))).status_code == 409
    changed = (await desk.put(path, item("Big anchor", price=70, stock=9))).json()
    assert (changed["name"], changed["price"], changed["stock"], changed["description"]) == ("Big anchor", 70, 9, "")
    await rows("UPDATE shop_items SET stock = 8")  # one was bought
    kept = (await desk.put(path, item("Big anchor", stock=9, stock_seen=9))).json()
    assert kept["stock"] == 8
    assert (await desk.delete(path)).status_code == 204
    assert (await desk.get("shop/items", BOB)).json()["items"] == []
    assert [one["archived"] for one in (await desk.get("shop/items", BOB, archived="true")).json()["items"]] == [True]
    assert (await desk.put(path, item())).status_code == 409


async def test_an_item_that_makes_no_sense_is_refused(desk: Desk) -> None:
    for wrong in (
        {"price": 0},
        {"price": "50"},
        {"price": 10**12 + 1},
        {"stock": -1},
        {"stock": 10**6 + 1},
        {"name": ""},
        {"name": " "},
        {"name": "a\u202eb"},
        {"effect": "power"},
        {"effect": "role"},
        {"role_id": "1"},
        {"archived": True},
    ):
        answer = await desk.post("shop/items", item() | wrong)
        assert answer.status_code == 422, (wrong, answer.text)
    assert await rows("SELECT FROM shop_items") == []


async def test_no_role_is_sold_that_its_seller_could_not_give(desk: Desk, whole: Whole) -> None:
    guild = whole.play.world.guild(HARBOUR)
    powerful = next(role.id for role in guild.roles.values() if role.permissions & POWERS and not role.bot_id)
    for role_id in (powerful, HARBOUR, 4242):
        refused = await desk.post("shop/items", item(effect="role", role_id=str(role_id)))
        assert refused.status_code == 422, refused.text
    assert await rows("SELECT FROM shop_items") == []


async def test_books_leaderboard_and_house_tell_the_same_story(desk: Desk) -> None:
    await desk.post("economy/grants", coins(ALICE, 30))
    await desk.post("economy/grants", coins(BOB, 20))
    await desk.post("economy/takes", coins(BOB, 5))
    house = {one["kind"]: one["balance"] for one in (await desk.get("economy/accounts")).json()["accounts"]}
    assert house == {"treasury": 0, "escrow": 0, "mint": -50, "sink": 5}
    books = (await desk.get("economy/audit")).json()
    assert (books["consistent"], books["minted"], books["burned"], books["in_wallets"]) == (True, 50, 5, 45)
    board = (await desk.get("leaderboards/balance", BOB)).json()
    assert [(one["user_id"], one["rank"], one["balance"]) for one in board["entries"]] == [
        (str(ALICE), 1, 30),
        (str(BOB), 2, 15),
    ]
    assert board["own"] == {"rank": 2, "is_estimate": False, "balance": 15}
