"""Who may do what: every operation and every page of the web door in one table. What stands in no row is not served."""

from __future__ import annotations

from collections.abc import Mapping

from services.api_keys import Scope
from services.authority import Role
from web.frame.rules import Rule, Who

ANYONE = Rule(Who.ANYONE)
SIGNED_IN = Rule(Who.SIGNED_IN)

POLICY: Mapping[str, Rule] = {
    # Signing in
    "auth.show": ANYONE,
    "auth.login": ANYONE,
    "auth.refresh": ANYONE,
    "auth.logout": ANYONE,
    "socket_tickets.create": SIGNED_IN,
    "sessions.index": SIGNED_IN,
    "sessions.end": SIGNED_IN,
    "sessions.end_all": SIGNED_IN,
    # A server's settings
    "settings.show": Rule(Role.ADMIN, Scope.SETTINGS_READ),
    "settings.schema": Rule(Role.ADMIN, Scope.SETTINGS_READ),
    "settings.replace": Rule(Role.ADMIN, Scope.SETTINGS_WRITE),
    "settings.change": Rule(Role.ADMIN, Scope.SETTINGS_WRITE),
    "change_sets.index": Rule(Role.ADMIN, Scope.SETTINGS_READ),
    "change_sets.show": Rule(Role.ADMIN, Scope.SETTINGS_READ),
    "change_sets.revert": Rule(Role.ADMIN, Scope.SETTINGS_WRITE),
    "change_sets.export": Rule(Role.ADMIN, Scope.SETTINGS_READ),
    "change_sets.plan": Rule(Role.ADMIN, Scope.SETTINGS_READ),
    "change_sets.apply": Rule(Role.ADMIN, Scope.SETTINGS_WRITE),
    # What concerns trust
    "audit.index": Rule(Role.ADMIN, Scope.AUDIT_READ),
    "keys.index": Rule(Role.ADMIN),
    "keys.create": Rule(Role.ADMIN, recent=True),
    "keys.revoke": Rule(Role.ADMIN),
}
