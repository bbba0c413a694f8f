"""Coins and everything that moves them."""

from __future__ import annotations

from datetime import timedelta

from locales import t
from services.core.areas import Area
from services.economy import audit_runs, leaderboard, offers
from services.economy.audit_actions import AUDIT
from services.economy.erasing import STEPS
from services.economy.personal_data import TABLES
from services.economy.profile import COINS
from services.economy.scopes import SCOPES
from services.economy.settings import EconomySettings
from services.economy.transfer_kinds import TRANSFERS

ECONOMY = Area(
    name="economy",
    title=t("Economy"),
    icon="💰",
    about=t("Earn coins, pay other members, and see where every coin went."),
    optional=True,
    tables=TABLES,
    profile=(COINS,),
    scopes=SCOPES,
    record="transactions",
    erasure=STEPS,
    settings=(EconomySettings,),
    transfers=TRANSFERS,
    audit=AUDIT,
    jobs={
        offers.EXPIRE: lambda task: offers.expire(task.guild_id, task.payload["offer_id"]),
        leaderboard.MARK: lambda task: leaderboard.mark(task.guild_id),
        audit_runs.JOB: lambda task: audit_runs.run(task.payload["proof"]),
    },
    rounds={
        "standings.renew": (timedelta(minutes=10), leaderboard.renew),
    },
)
