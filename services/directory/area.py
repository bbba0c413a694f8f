"""Servers and their members."""

from __future__ import annotations

from datetime import timedelta

from locales import t
from services import directory
from services.core.areas import Area
from services.core.audit_actions import AuditAction
from services.directory import installs
from services.directory.personal_data import TABLES
from services.directory.scopes import SCOPES

DIRECTORY = Area(
    name="directory",
    title=t("Members"),
    icon="👥",
    about=t("This server and its members."),
    forget=(directory.forget_all,),
    tables=TABLES,
    scopes=SCOPES,
    events={"APPLICATION_AUTHORIZED": installs.record},
    audit={"guild.installed": AuditAction(t("Added Tatiana to the server"), posted=False)},
    rounds={"guilds.refresh": (timedelta(hours=6), directory.refresh)},
)
