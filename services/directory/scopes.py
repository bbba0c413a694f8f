"""API key scopes for servers and members."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from services.core.scopes import Scope

GUILDS_READ, MEMBERS_READ = Scope("guilds:read"), Scope("members:read")

SCOPES: Mapping[Scope, Text] = {
    GUILDS_READ: t("Read the server's name and size"),
    MEMBERS_READ: t("Read members"),
}
