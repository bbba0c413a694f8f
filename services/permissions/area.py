"""Who may use which command."""

from __future__ import annotations

from services.core.areas import Area
from services.permissions.audit_actions import AUDIT
from services.permissions.personal_data import TABLES

PERMISSIONS = Area(
    name="permissions",
    tables=TABLES,
    audit=AUDIT,
)
