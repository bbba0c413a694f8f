"""Settings changes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from locales import Text, t
from services.settings.history import Source, ValueChange
from services.settings.kinds import Line, Zone
from services.settings.modules import SETTINGS

SOURCES: Mapping[Source, Text] = {
    Source.COMMAND: t("by command"),
    Source.DASHBOARD: t("on the dashboard"),
    Source.API: t("through the API"),
    Source.SETUP: t("in /setup"),
    Source.REVERT: t("by reverting"),
    Source.APPLY: t("from a document"),
}


class Changed(NamedTuple):
    """One setting with both values in words; `typed` if a person typed them, so they are shown verbatim."""

    key: str
    label: Text | str
    before: Text | str | int
    after: Text | str | int
    typed: bool


def changed(key: str, both: ValueChange) -> Changed:
    """One changed setting; one unknown to this release is shown by key and raw values."""
    setting = SETTINGS.get(key)
    if setting is None:
        return Changed(key, key, str(both.before), str(both.after), typed=True)
    kind = setting.kind
    return Changed(key, kind.label, _shown(kind, both.before), _shown(kind, both.after), isinstance(kind, Line | Zone))


def _shown(kind: Any, value: Any) -> Text | str | int:
    words: Text | str | int = kind.shown(value)
    return words
