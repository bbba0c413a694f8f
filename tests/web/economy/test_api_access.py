"""Who may do what with coins and the shop over the API, by role, key and token, and never in another server."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, PRACA, STRANGER
from services.core.transactions import rows
from services.economy.scopes import ECONOMY_READ, ECONOMY_WRITE
from services.identity import api_keys, refresh_tokens
from tests.support.coins import balance, give, supply
from tests.web.economy.desk import SERVER, Desk, coins, item

pytestmark = pytest.mark.usefixtures("unhurried")
_ITEM = """
INSERT INTO shop_items (guild_id, name, description, price, effect, created_at)
VALUES ($1, 'theirs', '', 1, 'none', now())"""


async def test_a_frozen_wallet_is_seen_by_moderators_and_its_owner_only(desk: Desk) -> None:
    await give(ALICE, 5, HARBOUR)
    assert (await desk.put(f"economy/accounts/{ALICE}/freeze", {"reason": "sold coins"})).status_code == 204
    assert (await desk.put(f"economy/accounts/{ALICE}/freeze", {})).status_code == 409
    seen = [(await desk.get(f"economy/accounts/{ALICE}", by)).json() for by in (ALICE, BOB, MODERATOR)]
    assert [(one["balance"], one["frozen"]) for one in seen] == [(5, True), (5, None), (5, True)]
    assert (await desk.delete(f"economy/accounts/{ALICE}/freeze")).status_code == 204
    assert (await desk.get(f"economy/accounts/{ALICE}", ALICE)).json()["frozen"] is False


async def test_a_transfer_is_shown_to_those_whom_it_concerns(desk: Desk) -> None:
    number = (await desk.post("economy/grants", coins(ALICE))).json()["number"]
    found = {by: await desk.get(f"economy/transfers/{number}", by) for by in (ALICE, BOB, MANAGER, STRANGER)}
    assert [one.status_code for one in found.values()] == [200, 404, 200, 404]
    legs = {(one["kind"], one["amount"], one["balance"]) for one in found[ALICE].json()["postings"]}
    assert legs == {("mint", -250, None), ("wallet", 250, 250)}
    assert (await desk.get(f"economy/accounts/{ALICE}/transfers", BOB)).status_code == 403


async def test_what_lies_in_another_server_is_as_unknown_as_what_does_not_exist(desk: Desk) -> None:
    number = await give(ALICE, 5, PRACA)
    await rows(_ITEM, PRACA)
    (theirs,) = await rows("SELECT id FROM shop_items")
    for path, known, unknown in (
        ("economy/transfers/{}", number, 999_999),
        ("shop/items/{}", theirs["id"], 999_999),
    ):
        answers = [await desk.get(path.format(one)) for one in (known, unknown)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert _told(answers[0], known) == _told(answers[1], unknown)
    refused = [await desk.post("economy/reversal-plans", {"number": str(one)}) for one in (number, 999_999)]
    assert [one.status_code for one in refused] == [404, 404]
    changed = [await desk.put(f"shop/items/{one}", item()) for one in (theirs["id"], 999_999)]
    assert [one.status_code for one in changed] == [404, 404]
    assert (await desk.delete(f"shop/items/{theirs['id']}")).status_code == 404
    assert (await desk.get(f"economy/accounts/{ALICE}")).json()["balance"] == 0


def _told(answer: Response, number: int) -> str:
    return str(answer.json()["detail"]).replace(str(number), "?")


WRITES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "economy/grants", coins(BOB)),
    ("POST", "economy/takes", coins(BOB)),
    ("POST", "economy/reversal-plans", {"number": "1"}),
    ("POST", "economy/reversals", {"plan_id": "1"}),
    ("PUT", f"economy/accounts/{BOB}/freeze", {}),
    ("DELETE", f"economy/accounts/{BOB}/freeze", None),
    ("POST", "shop/items", item()),
    ("PUT", "shop/items/1", item()),
    ("DELETE", "shop/items/1", None),
    ("GET", "economy/transfers", None),
    ("GET", "economy/audit", None),
)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_what_admins_do_nobody_else_does(desk: Desk, method: str, path: str, body: Any) -> None:
    more: dict[str, Any] = {"json": body} if body is not None else {}
    statuses = [
        (await desk.call(method, path, by, headers={"Idempotency-Key": f"{by}"}, **more)).status_code
        for by in (STRANGER, ALICE, MODERATOR)
    ]
    assert statuses == [404, 403, 403]
    assert await supply(HARBOUR) == 0


async def test_a_key_for_reading_moves_nothing_and_reads_its_own_server(desk: Desk) -> None:
    _, secret = await api_keys.create(
        HARBOUR, MANAGER, "reader", frozenset({ECONOMY_READ}), expires_at=None, request_id="r"
    )
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"}
    read = await desk.http.get(f"{SERVER}/economy/accounts/{ALICE}", headers=headers)
    other = await desk.http.get(f"/api/v1/guilds/{PRACA}/economy/accounts/{ALICE}", headers=headers)
    moved = await desk.http.post(f"{SERVER}/economy/grants", json=coins(ALICE), headers=headers)
    assert (read.status_code, other.status_code, moved.status_code) == (200, 404, 403)


async def test_a_program_with_somebodys_token_does_what_they_may(desk: Desk) -> None:
    statuses = []
    for user_id in (MANAGER, ALICE, STRANGER):
        token = (await refresh_tokens.begin(user_id)).access_token
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
        made = await desk.http.post(f"{SERVER}/economy/grants", json=coins(ALICE), headers=headers)
        statuses.append(made.status_code)
    assert statuses == [201, 403, 404]


async def test_a_key_for_writing_pays_in_the_name_of_who_made_it(desk: Desk) -> None:
    _, secret = await api_keys.create(
        HARBOUR, MANAGER, "shop", frozenset({ECONOMY_WRITE}), expires_at=None, request_id="r"
    )
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"}
    for _ in range(2):
        paid = await desk.http.post(f"{SERVER}/economy/grants", json=coins(ALICE), headers=headers)
        assert paid.status_code == 201, paid.text
    assert await balance(ALICE, HARBOUR) == 250
