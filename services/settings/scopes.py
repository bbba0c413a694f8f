"""API key scopes for settings."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from services.core.scopes import Scope

SETTINGS_READ, SETTINGS_WRITE = Scope("settings:read"), Scope("settings:write")

SCOPES: Mapping[Scope, Text] = {
    SETTINGS_READ: t("Read settings and their history"),
    SETTINGS_WRITE: t("Change settings"),
}
