"""Settings and their changes as Discord shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interactions.markdown import plain
from locales import Text, t
from services.settings import Both
from services.settings.kinds import Kind, Line, Zone
from services.settings.modules import SETTINGS


def change_lines(changes: Mapping[str, Both]) -> list[Text]:
    """One line for each changed setting: what it was, and what it is."""
    return [_changed(key, both) for key, both in changes.items()]


def shown(kind: Kind, value: Any) -> Text | str | int:
    """A value in words; what somebody typed stays as it was typed."""
    words = kind.shown(value)
    return plain(str(words)) if isinstance(kind, Line | Zone) else words


def _changed(key: str, both: Both) -> Text:
    setting = SETTINGS.get(key)
    if setting is None:  # a release that knew it made this change
        return t("`{name}` was changed", name=key)
    kind = setting.kind
    before, after = shown(kind, both.before), shown(kind, both.after)
    return t("{label}: {before} → **{after}**", label=kind.label, before=before, after=after)
