"""Every URL except Discord's endpoints and the health checks, with its name and access rule.

Anything without a line here is not served. Names never change: programs, statistics and stored responses use them.
"""

from __future__ import annotations

from redis.asyncio import ConnectionPool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp

from locales import t
from services.analytics.scopes import ANALYTICS_READ
from services.directory.scopes import GUILDS_READ, MEMBERS_READ
from services.economy.scopes import ECONOMY_READ, ECONOMY_WRITE
from services.moderation.scopes import MODERATION_READ, MODERATION_WRITE
from services.protection.scopes import AUDIT_READ
from services.settings.scopes import SETTINGS_READ, SETTINGS_WRITE
from web import static_files
from web.api.analytics import figures
from web.api.directory import guilds, members
from web.api.document import Document
from web.api.economy import accounts
from web.api.economy import corrections as economy_corrections
from web.api.economy import leaderboard as leaderboards
from web.api.economy import transfers as economy_transfers
from web.api.identity import api_keys, auth, sessions, users
from web.api.live import tickets
from web.api.moderation import figures as moderation_figures
from web.api.moderation import logs, punishments
from web.api.privacy import personal_data
from web.api.protection import audit_log as audit
from web.api.settings import change_sets, values
from web.api.shop import items
from web.frame import openapi
from web.frame.endpoint import resource
from web.frame.menu import Entry, Section
from web.frame.middleware import AppMiddleware, Observe
from web.frame.policy import op
from web.frame.rate_limits import Allowances
from web.frame.rules import ADMIN, ANYONE, MEMBER, MODERATOR, SIGNED_IN
from web.pages import docs, landing, search, styleguide
from web.pages.analytics import figures as analytics_page
from web.pages.directory import members as members_page
from web.pages.directory import overview, servers
from web.pages.economy import corrections, leaderboard, ledger_audits, reversals, transfers
from web.pages.identity import api_keys as keys_page
from web.pages.identity import sessions as devices
from web.pages.identity import sign_in
from web.pages.moderation import actions as case_actions
from web.pages.moderation import cases as cases_page
from web.pages.moderation import changes as case_changes
from web.pages.privacy import exports
from web.pages.privacy import personal_data as privacy_page
from web.pages.protection import audit_log
from web.pages.settings import areas, documents, drafts, history
from web.pages.settings import modules as settings_page
from web.pages.shop import items as shop_page
from web.site import Site

PREFIX = "/api/v1"
GUILD, SERVER = "/guilds/{guild_id:id}", "/servers/{guild_id:id}"  # the same thing, for programs and for people
LOGS = GUILD + "/moderation/logs"
SMALL = 1024  # bytes below which compression is not worthwhile

API: list[Route] = [
    resource("/auth", get=op("auth.show", auth.show, ANYONE)),
    resource("/auth/login", post=op("auth.login", auth.login, ANYONE)),
    resource("/auth/refresh", post=op("auth.refresh", auth.refresh, ANYONE)),
    resource("/auth/logout", post=op("auth.logout", auth.logout, ANYONE)),
    resource("/socket-tickets", post=op("socket_tickets.create", tickets.create, SIGNED_IN)),
    resource("/users/me", get=op("users.me", users.me, SIGNED_IN), put=op("users.change", users.change, SIGNED_IN)),
    resource("/users/{user_id:id}/stats", get=op("users.stats", users.stats, SIGNED_IN)),
    resource("/users/me/exports", post=op("privacy.export", personal_data.export, SIGNED_IN, recent=True)),
    resource("/users/me/exports/{export_id:id}", get=op("privacy.show", personal_data.show, SIGNED_IN)),
    resource(
        "/users/me/exports/{export_id:id}/file", get=op("privacy.fetch", personal_data.fetch, SIGNED_IN, recent=True)
    ),
    resource(
        "/users/me/erasure",
        get=op("privacy.pending", personal_data.pending, SIGNED_IN),
        post=op("privacy.erase", personal_data.erase, SIGNED_IN, recent=True),
        delete=op("privacy.cancel", personal_data.cancel, SIGNED_IN),
    ),
    resource(
        "/users/me/sessions",
        get=op("sessions.index", sessions.index, SIGNED_IN),
        delete=op("sessions.end_all", sessions.end_all, SIGNED_IN),
    ),
    resource("/users/me/sessions/{session_id:id}", delete=op("sessions.end", sessions.end, SIGNED_IN)),
    resource("/guilds", get=op("guilds.index", guilds.index, SIGNED_IN)),
    resource(GUILD, get=op("guilds.show", guilds.show, MEMBER, GUILDS_READ)),
    resource(GUILD + "/members", get=op("members.index", members.index, MODERATOR, MEMBERS_READ)),
    resource(GUILD + "/members/search", get=op("members.search", members.search, MODERATOR, MEMBERS_READ)),
    resource(
        GUILD + "/members/{user_id:id}",
        get=op("members.show", members.show, MODERATOR, MEMBERS_READ),
    ),
    resource(
        GUILD + "/analytics/overview",
        get=op("analytics.overview", figures.overview, MODERATOR, ANALYTICS_READ),
    ),
    resource(
        GUILD + "/analytics/commands",
        get=op("analytics.commands", figures.commands, MODERATOR, ANALYTICS_READ),
    ),
    resource(
        GUILD + "/analytics/activity",
        get=op("analytics.activity", figures.activity, MODERATOR, ANALYTICS_READ),
    ),
    resource(
        GUILD + "/analytics/economy",
        get=op("analytics.economy", figures.economy, MODERATOR, ANALYTICS_READ),
    ),
    resource(
        GUILD + "/analytics/moderation",
        get=op("analytics.moderation", moderation_figures.by_day, MODERATOR, ANALYTICS_READ),
    ),
    resource(
        GUILD + "/config",
        get=op("settings.show", values.show, ADMIN, SETTINGS_READ),
        put=op("settings.replace", values.replace, ADMIN, SETTINGS_WRITE),
        patch=op("settings.change", values.change, ADMIN, SETTINGS_WRITE),
    ),
    resource(GUILD + "/config/schema", get=op("settings.schema", values.schema, ADMIN, SETTINGS_READ)),
    resource(
        GUILD + "/config/changes",
        get=op("change_sets.index", change_sets.index, ADMIN, SETTINGS_READ),
    ),
    resource(
        GUILD + "/config/changes/{number:number}",
        get=op("change_sets.show", change_sets.show, ADMIN, SETTINGS_READ),
    ),
    resource(
        GUILD + "/config/changes/{number:number}/reversals",
        post=op("change_sets.revert", change_sets.revert, ADMIN, SETTINGS_WRITE),
    ),
    resource(
        GUILD + "/config/document",
        get=op("change_sets.export", change_sets.export, ADMIN, SETTINGS_READ),
    ),
    resource(GUILD + "/config/plans", post=op("change_sets.plan", change_sets.plan, ADMIN, SETTINGS_READ)),
    resource(
        GUILD + "/config/applications",
        post=op("change_sets.apply", change_sets.apply, ADMIN, SETTINGS_WRITE),
    ),
    resource(
        GUILD + "/economy/accounts",
        get=op("economy_accounts.server", accounts.server, MODERATOR, ECONOMY_READ),
    ),
    resource(
        GUILD + "/economy/accounts/{user_id:id}",
        get=op("economy_accounts.show", accounts.show, MEMBER, ECONOMY_READ),
    ),
    resource(
        GUILD + "/economy/accounts/{user_id:id}/freeze",
        put=op("economy_accounts.freeze", accounts.freeze, ADMIN, ECONOMY_WRITE),
        delete=op("economy_accounts.unfreeze", accounts.unfreeze, ADMIN, ECONOMY_WRITE),
    ),
    resource(
        GUILD + "/economy/accounts/{user_id:id}/inventory",
        get=op("economy_accounts.inventory", accounts.inventory_of, MEMBER, ECONOMY_READ),
    ),
    resource(
        GUILD + "/economy/accounts/{user_id:id}/transfers",
        get=op("economy_transfers.of_member", economy_transfers.of_member, MEMBER, ECONOMY_READ),
    ),
    resource(
        GUILD + "/economy/transfers",
        get=op("economy_transfers.index", economy_transfers.index, ADMIN, ECONOMY_READ),
    ),
    resource(
        GUILD + "/economy/transfers/{transfer:id}",
        get=op("economy_transfers.show", economy_transfers.show, MEMBER, ECONOMY_READ),
    ),
    resource(
        GUILD + "/economy/grants",
        post=op("economy_corrections.grant", economy_corrections.grant, ADMIN, ECONOMY_WRITE),
    ),
    resource(
        GUILD + "/economy/takes",
        post=op("economy_corrections.take", economy_corrections.take, ADMIN, ECONOMY_WRITE),
    ),
    resource(
        GUILD + "/economy/reversal-plans",
        post=op("economy_corrections.plan", economy_corrections.plan, ADMIN, ECONOMY_WRITE),
    ),
    resource(
        GUILD + "/economy/reversals",
        post=op("economy_corrections.reverse", economy_corrections.reverse, ADMIN, ECONOMY_WRITE),
    ),
    resource(
        GUILD + "/economy/audit",
        get=op("economy_accounts.audit", accounts.audit, ADMIN, ECONOMY_READ),
    ),
    resource(
        GUILD + "/shop/items",
        get=op("shop.index", items.index, MEMBER, ECONOMY_READ),
        post=op("shop.create", items.create, ADMIN, ECONOMY_WRITE),
    ),
    resource(
        GUILD + "/shop/items/{item_id:id}",
        get=op("shop.show", items.show, MEMBER, ECONOMY_READ),
        put=op("shop.change", items.change, ADMIN, ECONOMY_WRITE),
        delete=op("shop.archive", items.archive, ADMIN, ECONOMY_WRITE),
    ),
    resource(
        GUILD + "/leaderboards/balance",
        get=op("leaderboards.balance", leaderboards.balance, MEMBER, ECONOMY_READ),
    ),
    resource(LOGS, get=op("moderation_logs.index", logs.index, MODERATOR, MODERATION_READ)),
    resource(
        LOGS + "/{case:id}",
        get=op("moderation_logs.show", logs.show, MODERATOR, MODERATION_READ),
        patch=op("moderation_logs.change", logs.change, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        LOGS + "/{case:id}/notes",
        post=op("moderation_logs.add_note", logs.add_note, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        LOGS + "/{case:id}/void",
        put=op("moderation_logs.void", logs.void, MODERATOR, MODERATION_WRITE),
        delete=op("moderation_logs.reopen", logs.reopen, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        GUILD + "/moderation/warn",
        post=op("moderation.warn", punishments.warn, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        GUILD + "/moderation/mute",
        post=op("moderation.mute", punishments.mute, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        GUILD + "/moderation/ban",
        post=op("moderation.ban", punishments.ban, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        GUILD + "/moderation/kicks",
        post=op("moderation.kick", punishments.kick, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        GUILD + "/moderation/unmutes",
        post=op("moderation.unmute", punishments.unmute, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        GUILD + "/moderation/unbans",
        post=op("moderation.unban", punishments.unban, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        GUILD + "/moderation/notes",
        post=op("moderation.note", punishments.note, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        GUILD + "/moderation/nicknames",
        post=op("moderation.rename", punishments.rename, MODERATOR, MODERATION_WRITE),
    ),
    resource(
        GUILD + "/moderation/role-changes",
        post=op("moderation.change_role", punishments.change_role, MODERATOR, MODERATION_WRITE),
    ),
    resource(GUILD + "/audit-log", get=op("audit.index", audit.index, ADMIN, AUDIT_READ)),
    resource(
        GUILD + "/keys",
        get=op("keys.index", api_keys.index, ADMIN),
        post=op("keys.create", api_keys.create, ADMIN, recent=True),
    ),
    resource(GUILD + "/keys/{key_id:id}", delete=op("keys.revoke", api_keys.revoke, ADMIN)),
    resource(GUILD + "/keys/{key_id:id}/owner", put=op("keys.take_over", api_keys.take_over, ADMIN, recent=True)),
]

PAGES: list[BaseRoute] = [
    resource("/", get=op("landing.show", landing.show, ANYONE)),
    resource("/robots.txt", get=op("landing.robots", landing.robots, ANYONE)),
    Route("/login", sign_in.show, name="login"),
    Route("/login/start", sign_in.start, name="login-start"),
    Route("/login/callback", sign_in.callback, name="login-callback"),
    Route("/logout", sign_in.leave, methods=["POST"], name="logout"),
    resource("/servers", get=op("servers.index", servers.index, SIGNED_IN)),
    resource(SERVER, get=op("overview.show", overview.show, MEMBER), menu=Entry(t("Overview"), Section.OVERVIEW)),
    resource(SERVER + "/invite", get=op("servers.invite", servers.invite, ADMIN)),
    resource(
        SERVER + "/health",
        get=op("overview.health", overview.health, MODERATOR),
        menu=Entry(t("Status"), Section.OVERVIEW),
    ),
    resource(
        SERVER + "/members",
        get=op("members.index", members_page.index, MODERATOR),
        menu=Entry(t("Members"), Section.MEMBERS),
    ),
    resource(SERVER + "/members/{user_id:id}", get=op("members.show", members_page.show, MEMBER)),
    resource(SERVER + "/members/{user_id:id}/ledger", get=op("transfers.of_member", transfers.of_member, MEMBER)),
    resource(
        SERVER + "/members/{user_id:id}/grants",
        "/servers/{guild_id}/members/{user_id}",
        post=op("corrections.grant", corrections.grant, ADMIN),
    ),
    resource(
        SERVER + "/members/{user_id:id}/take-plans",
        "/servers/{guild_id}/members/{user_id}",
        post=op("corrections.plan_take", corrections.plan_take, ADMIN),
    ),
    resource(
        SERVER + "/members/{user_id:id}/take-plans/{plan_id:id}",
        get=op("corrections.planned_take", corrections.planned_take, ADMIN),
    ),
    resource(
        SERVER + "/members/{user_id:id}/takes",
        "/servers/{guild_id}/members/{user_id}",
        post=op("corrections.take", corrections.take, ADMIN),
    ),
    resource(
        SERVER + "/members/{user_id:id}/freeze-plans",
        "/servers/{guild_id}/members/{user_id}",
        post=op("corrections.plan_freeze", corrections.plan_freeze, ADMIN),
    ),
    resource(
        SERVER + "/members/{user_id:id}/freeze-plans/{plan_id:id}",
        get=op("corrections.planned_freeze", corrections.planned_freeze, ADMIN),
    ),
    resource(
        SERVER + "/members/{user_id:id}/freezes",
        "/servers/{guild_id}/members/{user_id}",
        post=op("corrections.freeze", corrections.freeze, ADMIN),
    ),
    resource(
        SERVER + "/members/{user_id:id}/thaws",
        "/servers/{guild_id}/members/{user_id}",
        post=op("corrections.unfreeze", corrections.unfreeze, ADMIN),
    ),
    resource(
        SERVER + "/audit-log",
        get=op("audit_log.index", audit_log.index, ADMIN),
        menu=Entry(t("Audit log"), Section.ACTIVITY),
    ),
    resource(
        SERVER + "/transfers",
        get=op("transfers.index", transfers.index, ADMIN),
        menu=Entry(t("Transfers"), Section.ACTIVITY),
    ),
    resource(SERVER + "/transfers/{number:id}", get=op("transfers.show", transfers.show, MEMBER)),
    resource(
        SERVER + "/transfers/{number:id}/reversal-plans",
        "/servers/{guild_id}/transfers/{number}",
        post=op("corrections.plan_reversal", reversals.plan, ADMIN),
    ),
    resource(
        SERVER + "/transfers/{number:id}/reversal-plans/{plan_id:id}",
        get=op("corrections.planned_reversal", reversals.planned, ADMIN),
    ),
    resource(
        SERVER + "/reversals",
        "/servers/{guild_id}/transfers",
        post=op("corrections.reverse", reversals.reverse, ADMIN),
    ),
    resource(SERVER + "/cases", get=op("cases.index", cases_page.index, MODERATOR), menu=Entry(t("Cases"))),
    resource(
        SERVER + "/cases/new",
        get=op("cases.new", case_actions.new, MODERATOR),
        post=op("cases.plan", case_actions.plan, MODERATOR),
    ),
    resource(
        SERVER + "/cases/plans/{plan_id:id}",
        get=op("cases.planned", case_actions.planned, MODERATOR),
        post=op("cases.create", case_actions.create, MODERATOR),
    ),
    resource(SERVER + "/cases/{number:id}", get=op("cases.show", cases_page.show, MODERATOR)),
    resource(
        SERVER + "/cases/{number:id}/reason",
        "/servers/{guild_id}/cases/{number}",
        post=op("cases.edit", case_changes.reason, MODERATOR),
    ),
    resource(
        SERVER + "/cases/{number:id}/notes",
        "/servers/{guild_id}/cases/{number}",
        post=op("cases.note", case_changes.note, MODERATOR),
    ),
    resource(
        SERVER + "/cases/{number:id}/duration",
        "/servers/{guild_id}/cases/{number}",
        post=op("cases.duration", case_changes.duration, MODERATOR),
    ),
    resource(
        SERVER + "/cases/{number:id}/voids",
        "/servers/{guild_id}/cases/{number}",
        post=op("cases.void", case_changes.void, MODERATOR),
    ),
    resource(
        SERVER + "/cases/{number:id}/reopenings",
        "/servers/{guild_id}/cases/{number}",
        post=op("cases.reopen", case_changes.reopen, MODERATOR),
    ),
    resource(SERVER + "/shop", get=op("shop.index", shop_page.index, MEMBER), menu=Entry(t("Shop"))),
    resource(
        SERVER + "/shop/new",
        get=op("shop.new", shop_page.new, ADMIN),
        post=op("shop.create", shop_page.create, ADMIN),
    ),
    resource(
        SERVER + "/shop/{item_id:id}",
        get=op("shop.edit", shop_page.edit, ADMIN),
        post=op("shop.change", shop_page.change, ADMIN),
    ),
    resource(
        SERVER + "/shop/{item_id:id}/archived",
        "/servers/{guild_id}/shop/{item_id}",
        post=op("shop.archive", shop_page.archive, ADMIN),
    ),
    resource(
        SERVER + "/leaderboard",
        get=op("leaderboard.show", leaderboard.show, ANYONE),
        menu=Entry(t("Leaderboard")),
    ),
    resource(
        SERVER + "/analytics",
        get=op("analytics.show", analytics_page.show, MODERATOR),
        menu=Entry(t("Commands"), Section.ANALYTICS),
    ),
    resource(
        SERVER + "/analytics/commands.csv",
        get=op("analytics.commands_file", analytics_page.commands_file, MODERATOR),
    ),
    resource(
        SERVER + "/analytics/activity",
        get=op("analytics.activity", analytics_page.activity, MODERATOR),
        menu=Entry(t("Active members"), Section.ANALYTICS),
    ),
    resource(
        SERVER + "/analytics/activity.csv",
        get=op("analytics.activity_file", analytics_page.activity_file, MODERATOR),
    ),
    resource(
        SERVER + "/analytics/economy",
        get=op("analytics.economy", analytics_page.economy, MODERATOR),
        menu=Entry(t("Coins"), Section.ANALYTICS, about="economy"),
    ),
    resource(
        SERVER + "/analytics/economy.csv",
        get=op("analytics.economy_file", analytics_page.economy_file, MODERATOR),
    ),
    resource(
        SERVER + "/analytics/proofs",
        get=op("proofs.show", ledger_audits.show, ADMIN),
        post=op("proofs.ask", ledger_audits.ask, ADMIN),
        menu=Entry(t("Ledger audit"), Section.ANALYTICS),
    ),
    resource(
        SERVER + "/analytics/proofs/cancellations",
        "/servers/{guild_id}/analytics/proofs",
        post=op("proofs.cancel", ledger_audits.cancel, ADMIN),
    ),
    resource(
        SERVER + "/keys",
        get=op("keys.index", keys_page.index, ADMIN),
        post=op("keys.create", keys_page.create, ADMIN, recent=True),
        menu=Entry(t("API keys")),
    ),
    resource(
        SERVER + "/keys/{key_id:id}/secret",
        get=op("keys.secret", keys_page.secret, ADMIN),
        post=op("keys.copied", keys_page.copied, ADMIN),
    ),
    resource(
        SERVER + "/keys/{key_id:id}/removal",
        get=op("keys.sure", keys_page.sure, ADMIN),
        post=op("keys.revoke", keys_page.revoke, ADMIN),
    ),
    resource(
        SERVER + "/keys/{key_id:id}/maker",
        "/servers/{guild_id}/keys",
        post=op("keys.take_over", keys_page.take_over, ADMIN, recent=True),
    ),
    resource(
        SERVER + "/areas",
        get=op("areas.index", areas.index, MODERATOR),
        menu=Entry(t("Areas"), Section.AREAS),
    ),
    resource(
        SERVER + "/areas/{area}/switches",
        "/servers/{guild_id}/areas",
        post=op("areas.switch", areas.switch, ADMIN),
    ),
    resource(SERVER + "/search", get=op("search.show", search.show, MODERATOR)),
    resource(SERVER + "/settings", get=op("settings.index", settings_page.index, ADMIN)),
    resource(
        SERVER + "/settings/test-messages",
        "/servers/{guild_id}/settings/general",
        post=op("settings.test_message", settings_page.test_message, ADMIN),
    ),
    resource(
        SERVER + "/settings/draft",
        get=op("setting_drafts.show", drafts.show, ADMIN),
        menu=Entry(t("Draft"), tab=False),
    ),
    resource(
        SERVER + "/settings/draft/applications",
        "/servers/{guild_id}/settings/draft",
        post=op("setting_drafts.apply", drafts.apply, ADMIN),
    ),
    resource(
        SERVER + "/settings/draft/choices",
        "/servers/{guild_id}/settings/draft",
        post=op("setting_drafts.settle", drafts.settle, ADMIN),
    ),
    resource(
        SERVER + "/settings/draft/removals",
        "/servers/{guild_id}/settings/draft",
        post=op("setting_drafts.drop", drafts.drop, ADMIN),
    ),
    resource(
        SERVER + "/settings/history",
        get=op("setting_history.index", history.index, ADMIN),
        menu=Entry(t("Settings history"), Section.ACTIVITY),
    ),
    resource(SERVER + "/settings/history/{number:number}", get=op("setting_history.show", history.show, ADMIN)),
    resource(
        SERVER + "/settings/history/{number:number}/reversals",
        "/servers/{guild_id}/settings/history/{number}",
        post=op("setting_history.revert", history.revert, ADMIN),
    ),
    resource(
        SERVER + "/settings/document",
        get=op("setting_documents.show", documents.show, ADMIN),
        post=op("setting_documents.plan", documents.plan, ADMIN),
        menu=Entry(t("Document"), tab=False),
    ),
    resource(SERVER + "/settings/document.yaml", get=op("setting_documents.download", documents.download, ADMIN)),
    resource(
        SERVER + "/settings/document/applications",
        "/servers/{guild_id}/settings/document",
        post=op("setting_documents.apply", documents.apply, ADMIN),
    ),
    resource(
        SERVER + "/settings/{module}",
        get=op("settings.show", settings_page.show, ADMIN),
        post=op("settings.save", settings_page.save, ADMIN),
    ),
    resource(SERVER + "/settings/{module}/preview", get=op("settings.preview", settings_page.preview, ADMIN)),
    resource("/sessions", get=op("devices.index", devices.index, SIGNED_IN)),
    resource("/sessions/ended", "/sessions", post=op("devices.end", devices.end, SIGNED_IN)),
    resource("/exports/{export_id:id}", get=op("exports.show", exports.show, SIGNED_IN)),
    resource("/exports/{export_id:id}/file", get=op("exports.fetch", exports.fetch, SIGNED_IN, recent=True)),
    resource("/privacy", get=op("privacy.show", privacy_page.show, ANYONE)),
    resource("/privacy/exports", "/privacy", post=op("privacy.export", privacy_page.export, SIGNED_IN, recent=True)),
    resource(
        "/privacy/erasure",
        get=op("privacy.sure", privacy_page.sure, SIGNED_IN, recent=True),
        post=op("privacy.erase", privacy_page.erase, SIGNED_IN, recent=True),
    ),
    resource("/privacy/erasure/cancellations", "/privacy", post=op("privacy.keep", privacy_page.keep, SIGNED_IN)),
    Route("/api/docs", docs.show, name="docs"),
    resource("/styleguide", get=op("styleguide.show", styleguide.show, ANYONE)),
]


def door(site: Site, pool: ConnectionPool, version: str, observe: Observe) -> ASGIApp:
    """All routes behind the shared middleware."""
    document = Document(lambda: openapi.document(API, prefix=PREFIX, server=site.public_url, version=version))
    shown = Route("/openapi.json", document.show, name="document.show")
    router = Router(
        # Routes are tried in order, so the busiest ones come first.
        [
            Mount(PREFIX, routes=[*API, shown], middleware=_across_origins(site)),
            Route("/static/{path:path}", static_files.serve, name="static"),
            *PAGES,
        ],
        redirect_slashes=False,
    )
    # Pages never contain a session secret, so their compressed length reveals nothing (BREACH).
    return AppMiddleware(GZipMiddleware(router, minimum_size=SMALL, compresslevel=5), site, Allowances(pool), observe)


def _across_origins(site: Site) -> list[Middleware]:
    """Pages of allowed origins may call the API with a token, never with cookies."""
    if not site.allowed_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=sorted(site.allowed_origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"],
            expose_headers=["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"],
            max_age=600,
        )
    ]
