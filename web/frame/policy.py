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
    # One's own data
    "privacy.export": Rule(Who.SIGNED_IN, recent=True),
    "privacy.show": SIGNED_IN,
    "privacy.fetch": Rule(Who.SIGNED_IN, recent=True),
    "privacy.pending": SIGNED_IN,
    "privacy.erase": Rule(Who.SIGNED_IN, recent=True),
    "privacy.cancel": SIGNED_IN,
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
    # People, servers and their members
    "users.me": SIGNED_IN,
    "users.change": SIGNED_IN,
    "users.stats": SIGNED_IN,
    "guilds.index": SIGNED_IN,
    "guilds.show": Rule(Role.MEMBER, Scope.GUILDS_READ),
    "members.index": Rule(Role.MODERATOR, Scope.MEMBERS_READ),
    "members.search": Rule(Role.MODERATOR, Scope.MEMBERS_READ),
    "members.show": Rule(Role.MODERATOR, Scope.MEMBERS_READ),
    # Figures
    "analytics.overview": Rule(Role.MODERATOR, Scope.ANALYTICS_READ),
    "analytics.commands": Rule(Role.MODERATOR, Scope.ANALYTICS_READ),
    "analytics.activity": Rule(Role.MODERATOR, Scope.ANALYTICS_READ),
    "analytics.economy": Rule(Role.MODERATOR, Scope.ANALYTICS_READ),
    # Coins and the shop
    "economy_accounts.show": Rule(Role.MEMBER, Scope.ECONOMY_READ),
    "economy_accounts.house": Rule(Role.MODERATOR, Scope.ECONOMY_READ),
    "economy_accounts.things": Rule(Role.MEMBER, Scope.ECONOMY_READ),
    "economy_accounts.freeze": Rule(Role.ADMIN, Scope.ECONOMY_WRITE),
    "economy_accounts.unfreeze": Rule(Role.ADMIN, Scope.ECONOMY_WRITE),
    "economy_accounts.prove": Rule(Role.ADMIN, Scope.ECONOMY_READ),
    "economy_transfers.index": Rule(Role.ADMIN, Scope.ECONOMY_READ),
    "economy_transfers.of_member": Rule(Role.MEMBER, Scope.ECONOMY_READ),
    "economy_transfers.show": Rule(Role.MEMBER, Scope.ECONOMY_READ),
    "economy_corrections.grant": Rule(Role.ADMIN, Scope.ECONOMY_WRITE),
    "economy_corrections.take": Rule(Role.ADMIN, Scope.ECONOMY_WRITE),
    "economy_corrections.plan": Rule(Role.ADMIN, Scope.ECONOMY_WRITE),
    "economy_corrections.reverse": Rule(Role.ADMIN, Scope.ECONOMY_WRITE),
    "shop.index": Rule(Role.MEMBER, Scope.ECONOMY_READ),
    "shop.show": Rule(Role.MEMBER, Scope.ECONOMY_READ),
    "shop.create": Rule(Role.ADMIN, Scope.ECONOMY_WRITE),
    "shop.change": Rule(Role.ADMIN, Scope.ECONOMY_WRITE),
    "shop.archive": Rule(Role.ADMIN, Scope.ECONOMY_WRITE),
    "leaderboards.balance": Rule(Role.MEMBER, Scope.ECONOMY_READ),
    # What concerns trust
    "audit.index": Rule(Role.ADMIN, Scope.AUDIT_READ),
    "keys.index": Rule(Role.ADMIN),
    "keys.create": Rule(Role.ADMIN, recent=True),
    "keys.revoke": Rule(Role.ADMIN),
}

# The same for pages and their forms; only a session opens them, so there are no scopes.
PAGES: Mapping[str, Rule] = {
    # For everybody
    "landing.show": ANYONE,
    "landing.robots": ANYONE,
    "privacy.show": ANYONE,
    # One's own
    "servers.index": SIGNED_IN,
    "devices.index": SIGNED_IN,
    "devices.end": SIGNED_IN,
    "exports.show": SIGNED_IN,
    "exports.fetch": Rule(Who.SIGNED_IN, recent=True),
    "privacy.export": Rule(Who.SIGNED_IN, recent=True),
    "privacy.sure": Rule(Who.SIGNED_IN, recent=True),
    "privacy.erase": Rule(Who.SIGNED_IN, recent=True),
    "privacy.keep": SIGNED_IN,
    # For whoever builds pages
    "styleguide.show": ANYONE,
    # One server
    "overview.show": Rule(Role.MEMBER),
    "overview.health": Rule(Role.MODERATOR),
    "members.index": Rule(Role.MODERATOR),
    "members.show": Rule(Role.MEMBER),
    "transfers.index": Rule(Role.ADMIN),
    "transfers.of_member": Rule(Role.MEMBER),
    "transfers.show": Rule(Role.MEMBER),
    "corrections.grant": Rule(Role.ADMIN),
    "corrections.plan_take": Rule(Role.ADMIN),
    "corrections.take": Rule(Role.ADMIN),
    "corrections.plan_freeze": Rule(Role.ADMIN),
    "corrections.freeze": Rule(Role.ADMIN),
    "corrections.unfreeze": Rule(Role.ADMIN),
    "corrections.plan_reversal": Rule(Role.ADMIN),
    "corrections.reverse": Rule(Role.ADMIN),
    "shop.index": Rule(Role.MEMBER),
    "shop.new": Rule(Role.ADMIN),
    "shop.create": Rule(Role.ADMIN),
    "shop.edit": Rule(Role.ADMIN),
    "shop.change": Rule(Role.ADMIN),
    "shop.archive": Rule(Role.ADMIN),
    "leaderboard.show": ANYONE,  # it asks itself, because every server decides who may
    "analytics.show": Rule(Role.MODERATOR),
    "analytics.commands_file": Rule(Role.MODERATOR),
    "analytics.activity": Rule(Role.MODERATOR),
    "analytics.activity_file": Rule(Role.MODERATOR),
    "analytics.economy": Rule(Role.MODERATOR),
    "analytics.economy_file": Rule(Role.MODERATOR),
    "proofs.show": Rule(Role.ADMIN),
    "proofs.ask": Rule(Role.ADMIN),
    "proofs.cancel": Rule(Role.ADMIN),
    "audit_log.index": Rule(Role.ADMIN),
    "keys.index": Rule(Role.ADMIN),
    "keys.create": Rule(Role.ADMIN, recent=True),
    "keys.sure": Rule(Role.ADMIN),
    "keys.revoke": Rule(Role.ADMIN),
    "moderation.show": Rule(Role.MODERATOR),
    "ai.show": Rule(Role.MODERATOR),
    "settings.index": Rule(Role.ADMIN),
    "settings.show": Rule(Role.ADMIN),
    "settings.preview": Rule(Role.ADMIN),
    "settings.save": Rule(Role.ADMIN),
    "settings.test_message": Rule(Role.ADMIN),
    "setting_drafts.show": Rule(Role.ADMIN),
    "setting_drafts.apply": Rule(Role.ADMIN),
    "setting_drafts.settle": Rule(Role.ADMIN),
    "setting_drafts.drop": Rule(Role.ADMIN),
    "setting_history.index": Rule(Role.ADMIN),
    "setting_history.show": Rule(Role.ADMIN),
    "setting_history.revert": Rule(Role.ADMIN),
    "setting_documents.show": Rule(Role.ADMIN),
    "setting_documents.download": Rule(Role.ADMIN),
    "setting_documents.plan": Rule(Role.ADMIN),
    "setting_documents.apply": Rule(Role.ADMIN),
}
