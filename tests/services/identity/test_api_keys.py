"""Keys of a guild: shown once, good for that guild and those scopes, and only until they are revoked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.core.errors import NotFound
from services.core.transactions import rows
from services.directory.scopes import GUILDS_READ
from services.economy.scopes import ECONOMY_READ
from services.identity import api_keys
from services.identity.api_keys import MAX_KEYS_PER_GUILD, ApiKey, TooManyKeys, create, find, revoke
from services.privacy import retention
from tests.support.bot import GUILD, MANAGER, OTHER_GUILD

pytestmark = pytest.mark.usefixtures("database")

READ = frozenset({ECONOMY_READ, GUILDS_READ})


async def used(by: str = "0 seconds") -> list[datetime | None]:
    await rows("UPDATE api_keys SET last_used_at = last_used_at - $1::text::interval", by)
    return [row["last_used_at"] for row in await rows("SELECT last_used_at FROM api_keys ORDER BY id")]


async def test_a_key_is_found_by_its_secret_with_its_guild_and_scopes() -> None:
    made, secret = await create(GUILD, MANAGER, "Shop", READ)
    found = await find(secret)
    assert found is not None
    assert (found.id, found.guild_id, found.name, found.scopes) == (made.id, GUILD, "Shop", READ)
    assert (found.created_by, found.expires_at) == (MANAGER, None)
    assert secret.startswith("tat_")
    assert made.hint in secret


def by_chance(secret: str) -> str:
    """The random part of a key: what follows the guild; it may hold underscores itself."""
    return secret.split("_", 2)[2]


async def test_the_secret_is_stored_nowhere_and_shown_in_no_list() -> None:
    _, secret = await create(GUILD, MANAGER, "Shop", READ)
    await find(secret)
    kept = str(await rows("SELECT * FROM api_keys")) + str(await rows("SELECT * FROM audit_log"))
    chance = by_chance(secret)
    for told in (kept, str(await api_keys.of(GUILD))):
        assert secret not in told
        assert chance not in told


async def test_no_other_secret_finds_a_key() -> None:
    _, secret = await create(GUILD, MANAGER, "Shop", READ)
    for _ in range(5):
        await create(OTHER_GUILD, MANAGER, "Other", READ)
    chance = by_chance(secret)
    head = secret.removesuffix(f"_{chance}")
    wrong = [
        "", "tat_", head, chance, f"{head}_", secret[:-1], secret + "A", secret.swapcase(), secret.upper(),
        f" {secret}", f"{secret}\n", f"{secret} ", secret.replace("tat_", "tat_0"), f"tat_{OTHER_GUILD:x}_{chance}",
        f"tat_0_{chance}", f"tat_ffffffffffffffff_{chance}", f"{head}_{chance[:-1]}é", f"{head}_{'A' * 43}",
        f"{head}_{'%' * 43}", "tat_' OR 1=1 --", "tat_" + "1" * 5000, "\x00", secret[::-1],
    ]  # fmt: skip
    assert [await find(one) for one in wrong] == [None] * len(wrong)
    assert await find(secret)


async def test_a_revoked_key_has_no_force_at_once() -> None:
    key, secret = await create(GUILD, MANAGER, "Shop", READ)
    other, spared = await create(GUILD, MANAGER, "Other", READ)
    assert await find(secret)
    await revoke(GUILD, MANAGER, key.id)
    assert await find(secret) is None
    assert await find(spared)
    assert [one.id for one in await api_keys.of(GUILD)] == [other.id]


async def test_another_guilds_admin_neither_sees_nor_revokes_a_key() -> None:
    key, secret = await create(GUILD, MANAGER, "Shop", READ)
    assert await api_keys.of(OTHER_GUILD) == []
    for guild_id, key_id in ((OTHER_GUILD, key.id), (GUILD, key.id + 1)):
        with pytest.raises(NotFound):
            await revoke(guild_id, MANAGER, key_id)
    assert await find(secret)
    assert len(await rows("SELECT FROM audit_log WHERE action = 'api_key.revoked'")) == 0


async def test_a_key_whose_time_is_over_has_no_force_and_goes_after_a_month() -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    key, secret = await create(GUILD, MANAGER, "Shop", READ, expires_at=soon)
    assert await find(secret)
    assert key.expires_at == soon
    await rows("UPDATE api_keys SET expires_at = now() - interval '1 second'")
    assert await find(secret) is None
    for age, expected in (("29 days", 1), ("31 days", 0)):
        await rows("UPDATE api_keys SET expires_at = now() - $1::text::interval", age)
        await retention.clean()
        assert len(await api_keys.of(GUILD)) == expected


async def test_a_guild_has_twenty_five_keys_at_most_however_many_are_made_at_once() -> None:
    async def attempt(guild_id: int) -> ApiKey | None:
        try:
            return (await create(guild_id, MANAGER, "Shop", READ))[0]
        except TooManyKeys:
            return None

    made = await asyncio.gather(*(attempt(GUILD) for _ in range(40)), attempt(OTHER_GUILD))
    assert sum(one is not None for one in made[:-1]) == MAX_KEYS_PER_GUILD
    assert made[-1]
    assert len(await api_keys.of(GUILD)) == MAX_KEYS_PER_GUILD
    first = (await api_keys.of(GUILD))[0]
    await revoke(GUILD, MANAGER, first.id)
    assert await attempt(GUILD)


async def test_making_and_revoking_stand_in_the_audit_log_and_the_one_who_did_it() -> None:
    key, _ = await create(GUILD, MANAGER, "Shop", READ, request_id="r1")
    await revoke(GUILD, MANAGER, key.id, request_id="r2")
    found = await rows("SELECT guild_id, actor_id, action, target, request_id FROM audit_log ORDER BY id")
    assert [tuple(row.values()) for row in found] == [
        (GUILD, MANAGER, "api_key.created", str(key.id), "r1"),
        (GUILD, MANAGER, "api_key.revoked", str(key.id), "r2"),
    ]


async def test_the_last_use_is_written_once_a_minute_at_most() -> None:
    _, secret = await create(GUILD, MANAGER, "Shop", READ)
    assert await used() == [None]
    await find(secret)
    (first,) = await used()
    assert first is not None
    await asyncio.gather(*(find(secret) for _ in range(10)))
    assert await used() == [first]
    (before,) = await used("61 seconds")
    await find(secret)
    (after,) = await used()
    assert after is not None
    assert before is not None
    assert after > before + timedelta(seconds=60)


async def test_a_scope_of_another_release_gives_nothing_and_breaks_nothing() -> None:
    _, secret = await create(GUILD, MANAGER, "Shop", READ)
    await rows("""UPDATE api_keys SET scopes = '["economy:read", "everything:write", 7, null]'""")
    found = await find(secret)
    assert found is not None
    assert found.scopes == {ECONOMY_READ}
