"""Coins under pressure: many at once, the same twice, against each other."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from models import AccountKind
from services.core import idempotency
from services.core.errors import UserError
from services.core.transactions import rows, transaction
from services.economy import ledger, ledger_audit
from services.economy.ledger import BadAmount, Frozen, Move, NotEnoughCoins
from tests.support.bot import ALICE, BOB, CAROL, GUILD, OTHER_GUILD
from tests.support.coins import balance, balances, give, supply

ACCOUNTS = [ALICE + n for n in range(10)]


async def _once(key: str, source: int, target: int, coins: int) -> dict[str, object]:
    """One transfer as a command makes it: with its receipt, exactly once."""

    async def effect() -> dict[str, object]:
        entry = await ledger.transfer(GUILD, source, target, coins, key=key, kind="pay", actor_id=source)
        return {"number": entry.number}

    return await idempotency.once(GUILD, key, source, "test", effect, lambda _error: {"number": None})


@pytest.mark.parametrize("fault", [asyncpg.InternalClientError, asyncpg.InterfaceError, ConnectionResetError])
async def test_an_effect_whose_connection_died_after_its_commit_gets_the_answer_that_was_stored(
    database: str, fault: type[Exception]
) -> None:
    await give(ALICE, 10)
    first = await _once("same", ALICE, BOB, 5)

    async def lost() -> dict[str, object]:
        raise fault("the stream ended")

    assert await idempotency.once(GUILD, "same", ALICE, "test", lost, lambda _: {}) == first
    with pytest.raises(fault):
        await idempotency.once(GUILD, "another", ALICE, "test", lost, lambda _: {})


async def test_hot_accounts_under_many_transfers_never_lose_a_coin_and_never_go_below_zero(
    database: str, full: bool
) -> None:
    transfers, in_flight = (10_000 if full else 1_000), 50
    for account in ACCOUNTS:
        await give(account, 300)
    luck = random.Random(7)
    work = iter([(n, *luck.sample(ACCOUNTS, 2), luck.randint(1, 120)) for n in range(transfers)])
    answers: list[dict[str, object]] = []
    snapshots: list[dict[tuple[str, int], int]] = []
    done = asyncio.Event()

    async def pay() -> None:
        for number, source, target, coins in work:
            answers.append(await _once(f"race:{number}", source, target, coins))

    async def look() -> None:
        while not done.is_set():
            snapshots.append(await balances())
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    await asyncio.gather(*(pay() for _ in range(in_flight)))
    done.set()
    await looking

    assert len(answers) == transfers
    assert any(answer["number"] for answer in answers)
    assert any(answer["number"] is None for answer in answers), "some must have been refused, or the race is too easy"
    for seen in [*snapshots, await balances()]:
        assert sum(seen.values()) == 0
        assert all(coins >= 0 for (kind, _), coins in seen.items() if kind != "mint")
        assert sum(coins for (kind, _), coins in seen.items() if kind == "wallet") == 3000
    assert (await ledger_audit.audit(GUILD)).sound


@pytest.mark.usefixtures("patient_pool")
async def test_two_who_pay_each_other_at_the_same_time_never_wait_for_each_other(database: str) -> None:
    await give(ALICE, 100)
    await give(BOB, 100)
    pairs = [(ALICE, BOB) if n % 2 else (BOB, ALICE) for n in range(200)]
    answers = await asyncio.gather(*(_once(f"mutual:{n}", a, b, 1) for n, (a, b) in enumerate(pairs)))
    assert all(answer["number"] for answer in answers)
    assert (await balance(ALICE), await balance(BOB)) == (100, 100)


async def test_the_same_key_twenty_times_at_once_moves_coins_once_and_always_gets_the_first_answer(
    database: str,
) -> None:
    await give(ALICE, 1000)
    answers = await asyncio.gather(*(_once("same", ALICE, BOB, 30) for _ in range(20)))
    assert len({answer["number"] for answer in answers}) == 1
    assert await balance(BOB) == 30


async def test_the_same_key_without_a_receipt_is_refused_by_the_database(database: str) -> None:
    await give(ALICE, 100)
    await ledger.transfer(GUILD, ALICE, BOB, 10, key="k", kind="pay", actor_id=ALICE)
    with pytest.raises(IntegrityError):
        await ledger.transfer(GUILD, ALICE, BOB, 10, key="k", kind="pay", actor_id=ALICE)
    assert await balance(BOB) == 10


@pytest.mark.parametrize("coins", [0, -1, -(10**12), 10**12 + 1, 2**63])
async def test_what_is_no_amount_moves_nothing(database: str, coins: int) -> None:
    await give(ALICE, 100)
    with pytest.raises(BadAmount) as refused:
        await ledger.transfer(GUILD, ALICE, BOB, coins, key="k", kind="pay", actor_id=ALICE)
    assert str(refused.value.text) == "The amount must be between 1 and 1,000,000,000,000."
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)


@pytest.mark.parametrize("coins", [1, 10**12])
async def test_the_least_and_the_largest_amount_move(database: str, coins: int) -> None:
    await give(ALICE, coins)
    entry = await ledger.transfer(GUILD, ALICE, BOB, coins, key="k", kind="pay", actor_id=ALICE)
    assert entry.balances == {ALICE: 0, BOB: coins}
    assert (await balance(ALICE), await balance(BOB)) == (0, coins)


async def test_coins_that_are_not_there_cant_be_spent(database: str) -> None:
    await give(ALICE, 100)
    with pytest.raises(NotEnoughCoins) as refused:
        await ledger.transfer(GUILD, ALICE, BOB, 101, key="k", kind="pay", actor_id=ALICE)
    assert str(refused.value.text) == "You need 101 but have 100."
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)


async def test_a_frozen_wallet_neither_pays_nor_is_paid_but_by_an_admin(database: str) -> None:
    await give(ALICE, 100)
    await give(BOB, 100)
    await rows("UPDATE user_economy SET frozen_at = now() WHERE user_id = $1", ALICE)
    for source, target in ((ALICE, BOB), (BOB, ALICE)):
        with pytest.raises(Frozen) as refused:
            await ledger.transfer(GUILD, source, target, 10, key="k", kind="pay", actor_id=source)
        assert str(ALICE) in str(refused.value.text)
    async with transaction():
        books = await ledger.hold(GUILD, ALICE, BOB)
        await ledger.post(books, [Move(ALICE, BOB, 10)], key="k", kind="take", actor_id=CAROL, despite_freeze=True)
    assert (await balance(ALICE), await balance(BOB)) == (90, 110)


async def test_a_transfer_keeps_its_details(database: str) -> None:
    async with transaction():
        books = await ledger.hold(GUILD, AccountKind.MINT, ALICE)
        move = [Move(AccountKind.MINT, ALICE, 10)]
        await ledger.post(books, move, key="with", kind="work", actor_id=ALICE, details={"job": "baker"})
        await ledger.post(books, move, key="without", kind="work", actor_id=ALICE)
    kept = {row["key"]: row["details"] for row in await rows("SELECT key, details FROM transfers")}
    assert kept == {"with": '{"job": "baker"}', "without": "{}"}


async def test_a_failed_second_step_undoes_the_first(database: str) -> None:
    await give(ALICE, 100)

    async def two_steps() -> None:
        async with transaction():
            books = await ledger.hold(GUILD, ALICE, BOB, CAROL)
            await ledger.post(books, [Move(ALICE, BOB, 60)], key="first", kind="pay", actor_id=ALICE)
            again = await ledger.hold(GUILD, ALICE, BOB, CAROL)
            await ledger.post(again, [Move(ALICE, CAROL, 60)], key="second", kind="pay", actor_id=ALICE)

    with pytest.raises(UserError):
        await two_steps()
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)


async def test_guilds_keep_their_coins_apart(database: str) -> None:
    await give(ALICE, 100)
    await give(ALICE, 7, OTHER_GUILD)
    assert (await balance(ALICE), await balance(ALICE, OTHER_GUILD)) == (100, 7)
    assert (await supply(), await supply(OTHER_GUILD)) == (100, 7)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE user_economy SET balance = balance + 1 WHERE kind = 'wallet'",
        "UPDATE user_economy SET user_id = 5 WHERE kind = 'wallet'",
        "UPDATE user_economy SET kind = 'treasury', user_id = 0 WHERE kind = 'wallet'",
        "UPDATE postings SET amount = amount + 1",
        "DELETE FROM postings",
        "UPDATE transfers SET actor_id = 5",
        "DELETE FROM transfers",
        "INSERT INTO user_economy (guild_id, kind, user_id, balance) VALUES (1, 'wallet', 1, 5)",
        (
            "INSERT INTO postings (guild_id, transfer_id, account_id, amount) "
            "SELECT guild_id, transfer_id, account_id, 5 FROM postings LIMIT 1"
        ),
    ],
)
async def test_the_database_itself_refuses_to_rewrite_the_books(database: str, sql: str) -> None:
    await give(ALICE, 100)
    before = await balances()
    with pytest.raises((IntegrityError, OperationalError)):
        await rows(sql)
    assert await balances() == before


async def test_receipt_numbers_rise(database: str) -> None:
    numbers = [await give(ALICE, 1) for _ in range(5)]
    assert all(earlier < later for earlier, later in pairwise(numbers))


async def test_a_wallet_that_would_hold_too_much_is_refused(database: str) -> None:
    await rows("ALTER TABLE user_economy DISABLE TRIGGER guard_balance")
    try:
        await give(ALICE, 1)
        await rows("UPDATE user_economy SET balance = 8999999999999999 WHERE user_id = $1", ALICE)
    finally:
        await rows("ALTER TABLE user_economy ENABLE TRIGGER guard_balance")
    with pytest.raises(ledger.AccountFull):
        await ledger.transfer(GUILD, AccountKind.MINT, ALICE, 5, key="k", kind="grant", actor_id=0)
