"""Live updates."""

from __future__ import annotations

from datetime import timedelta

from locales import t
from services.core.areas import Area
from services.live import history, signals
from services.live.personal_data import TABLES

LIVE = Area(
    name="live",
    title=t("Live updates"),
    icon="📡",
    about=t("Pages that update by themselves."),
    begin=lambda process: signals.begin(by_redis=process.shared_redis),
    tables=TABLES,
    rounds={"live.clean": (timedelta(minutes=10), history.clean)},
)
