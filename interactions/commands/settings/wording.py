"""Settings and their changes as text for Discord."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discord_api.markdown import plain
from locales import Text, n, t
from services.core.mentions import mention
from services.settings import ChangeSet, ValueChange
from services.settings.kinds import Kind, Line, Zone
from services.settings.modules import SETTINGS
from services.settings.sentences import SOURCES


def change_lines(changes: Mapping[str, ValueChange], most: int = 25) -> list[Text]:
    """One line per changed setting: its old and new value."""
    lines = [_changed(key, both) for key, both in list(changes.items())[:most]]
    if len(changes) > most:
        lines.append(n("… and {count} more", "… and {count} more", len(changes) - most))
    return lines


def headline(made: ChangeSet) -> Text:
    """A change's number, author, time and source."""
    words = {
        "number": str(made.number),
        "when": str(int(made.created_at.timestamp())),
        "member": mention(made.actor_id),
        "source": SOURCES[made.source],
    }
    if made.reverts:
        return t("**#{number}** · <t:{when}:R> · {member} reverted #{reverts}", **words, reverts=str(made.reverts))
    return t("**#{number}** · <t:{when}:R> · {member} {source}", **words)


def shown(kind: Kind, value: Any) -> Text | str | int:
    """A value in words; typed text is shown verbatim."""
    words = kind.shown(value)
    return plain(str(words)) if isinstance(kind, Line | Zone) else words


def _changed(key: str, both: ValueChange) -> Text:
    setting = SETTINGS.get(key)
    if setting is None:  # the change was made by a release that knew this setting
        return t("`{name}` was changed", name=key)
    kind = setting.kind
    before, after = shown(kind, both.before), shown(kind, both.after)
    return t("{label}: {before} → **{after}**", label=kind.label, before=before, after=after)
