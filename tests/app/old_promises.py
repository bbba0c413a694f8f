"""Buttons and API keys from before an upgrade, used after it."""

from __future__ import annotations

from hashlib import sha256

from httpx import ASGITransport, AsyncClient

from interactions.custom_ids import Signer
from playground.client.acting import Play
from playground.client.components import Kind
from playground.world.cast import ALICE, CARMEN, HARBOUR
from services.core.transactions import rows
from tests.support.coins import balance
from tests.support.whole import HOME, Whole

_ONE_KEY = """
UPDATE api_keys SET digest = $2 WHERE id = (SELECT min(id) FROM api_keys WHERE guild_id = $1)"""


async def accept_an_old_offer(play: Play, signer: Signer) -> None:
    """Press the button of a message from before the upgrade."""
    (offer,) = await rows("SELECT id FROM offers WHERE kind = 'payment' AND state = 'open'")
    accept = signer.sign(f"/offers/{offer['id']}/accept", HARBOUR, CARMEN)
    button = {"id": 2, "type": Kind.BUTTON, "style": 3, "label": "Accept", "custom_id": accept}
    message = (await play.slash("leaderboard", as_=CARMEN)).message
    assert message
    message.components = [{"id": 1, "type": Kind.ACTION_ROW, "components": [button]}]
    had = await balance(CARMEN, HARBOUR)
    await play.press(message, "Accept", as_=CARMEN)
    assert await balance(CARMEN, HARBOUR) == had + 30


async def read_balances_by_an_old_key(whole: Whole) -> None:
    secret = f"tat_{HARBOUR:x}_{'A' * 43}"
    await rows(_ONE_KEY, HARBOUR, sha256(secret.encode()).digest())
    async with AsyncClient(transport=ASGITransport(whole.app), base_url=HOME) as http:
        headers = {"Authorization": f"Bearer {secret}"}
        answer = await http.get(f"/api/v1/guilds/{HARBOUR}/economy/accounts/{ALICE}", headers=headers)
    assert answer.json()["balance"] == await balance(ALICE, HARBOUR)
