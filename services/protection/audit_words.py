"""Acts of the audit log in words: what was done, to what, and what else is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from locales import Text, t
from services import permissions
from services.core.audit import Event
from services.permissions import Kind, Target
from services.settings import Source
from services.settings.history import Both
from services.settings.words import SOURCES, changed

LONGEST = 200  # characters of one detail

_ACTS: Mapping[str, Text] = {
    "settings.changed": t("Changed settings"),
    "economy.grant": t("Gave coins"),
    "economy.take": t("Took coins"),
    "economy.reverse": t("Undid a transfer"),
    "economy.freeze": t("Froze a wallet"),
    "economy.unfreeze": t("Let a wallet go on"),
    "economy.proof": t("Had the books proved"),
    "economy.item.create": t("Put something on sale"),
    "economy.item.edit": t("Changed something in the shop"),
    "economy.item.archive": t("Took something off sale"),
    "command_rules.allow": t("Allowed a command"),
    "command_rules.deny": t("Denied a command"),
    "command_rules.reset": t("Dropped a rule for a command"),
    "api_key.created": t("Made an API key"),
    "api_key.revoked": t("Revoked an API key"),
    "api_key.suspended": t("Suspended an API key: who made it may not manage the server any more"),
    "api_key.resumed": t("Let an API key work again"),
    "api_key.taken_over": t("Took over an API key"),
    "shop.role_not_given": t("A bought role could not be given"),
    "guild.installed": t("Added Tatiana to the server"),
    "staff.signed_in": t("Signed in"),
    "job.failed": t("A background job failed for good"),
    "log_channel.broken": t("The log channel can't be written to"),
    "log_channel.mended": t("The log channel can be written to again"),
    "request.refused": t("Tried something that is not theirs to do"),
}

_NAMES: Mapping[str, Text] = {
    "reason": t("Reason"),
    "coins": t("Coins"),
    "receipt": t("Receipt"),
    "reverses": t("Undoes the transfer"),
    "name": t("Name"),
    "description": t("Description"),
    "price": t("Price"),
    "stock": t("In stock"),
    "effect": t("What it does"),
    "role": t("Role"),
    "scopes": t("What it may do"),
    "member": t("Member"),
    "item": t("Item"),
    "why": t("Why"),
    "operation": t("What was tried"),
    "status": t("Answer"),
    "device": t("Device"),
    "job": t("Job"),
}


class Detail(NamedTuple):
    """One thing that is known of an act; `typed` if it is somebody's own words, to be shown as they are."""

    name: Text | str
    value: Text | str
    typed: bool = True
    path: str | None = None  # of its page in the server, where it has one


class Thing(NamedTuple):
    """What an act was done to, and its page in the server where it has one."""

    name: str
    path: str | None = None


def act(event: Event) -> Text | str:
    """What was done; an act that this release does not know is called by its name."""
    return _ACTS.get(event.action, event.action)


def person(event: Event) -> int | None:
    """Whom it was done to, if it was done to a person."""
    of_wallet = event.action in ("economy.grant", "economy.take", "economy.freeze", "economy.unfreeze")
    return int(event.target) if of_wallet and event.target.isdecimal() else None


def thing(event: Event) -> Thing | None:
    """What it was done to, if that is no person and says something to people."""
    group, number = event.action.partition(".")[0], event.target.removeprefix("#")
    if event.action == "settings.changed":
        return Thing(event.target, f"/settings/history/{number}")
    if event.action == "economy.reverse":
        return Thing(event.target, f"/transfers/{number}")
    if event.action.startswith("economy.item."):
        return Thing(str(event.details.get("name") or f"#{number}"), f"/shop/{number}")
    if group == "command_rules":
        return Thing(f"/{event.target}" if event.target else "")
    if event.action == "job.failed":
        return Thing(event.target)
    known = event.action in _ACTS
    return None if known or not event.target else Thing(event.target)


def details(event: Event, guild_id: int) -> Sequence[Detail]:
    """Everything else that was noted, by name; what older or newer releases noted otherwise is told as it stands."""
    if event.action == "settings.changed" and isinstance(event.details.get("changes"), dict):
        return _of_settings(event.details)
    if event.action.startswith("command_rules.") and event.details.get("for") in set(Kind):
        return _of_rule(event.details, guild_id)
    edited = event.action == "economy.item.edit"
    return [
        Detail(_NAMES.get(name, name), _both(value) if edited else _short(value), path=_receipt(name, value))
        for name, value in event.details.items()
        if value not in (None, "", {}, [])
    ]


def _of_settings(noted: Mapping[str, Any]) -> Sequence[Detail]:
    told = [changed(key, Both(both.get("before"), both.get("after"))) for key, both in noted["changes"].items()]
    source = noted.get("source")
    how = [Detail(t("How"), SOURCES[Source(source)])] if source in set(Source) else []
    return [
        *(Detail(one.label, t("{before} → {after}", before=one.before, after=one.after), one.typed) for one in told),
        *how,
    ]


def _of_rule(noted: Mapping[str, Any], guild_id: int) -> Sequence[Detail]:
    target = Target(Kind(noted["for"]), int(noted["id"]))
    return [Detail(t("For"), permissions.mention(target, guild_id), typed=False)]


def _both(values: Sequence[Any]) -> Text:
    before, after = ("–" if one in (None, "") else _short(one) for one in values)
    return t("{before} → {after}", before=before, after=after)


def _receipt(name: str, value: Any) -> str | None:
    return f"/transfers/{value}" if name in ("receipt", "reverses") and isinstance(value, int) else None


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
