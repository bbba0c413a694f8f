"""What API keys may read of who did what."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from services.core.scopes import Scope

AUDIT_READ = Scope("audit:read")

SCOPES: Mapping[Scope, Text] = {AUDIT_READ: t("Read the audit log")}
