"""Who may use which command."""

from __future__ import annotations

from locales import t
from services import permissions
from services.core.areas import Area
from services.permissions.audit_actions import AUDIT
from services.permissions.personal_data import TABLES

PERMISSIONS = Area(
    name="permissions",
    title=t("Permissions"),
    icon="🔐",
    about=t("Who may use which command."),
    forget=(permissions.forget,),
    tables=TABLES,
    audit=AUDIT,
)
