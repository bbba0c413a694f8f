"""API key scopes for moderation."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from services.core.scopes import Scope

MODERATION_READ, MODERATION_WRITE = Scope("moderation:read"), Scope("moderation:write")

SCOPES: Mapping[Scope, Text] = {
    MODERATION_READ: t("Read cases and the private notes in them"),
    MODERATION_WRITE: t("Warn, time out, kick and ban members; change cases"),
}
