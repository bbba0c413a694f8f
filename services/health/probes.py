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
SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 AS late FROM jobs
 WHERE failed_at IS NULL AND due_at < now() AND (leased_until IS NULL OR leased_until < now())"""


async def _membership(guild_id: int) -> Sequence[Finding]:
    if await token_refusals.known():
        said = t("Discord refuses my bot token, so I can't give roles, post messages or look anything up.")
        fix = t("Whoever runs me can see why with `tatiana doctor`. I try again by myself, at most 15 minutes later.")
        return [Finding("discord", State.BROKEN, said, fix)]
    try:
        _, _, held = await bot_member.find(guild_id)
    except (*NOT_A_MEMBER, errors.UnknownMember):
        return [
            Finding(
                "discord",
                State.LIMITED,
                t("I am here for commands only: I can't give roles or write messages by myself."),
                t(
                    "Add me again with the scope `bot`, from my page of servers: {link}",
                    link=site_links.page("/servers"),
                ),
            )
        ]
    if not held.allows(Permissions.MANAGE_ROLES):
        said = t("I may not give roles, so items that give one can't be sold.")
        fix = t("Server Settings › Roles › my role: switch on Manage Roles.")
        return [Finding("discord", State.LIMITED, said, fix)]
    return [Finding("discord", State.WORKS, t("I am a member here and may give roles."))]


async def _jobs(_guild_id: int) -> Sequence[Finding]:
    (row,) = await rows(_OLDEST)
    if row["late"] > BEHIND:
        said = t("Work that should be done waits: {seconds} seconds by now.", seconds=int(row["late"]))
        fix = t("Whoever runs me starts the worker: `tatiana worker`.")
        return [Finding("jobs", State.BROKEN, said, fix)]
    return [Finding("jobs", State.WORKS, t("What has to be done later is done in time."))]


async def _door(_guild_id: int) -> Sequence[Finding]:
    """Whether Discord can reach the endpoint, and it rejects forged requests."""
    where = site_links.page("/interactions")
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.post(where, content=b'{"type":1}', headers=FORGED)
    if answer.status_code != httpx.codes.UNAUTHORIZED:
        said = t(
            "A forged click was answered with {status} and must be refused with 401.", status=str(answer.status_code)
        )
        fix = t("Whoever runs me checks what stands before {link}: `tatiana doctor` says more.", link=where)
        return [Finding("door", State.BROKEN, said, fix)]
    return [Finding("door", State.WORKS, t("My door answers, and lets no forged click in."))]


async def _redis(_guild_id: int) -> Sequence[Finding]:
    redis = store.redis()
    if redis is not None:
        try:
            await redis.ping()
        except Exception:
            redis = None
    if redis is None:
        said = t("Redis is away: limits are halved, and pages ask for news instead of being told.")
        return [Finding("redis", State.LIMITED, said, t("Whoever runs me starts Redis; nothing is lost by it."))]
    return [Finding("redis", State.WORKS, t("Limits are counted together, and news travels at once."))]


async def _sign_in(_guild_id: int) -> Sequence[Finding]:
    if not current.oauth().ready:
        said = t("Signing in on the web is not set up.")
        fix = t("Whoever runs me sets DISCORD_CLIENT_SECRET, from Discord's page about my application, under OAuth2.")
        return [Finding("sign-in", State.LIMITED, said, fix)]
    return [Finding("sign-in", State.WORKS, t("Signing in works at {link}", link=site_links.page("/login")))]


async def _proxy(_guild_id: int) -> Sequence[Finding]:
    if (address := visitors.all_behind()) and not site_links.near():
        said = t("All visitors of my pages seem to come from {address}, so they share one limit.", address=address)
        fix = t("If that is a proxy, whoever runs me adds it to TRUSTED_PROXIES; .env.example says how.")
        return [Finding("proxy", State.LIMITED, said, fix)]
    return [Finding("proxy", State.WORKS, t("Visitors are told apart by their addresses."))]


PROBES: Mapping[str, Probe] = {
    "discord": _membership,
    "jobs": _jobs,
    "door": _door,
    "proxy": _proxy,
    "redis": _redis,
    "sign-in": _sign_in,
}
