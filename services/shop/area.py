"""What a server sells, and what its members own."""

from __future__ import annotations

from services.core.areas import Area
from services.shop import probe
from services.shop.audit_actions import AUDIT
from services.shop.personal_data import TABLES

SHOP = Area(
    name="shop",
    tables=TABLES,
    audit=AUDIT,
    probes={"shop": probe.probe},
)
