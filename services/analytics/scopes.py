"""API key scopes for analytics."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from services.core.scopes import Scope

ANALYTICS_READ = Scope("analytics:read")

SCOPES: Mapping[Scope, Text] = {ANALYTICS_READ: t("Read analytics")}
