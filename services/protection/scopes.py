"""API key scopes for the audit log."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from services.core.scopes import Scope

AUDIT_READ = Scope("audit:read")

SCOPES: Mapping[Scope, Text] = {AUDIT_READ: t("Read the audit log")}
