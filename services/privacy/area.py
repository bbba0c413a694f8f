"""Copies of personal data, and its deletion."""

from __future__ import annotations

from datetime import timedelta

from locales import t
from services.core.areas import Area
from services.core.erasure_steps import ErasureStep, When
from services.privacy import erasing, erasure, exports, purge, retention
from services.privacy.personal_data import TABLES

PRIVACY = Area(
    name="privacy",
    title=t("Privacy"),
    icon="🙈",
    about=t("Get a copy of your data, or delete it."),
    tables=TABLES,
    sealed=(exports.FILE,),
    erasure={"cache": ErasureStep(t("Clearing caches"), erasing.clear_cache, When.AFTER_TABLES)},
    jobs={
        exports.JOB: lambda task: exports.run(task.payload["export"]),
        erasure.JOB: lambda task: erasing.run(task.payload["erasure"]),
    },
    rounds={
        "retention": (timedelta(hours=6), retention.clean),
        "guilds.purge": (timedelta(days=1), purge.long_gone),
        "erasures.resume": (timedelta(minutes=10), erasure.resume),
    },
)
