"""Live updates."""

from __future__ import annotations

from datetime import timedelta

from locales import t
from services.core.areas import Area
from services.live import history
from services.live.personal_data import TABLES

LIVE = Area(
    name="live",
    title=t("Live updates"),
    icon="📡",
    about=t("Pages that update by themselves."),
    tables=TABLES,
    rounds={"live.clean": (timedelta(minutes=10), history.clean)},
)
