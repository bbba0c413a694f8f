"""Live updates."""

from __future__ import annotations

from datetime import timedelta

from services.core.areas import Area
from services.live import history
from services.live.personal_data import TABLES

LIVE = Area(
    name="live",
    tables=TABLES,
    rounds={"live.clean": (timedelta(minutes=10), history.clean)},
)
