"""Sign-in, tokens and API keys."""

from __future__ import annotations

from datetime import timedelta

from locales import t
from services.core.areas import Area
from services.core.audit_actions import AuditAction
from services.core.process import Process
from services.identity import (
    access_tokens,
    api_keys,
    authority,
    discord_grants,
    refresh_tokens,
    sessions,
    staff_sign_ins,
)
from services.identity.erasing import STEPS
from services.identity.personal_data import TABLES


def _begin(process: Process) -> None:
    access_tokens.configure({"secret_key": process.key(b"access_tokens")}, process.public_url)
    refresh_tokens.configure(process.key(b"refresh_tokens")[:32])
    api_keys.configure(process.key(b"api_keys"))


IDENTITY = Area(
    name="identity",
    title=t("Access"),
    icon="🔑",
    about=t("Dashboard sign-ins, sessions and API keys."),
    begin=_begin,
    forget=(authority.forget,),
    tables=TABLES,
    sealed=(discord_grants.ACCESS_TOKENS, discord_grants.REFRESH_TOKENS),
    audit={
        "api_key.created": AuditAction(t("Created an API key")),
        "api_key.revoked": AuditAction(t("Revoked an API key")),
        "api_key.suspended": AuditAction(t("Suspended an API key: its creator can no longer manage the server")),
        "api_key.resumed": AuditAction(t("Reactivated an API key")),
        "api_key.taken_over": AuditAction(t("Took over an API key")),
        "staff.signed_in": AuditAction(t("Signed in")),
    },
    erasure=STEPS,
    jobs={staff_sign_ins.JOB: staff_sign_ins.tell},
    rounds={"sessions.expire": (timedelta(minutes=15), sessions.expire)},
)
