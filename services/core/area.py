"""What every area stands on, and the work that it leaves to the worker."""

from __future__ import annotations

from datetime import timedelta

from services.core import vault
from services.core.areas import Area
from services.core.personal_data import TABLES

CORE = Area(
    name="core",
    tables=TABLES,
    rounds={"vault.renew": (timedelta(hours=1), vault.renew)},
)
