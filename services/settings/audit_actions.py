"""Settings changes in the audit log: each setting with its value before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from locales import Text, join, t
from services.core.audit_actions import AuditAction, Detail, Event, Subject, plain_details
from services.settings import switches
from services.settings.history import Source, ValueChange
from services.settings.modules import SETTINGS
from services.settings.sentences import SOURCES, changed


def _change_set(event: Event) -> Subject:
    return Subject(event.target, f"/settings/history/{event.target.removeprefix('#')}")


def _changes(event: Event, guild_id: int) -> Sequence[Detail]:
    noted = event.details.get("changes")
    if not isinstance(noted, dict):
        return plain_details(event, guild_id)
    seen = [changed(key, ValueChange(both.get("before"), both.get("after"))) for key, both in noted.items()]
    source = event.details.get("source")
    how = [Detail(t("Source"), SOURCES[Source(source)])] if source in set(Source) else []
    return [
        *(Detail(one.label, t("{before} → {after}", before=one.before, after=one.after), one.typed) for one in seen),
        *how,
    ]


def _turned(event: Event) -> Text | None:
    """A change of nothing but areas, all in the same direction, as one sentence."""
    noted = event.details.get("changes")
    if not isinstance(noted, dict) or any(key not in SETTINGS or not switches.is_switch(key) for key in noted):
        return None
    turned = join([SETTINGS[key].kind.label for key in noted], ", ")
    after = [both.get("after") for both in noted.values()]
    if all(after):
        return t("Turned on {areas}", areas=turned)
    return None if any(after) else t("Turned off {areas}", areas=turned)


AUDIT: Mapping[str, AuditAction] = {
    "settings.changed": AuditAction(t("Changed settings"), _change_set, details=_changes, sentence=_turned),
}
