"""Erasure of a person's coins: close open offers, empty wallets and anonymize them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from locales import t
from models import AccountKind
from services.core.amounts import LARGEST
from services.core.erasure_steps import Erased, ErasureStep, When
from services.core.errors import NotFound
from services.core.transactions import rows, transaction
from services.economy import ledger, offers
from services.economy.ledger import Move

_SETTLE = """
UPDATE erasures SET wallets = ARRAY(SELECT id FROM user_economy WHERE user_id = $2 AND kind = 'wallet' ORDER BY id)
 WHERE id = $1 AND wallets IS NULL"""
_WALLETS = "SELECT unnest(wallets) AS id FROM erasures WHERE id = $1"
_LOCK = "SELECT FROM erasures WHERE id = $1 AND done_at IS NULL FOR UPDATE"
_OFFERS = (
    "SELECT guild_id, id FROM offers WHERE (payer_id = $1 OR payee_id = $1) AND state = 'open' ORDER BY guild_id, id"
)
_WALLET = "SELECT guild_id FROM user_economy WHERE id = $1 AND user_id = $2"
_NOBODYS = """
UPDATE user_economy SET user_id = -id, salt = NULL, daily_streak = 0, last_daily = NULL, daily_period = NULL,
       last_work = NULL, frozen_at = NULL WHERE id = $1"""
_UNUSED = "DELETE FROM user_economy WHERE user_id = $1 AND kind = 'wallet' AND seq = 0 AND frozen_at IS NULL"


async def _settle(erased: Erased) -> None:
    await rows(_SETTLE, erased.erasure_id, erased.user_id)


async def _close_offers(erased: Erased) -> None:
    for offer in await rows(_OFFERS, erased.user_id):
        with contextlib.suppress(NotFound):  # a concurrent run was faster
            await offers.expire(offer["guild_id"], offer["id"])


async def _empty_wallets(erased: Erased) -> None:
    for wallet in await rows(_WALLETS, erased.erasure_id):
        await _empty(erased, wallet["id"])


async def _empty(erased: Erased, wallet_id: int) -> None:
    """Burn a wallet's coins and anonymize it in one transaction."""
    async with transaction():
        # One run at a time, or the second would open a new wallet to replace this one.
        await rows(_LOCK, erased.erasure_id)
        for wallet in await rows(_WALLET, wallet_id, erased.user_id):
            books = await ledger.hold(wallet["guild_id"], erased.user_id, AccountKind.SINK)
            moves = _burned(erased.user_id, books[erased.user_id].balance)
            if moves:
                key = f"erasure:{erased.erasure_id}:{wallet_id}"
                await ledger.post(books, moves, key=key, kind="erase", actor_id=0, despite_freeze=True)
            await rows(_NOBODYS, wallet_id)


def _burned(user_id: int, coins: int) -> list[Move]:
    """Moves that burn all coins, each within the ledger's limit."""
    whole, rest = divmod(coins, LARGEST)
    return [Move(user_id, AccountKind.SINK, part) for part in [*[LARGEST] * whole, rest] if part]


async def _drop_unused(erased: Erased) -> None:
    # Opened since the erasure began, without any transfer.
    await rows(_UNUSED, erased.user_id)


STEPS: Mapping[str, ErasureStep] = {
    "settled wallets": ErasureStep(t("Emptying your wallets"), _settle, When.BEGIN),
    "offers": ErasureStep(t("Closing your open payments and requests"), _close_offers, When.FIRST),
    "wallets": ErasureStep(t("Emptying your wallets"), _empty_wallets, When.BEFORE_TABLES),
    "unused wallets": ErasureStep(t("Emptying your wallets"), _drop_unused, When.END),
}
