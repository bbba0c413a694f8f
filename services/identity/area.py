"""Signing in, tokens and keys."""

from __future__ import annotations

from datetime import timedelta

from services.core.areas import Area
from services.identity import sessions, staff_sign_ins
from services.identity.personal_data import TABLES

IDENTITY = Area(
    name="identity",
    tables=TABLES,
    jobs={staff_sign_ins.JOB: staff_sign_ins.tell},
    rounds={"sessions.expire": (timedelta(minutes=15), sessions.expire)},
)
