"""API key scopes for the economy, which include the shop."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from services.core.scopes import Scope

ECONOMY_READ, ECONOMY_WRITE = Scope("economy:read"), Scope("economy:write")

SCOPES: Mapping[Scope, Text] = {
    ECONOMY_READ: t("Read wallets, transfers and the shop"),
    ECONOMY_WRITE: t("Give, take and reverse coins; manage the shop"),
}
