"""Tickets open a socket once, within half a minute, for as long as what they were made with lives."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from services.identity import sessions, token_families
from services.live import Credential, TicketHolder, tickets
from tests.support.bot import ALICE

pytestmark = pytest.mark.usefixtures("database")


async def test_a_ticket_is_good_once_however_many_bring_it_at_once() -> None:
    ticket = await tickets.issue(await signed_in(ALICE))
    found = await asyncio.gather(*(tickets.redeem(ticket) for _ in range(20)))
    assert [holder.user_id for holder in found if holder] == [ALICE]


@pytest.mark.parametrize("said", ["", "x" * 43, "x" * 5000, "\x00" * 43, "ä" * 43])
async def test_what_is_no_ticket_opens_nothing(said: str) -> None:
    assert await tickets.redeem(said) is None


async def test_a_ticket_is_good_for_half_a_minute_and_no_longer_than_what_it_was_made_with(
    direct: asyncpg.Connection[Any],
) -> None:
    late = await tickets.issue(await signed_in(ALICE))
    await direct.execute("UPDATE socket_tickets SET created_at = now() - interval '31 seconds'")
    assert await tickets.redeem(late) is None
    holder = await signed_in(ALICE)
    ticket = await tickets.issue(holder)
    await sessions.end(ALICE, holder.proof_id)
    assert await tickets.redeem(ticket) is None
    family = await direct.fetchval(
        "INSERT INTO refresh_families (user_id, expires_at) VALUES ($1, now() + interval '1 day') RETURNING id", ALICE
    )
    program = TicketHolder(ALICE, Credential.FAMILY, family)
    assert await tickets.living([program, holder]) == {program}
    ticket = await tickets.issue(program)
    await token_families.end(ALICE, family)
    assert await tickets.redeem(ticket) is None


async def signed_in(user_id: int) -> TicketHolder:
    session = await sessions.find(await sessions.start(user_id))
    assert session is not None
    return TicketHolder(user_id, Credential.SESSION, session.id)
