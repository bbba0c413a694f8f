"""Whoever is nobody can begin and fail to sign in as often as they like, and what is stored of it stays small."""

from __future__ import annotations

import pytest

from playground.world.cast import ALICE
from services.core.transactions import rows
from services.identity import sign_in
from tests.support.browser import browser
from tests.support.signing_in import count, events, wipe
from tests.support.whole import HOME, Whole

BACK = f"{HOME}/login/callback"


@pytest.mark.within
async def test_sign_ins_that_nobody_finishes_fill_no_table(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "MOST_ATTEMPTS", 20)
    async with browser(whole) as nobody:
        for _ in range(50):
            await wipe()  # each from another address
            await nobody.leave()
    assert await count("sign_in_attempts") <= 21
    async with browser(whole) as somebody:
        await wipe()
        address = await somebody.leave()
        assert (await somebody.get(await somebody.allow(address, ALICE))).status_code == 303


@pytest.mark.within
async def test_sign_ins_that_fail_are_noted_up_to_a_number_in_an_hour(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "MOST_FAILURES", 5)
    async with browser(whole) as nobody:
        for _ in range(12):
            await wipe()
            assert (await nobody.get(f"{BACK}?code=a&state=b")).status_code == 400
    assert await events() == ["login.failed"] * 5
    assert await rows("SELECT FROM sessions") == []
