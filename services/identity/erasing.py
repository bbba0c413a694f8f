"""Erasure of sign-ins: sign the person out everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.erasure_steps import Erased, ErasureStep, When
from services.identity import discord_grants, sessions, token_families


async def _sign_out(erased: Erased) -> None:
    await sessions.end_all(erased.user_id)
    await token_families.end(erased.user_id)
    await discord_grants.drop(erased.user_id)


STEPS: Mapping[str, ErasureStep] = {"sign-ins": ErasureStep(t("Signing you out everywhere"), _sign_out, When.FIRST)}
