"""What is deleted when, and what must stay."""

from __future__ import annotations

import pytest

from services.core.transactions import rows
from services.privacy import retention

pytestmark = pytest.mark.usefixtures("database")

_RECEIPT = """
INSERT INTO receipts (guild_id, key, user_id, action, created_at)
SELECT 7, 'interaction:' || n, 1, 'daily', now() - $1::text::interval - n * interval '1 microsecond'
  FROM generate_series(1, $2::int) n"""
_USE = """
INSERT INTO command_usage (guild_id, user_id, command_name, milliseconds, outcome, timestamp)
SELECT 7, 1, 'daily', 5, 'answered', now() - age::interval FROM unnest($1::text[]) age"""
_JOB = """
INSERT INTO jobs (guild_id, kind, due_at, failed_at) SELECT 7, kind, now() - interval '1 year', now() - age::interval
  FROM unnest($1::text[], $2::text[]) AS job(kind, age)"""
_OFFER = """
INSERT INTO offers (guild_id, kind, payer_id, payee_id, amount, note, state, expires_at, created_at)
SELECT 7, 'payment', 1, 2, 5, state, state, now() - interval '1 year', now() - interval '1 year'
  FROM unnest($1::text[]) state"""
_ATTEMPT = """
INSERT INTO sign_in_attempts (state_digest, browser_digest, next_path, created_at)
SELECT age, '', '/' || age, now() - age::interval FROM unnest($1::text[]) age"""
_GRANT = """
INSERT INTO discord_grants (user_id, access_token, refresh_token, scopes, expires_at, updated_at)
SELECT number, '', '', age, now(), now() - age::interval FROM unnest($1::text[]) WITH ORDINALITY AS one(age, number)"""
_PLAN = """
INSERT INTO plans (guild_id, actor_id, action, details, expires_at) SELECT 7, 1, age, '{}', now() - age::interval
  FROM unnest($1::text[]) age"""


async def test_an_answer_can_be_repeated_for_a_week() -> None:
    await rows(_RECEIPT, "6 days 23 hours", 1)
    await retention.clean()
    assert len(await rows("SELECT FROM receipts")) == 1
    await rows("UPDATE receipts SET created_at = now() - interval '8 days'")
    await retention.clean()
    assert await rows("SELECT FROM receipts") == []


async def test_statistics_are_kept_for_half_a_year() -> None:
    await rows(_USE, ["179 days", "181 days"])
    await retention.clean()
    (kept,) = await rows("SELECT timestamp > now() - interval '180 days' AS young FROM command_usage")
    assert kept["young"]


async def test_given_up_jobs_can_be_looked_at_for_a_month_and_waiting_ones_stay_however_old() -> None:
    await rows(_JOB, ["waiting", "looked at", "forgotten"], [None, "29 days", "31 days"])
    await retention.clean()
    assert [job["kind"] for job in await rows("SELECT kind FROM jobs ORDER BY id")] == ["waiting", "looked at"]


async def test_an_open_offer_is_never_deleted_because_coins_hang_on_it() -> None:
    await rows(_OFFER, ["open", "accepted", "declined", "expired"])
    await retention.clean()
    assert [offer["state"] for offer in await rows("SELECT state FROM offers")] == ["open"]


async def test_plans_that_nobody_confirmed_go_after_a_day() -> None:
    await rows(_PLAN, ["23 hours", "25 hours"])
    await retention.clean()
    assert [plan["action"] for plan in await rows("SELECT action FROM plans")] == ["23 hours"]


async def test_ways_to_sign_in_go_after_an_hour_and_unused_grants_after_a_month() -> None:
    await rows(_ATTEMPT, ["59 minutes", "61 minutes"])
    await rows(_GRANT, ["29 days", "31 days"])
    await retention.clean()
    assert [row["next_path"] for row in await rows("SELECT next_path FROM sign_in_attempts")] == ["/59 minutes"]
    assert [row["scopes"] for row in await rows("SELECT scopes FROM discord_grants")] == ["29 days"]


async def test_more_than_one_batch_is_deleted_to_the_last_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 100)
    for count in (100, 250):  # exactly one full batch, and one that is not
        await rows(_RECEIPT, "8 days", count)
        await retention.clean()
        assert await rows("SELECT FROM receipts") == []
