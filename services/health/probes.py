"""Probes of the bot itself: membership, jobs, the endpoint, the proxy, Redis and sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import httpx

from discord_api import current, errors
from discord_api.permissions import Permissions
from locales import t
from services.core import bot_member, site_links, store, token_refusals
from services.core.discord_refusals import NOT_A_MEMBER
from services.core.probes import Finding, Probe, State
from services.core.transactions import rows
from services.health import visitors

PATIENCE = 2.5  # seconds per probe
BEHIND = 60  # seconds after which a waiting job means that no worker is running
FORGED = {"X-Signature-Ed25519": "00" * 64, "X-Signature-Timestamp": "1700000000"}

_OLDEST = """
SELECT coalesce(extract(epoch FROM tatiana_now() - min(due_at)), 0)::float8 AS late FROM jobs
 WHERE failed_at IS NULL AND due_at < tatiana_now() AND (leased_until IS NULL OR leased_until < now())"""


async def _membership(guild_id: int) -> Sequence[Finding]:
    if await token_refusals.known():
        said = t("Discord refuses my bot token, so I can't give roles, post messages, or look anything up.")
        fix = t("Whoever hosts me can find out why with `tatiana doctor`. I try again at least every 15 minutes.")
        return [Finding("discord", State.BROKEN, said, fix)]
    try:
        _, _, held = await bot_member.find(guild_id)
    except (*NOT_A_MEMBER, errors.UnknownMember):
        return [
            Finding(
                "discord",
                State.LIMITED,
                t("I was added for commands only, so I can't give roles or post messages."),
                t(
                    "Add me again with the `bot` scope, from my servers page: {link}",
                    link=site_links.page("/servers"),
                ),
            )
        ]
    if not held.allows(Permissions.MANAGE_ROLES):
        said = t("I'm missing the Manage Roles permission, so items that give a role can't be sold.")
        fix = t("In Server Settings › Roles › my role, turn on Manage Roles.")
        return [Finding("discord", State.LIMITED, said, fix)]
    return [Finding("discord", State.WORKS, t("I can give roles in this server."))]


async def _jobs(_guild_id: int) -> Sequence[Finding]:
    (row,) = await rows(_OLDEST)
    if row["late"] > BEHIND:
        said = t("Background jobs are {seconds} seconds late.", seconds=int(row["late"]))
        fix = t("Ask whoever hosts me to start the worker: `tatiana worker`.")
        return [Finding("jobs", State.BROKEN, said, fix)]
    return [Finding("jobs", State.WORKS, t("Background jobs are on time."))]


async def _door(_guild_id: int) -> Sequence[Finding]:
    """Whether Discord can reach the endpoint, and it rejects forged requests."""
    where = site_links.page("/interactions")
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.post(where, content=b'{"type":1}', headers=FORGED)
    if answer.status_code != httpx.codes.UNAUTHORIZED:
        said = t(
            "A forged request was answered with {status}; it must be rejected with 401.", status=str(answer.status_code)
        )
        fix = t("Ask whoever hosts me to check what runs in front of {link}; `tatiana doctor` shows more.", link=where)
        return [Finding("door", State.BROKEN, said, fix)]
    return [Finding("door", State.WORKS, t("Discord can reach me, and forged requests are rejected."))]


async def _redis(_guild_id: int) -> Sequence[Finding]:
    redis = store.redis()
    if redis is not None:
        try:
            await redis.ping()
        except Exception:
            redis = None
    if redis is None:
        said = t("Redis is down: rate limits are halved, and live updates are slower.")
        return [Finding("redis", State.LIMITED, said, t("Ask whoever hosts me to start Redis. No data is lost."))]
    return [Finding("redis", State.WORKS, t("Rate limits are shared, and live updates are instant."))]


async def _sign_in(_guild_id: int) -> Sequence[Finding]:
    if not current.oauth().ready:
        said = t("Signing in to the dashboard isn't set up.")
        fix = t(
            "Ask whoever hosts me to set DISCORD_CLIENT_SECRET; the secret is under OAuth2 in Discord's Developer "
            "Portal."
        )
        return [Finding("sign-in", State.LIMITED, said, fix)]
    return [
        Finding("sign-in", State.WORKS, t("You can sign in to the dashboard at {link}", link=site_links.page("/login")))
    ]


async def _proxy(_guild_id: int) -> Sequence[Finding]:
    if (address := visitors.all_behind()) and not site_links.near():
        said = t("All visitors seem to come from {address}, so they share one rate limit.", address=address)
        fix = t("If that is a proxy, ask whoever hosts me to add it to TRUSTED_PROXIES; see .env.example.")
        return [Finding("proxy", State.LIMITED, said, fix)]
    return [Finding("proxy", State.WORKS, t("Visitors are recognized by their own addresses."))]


PROBES: Mapping[str, Probe] = {
    "discord": _membership,
    "jobs": _jobs,
    "door": _door,
    "proxy": _proxy,
    "redis": _redis,
    "sign-in": _sign_in,
}
