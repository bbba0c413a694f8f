"""Server settings and /setup."""

from __future__ import annotations

from locales import t
from services.core.areas import Area
from services.settings import cache, switches
from services.settings.audit_actions import AUDIT
from services.settings.general import General
from services.settings.personal_data import TABLES
from services.settings.scopes import SCOPES

SETTINGS = Area(
    name="settings",
    title=t("Settings"),
    icon="🔧",
    about=t("How I work in this server."),
    forget=(cache.forget,),
    tables=TABLES,
    scopes=SCOPES,
    settings=(General,),
    audit=AUDIT,
    probes={switches.NAME: switches.probe},
)
