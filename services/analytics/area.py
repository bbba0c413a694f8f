"""Analytics: command use, active members, response times and coins."""

from __future__ import annotations

from datetime import timedelta

from locales import t
from services import analytics
from services.analytics.personal_data import TABLES
from services.analytics.profile import RECENT
from services.analytics.scopes import SCOPES
from services.core.areas import Area

ANALYTICS = Area(
    name="analytics",
    title=t("Analytics"),
    icon="📊",
    about=t("Command use, active members and coins over time."),
    tables=TABLES,
    profile=(RECENT,),
    scopes=SCOPES,
    rounds={"statistics.count": (timedelta(seconds=10), analytics.count)},
)
