"""Moderation: cases, punishments and their timers."""

from __future__ import annotations

from locales import t
from services.core.areas import Area
from services.core.process import Process
from services.moderation import (
    chain,
    erasing,
    lifting,
    overdue_probe,
    probe,
    seals,
    timers,
    verification_rounds,
)
from services.moderation.actions import BOT_NEEDS
from services.moderation.audit_actions import AUDIT
from services.moderation.personal_data import TABLES
from services.moderation.profile import CASES
from services.moderation.scopes import SCOPES
from services.moderation.settings import Moderation


def _begin(process: Process) -> None:
    seals.use(process.key(b"cases"))


MODERATION = Area(
    name="moderation",
    title=t("Moderation"),
    icon="🛡️",
    about=t("Warnings, timeouts, bans, and a record of each."),
    optional=True,
    begin=_begin,
    tables=TABLES,
    sealed=(chain.TEXTS, chain.FILENAMES, chain.USER_IDS),
    events={"APPLICATION_AUTHORIZED": lifting.resume},
    settings=(Moderation,),
    audit=AUDIT,
    scopes=SCOPES,
    record="case list",
    erasure=erasing.STEPS,
    jobs={
        timers.JOB: lifting.lift,
        erasing.FORGET_COPY: erasing.forget_copy,
        verification_rounds.JOB: verification_rounds.run,
    },
    rounds={"cases.verify": (verification_rounds.EVERY, verification_rounds.spread)},
    probes={"moderation": verification_rounds.probe, "punishments": probe.probe, "cases": overdue_probe.probe},
    bot_permissions=BOT_NEEDS,
    profile=(CASES,),
)
