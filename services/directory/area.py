"""Servers and their members."""

from __future__ import annotations

from datetime import timedelta

from services import directory
from services.core.areas import Area
from services.directory.personal_data import TABLES

DIRECTORY = Area(
    name="directory",
    tables=TABLES,
    rounds={"guilds.refresh": (timedelta(hours=6), directory.refresh)},
)
